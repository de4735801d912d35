//! Storing a record whether it exists or not.

use std::borrow::Borrow;

use serde::Serialize;

use super::{Store, StoreOptions, get, insert, update};
use crate::{
    Collection,
    codec::{self, Target, encode},
    request::Request,
};

/// What an upsert has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upserted {
    /// There was no such record; it is stored.
    Inserted,
    /// There was one; its fields are changed.
    Updated,
}

impl<T: Serialize> Collection<T> {
    /// Stores a record under an id: changes the fields of the one that exists, or inserts it.
    ///
    /// **Not atomic.** ekoDB has no call for it: this asks whether the record exists, and then
    /// updates or inserts. Between the two another writer can insert or delete it. In an update the
    /// fields that `record` does not have are kept.
    ///
    /// # Errors
    ///
    /// As for [`insert`](Self::insert) and [`update`](Self::update), and
    /// [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) without both `read` and
    /// `write`. [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) or
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) mean that another writer came between:
    /// call it again.
    pub fn upsert(&self, id: impl Into<String>, record: impl Borrow<T>) -> Store<Upserted> {
        let record = record.borrow();
        let changes = encode(record, Target::Update);
        let (record, id) = (encode(record, Target::Insert), id.into());
        let name = self.name().to_owned();
        Request::with_options(self.client(), |call, options: StoreOptions| async move {
            let (changes, record) = (changes?, record?.without_id(&id)?);
            if get::exists(&call, &name, &id).await? {
                update::update(&call, &name, &id, changes, &options, codec::is_record).await?;
                Ok(Upserted::Updated)
            } else {
                insert::insert(&call, &name, record.with_id(&id), &options).await?;
                Ok(Upserted::Inserted)
            }
        })
    }
}
