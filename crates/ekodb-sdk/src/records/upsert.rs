//! Storing a record whether it exists or not.

use std::borrow::Borrow;

use serde::{Serialize, de::DeserializeOwned};

use super::{RecordRequest, Store, StoreOptions, encode::encode, single};
use crate::Collection;

/// What an upsert has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upserted {
    /// There was no such record; it is stored.
    Inserted,
    /// There was one; its fields are changed.
    Updated,
}

impl<T: Serialize + DeserializeOwned + Send + 'static> Collection<T> {
    /// Stores a record under an id: changes the fields of the one that exists, or inserts it.
    ///
    /// **Not atomic.** ekoDB has no call for it: this asks whether the record exists, and then updates or inserts. Between the two another
    /// writer can insert or delete it. In an update the fields that `record` does not have are kept.
    ///
    /// # Errors
    ///
    /// As for [`insert`](Self::insert) and [`update`](Self::update), and [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied)
    /// without both `read` and `write`. [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) or
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) mean that another writer came between: call it again.
    pub fn upsert(&self, id: impl Into<String>, record: impl Borrow<T>) -> Store<Upserted> {
        let (members, id) = (encode(record.borrow()), id.into());
        let name = self.name().to_owned();
        RecordRequest::with_options(self.client(), |call, options: StoreOptions| async move {
            let mut members = members?;
            single::without_id(&mut members, &id)?;
            if single::exists(&call, name.clone(), id.clone()).await? {
                single::update(&call, name, id, members, options).await?;
                Ok(Upserted::Updated)
            } else {
                members.insert("id".to_owned(), id.into());
                single::insert(&call, name, members, options).await?;
                Ok(Upserted::Inserted)
            }
        })
    }
}
