//! Batches: many records in as few calls as the server allows.

use std::{borrow::Borrow, ops::Range};

use ekodb_api::types::{self, BatchReply};
use serde::Serialize;

use super::{Batch, BatchOptions, BatchOutcome, Interruption, batch_outcome::item};
use crate::{
    Collection, Error, argument,
    codec::Items,
    request::{Call, Request},
};

/// Records, many at a time.
impl<T: Serialize> Collection<T> {
    /// Stores many new records: `POST /api/batch/insert/{collection}`, in as many calls as their
    /// number takes. Each record succeeds or fails by itself: see
    /// [`BatchOutcome`](super::BatchOutcome).
    ///
    /// ```no_run
    /// # async fn f(client: ekodb_client::Client) -> Result<(), ekodb_client::Error> {
    /// use ekodb_client::Record;
    ///
    /// let users = client.collection("users");
    /// let people = ["Ada", "Grace"].map(|name| Record::new().with("name", name));
    /// let ids = users.insert_many(&people).await?.into_result()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Not repeated by itself after an unclear failure, so that nothing is stored twice. A record
    /// that is to expire has the member `ttl`, in seconds.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a record that cannot
    /// be written, before any is sent; otherwise as for [`insert`](Self::insert), if the first call
    /// fails. What fails later is in the outcome.
    #[doc(alias = "batch_insert")]
    pub fn insert_many<R: Borrow<T>>(&self, records: impl IntoIterator<Item = R>) -> Batch {
        let mut items = Items::default();
        let added = records
            .into_iter()
            .enumerate()
            .try_for_each(|(index, record)| {
                let added = items.insert(record.borrow());
                added.map_err(|error| error.in_place(&item(index, None)))
            });
        batch(self, Kind::Insert, added.map(|()| items))
    }
}

impl<T> Collection<T> {
    /// Changes fields of many records: `PUT /api/batch/update/{collection}`, in as many calls as
    /// their number takes. Each is changed as [`update`](Self::update) does it, and succeeds or
    /// fails by itself: see [`BatchOutcome`](super::BatchOutcome).
    ///
    /// # Errors
    ///
    /// As for [`insert_many`](Self::insert_many).
    #[doc(alias = "batch_update")]
    pub fn update_many<I: Into<String>, C: Serialize>(
        &self,
        changes: impl IntoIterator<Item = (I, C)>,
    ) -> Batch {
        let mut items = Items::default();
        let added = changes
            .into_iter()
            .enumerate()
            .try_for_each(|(index, (id, changes))| {
                let id = id.into();
                let added = items.update(&id, &changes);
                added.map_err(|error| error.in_place(&item(index, Some(&id))))
            });
        batch(self, Kind::Update, added.map(|()| items))
    }

    /// Deletes many records: `DELETE /api/batch/delete/{collection}`, in as many calls as their
    /// number takes. Each succeeds or fails by itself: see [`BatchOutcome`](super::BatchOutcome).
    ///
    /// It is repeated after an unclear failure; then what the first attempt deleted is among the
    /// failures of the second.
    ///
    /// # Errors
    ///
    /// As for [`delete`](Self::delete), if the first call fails. What fails later is in the
    /// outcome.
    #[doc(alias = "batch_delete")]
    pub fn delete_many<I: Into<String>>(&self, ids: impl IntoIterator<Item = I>) -> Batch {
        let mut items = Items::default();
        let added = ids.into_iter().enumerate().try_for_each(|(index, id)| {
            let id = id.into();
            argument::segment("record id", &id)
                .map_err(|error| error.in_place(&item(index, Some(&id))))?;
            items.delete(&id);
            Ok(())
        });
        batch(self, Kind::Delete, added.map(|()| items))
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Insert,
    Update,
    Delete,
}

fn batch<T>(collection: &Collection<T>, kind: Kind, items: Result<Items, Error>) -> Batch {
    let name = collection.name().to_owned();
    Request::with_options(
        collection.client(),
        move |call, options: BatchOptions| async move {
            argument::segment("collection", &name)?;
            let items = items?;
            let mut outcome = BatchOutcome::default();
            let all = items.len();
            let mut range = 0..0;
            while range.end < all {
                range = range.end..all.min(range.end.saturating_add(options.chunk));
                match send(&call.next()?, &name, kind, &items, range.clone(), &options).await {
                    Ok(reply) => outcome.add(reply, range.clone(), &items),
                    Err(error) if range.start == 0 => {
                        return Err(in_call(error, &range, all));
                    }
                    Err(error) => {
                        outcome.interruption = Some(Interruption {
                            error: in_call(error, &range, all),
                            unsent: range.end..all,
                            items: range,
                        });
                        break;
                    }
                }
            }
            Ok(outcome)
        },
    )
}

/// The error of one call of several.
fn in_call(error: Error, range: &Range<usize>, all: usize) -> Error {
    let Range { start, end } = range;
    if end - start == all {
        return error;
    }
    error.in_place(&format!("items {start} to {} of {all}", end - 1))
}

async fn send(
    call: &Call,
    name: &str,
    kind: Kind,
    items: &Items,
    range: Range<usize>,
    options: &BatchOptions,
) -> Result<BatchReply, Error> {
    macro_rules! send {
        ($operation:ident, $request:ident { $items:ident $(, $member:ident)? }) => {{
            let prepared = {
                let mut request = call.api().$operation().collection(name);
                if let Some(bypass) = options.bypass_ripple {
                    request = request.bypass_ripple(bypass);
                }
                let none = types::$request { $items: Vec::new() $(, $member: None)? };
                request.body(none).prepare()
            };
            let body = items.body(stringify!($items), range);
            call.run_with(prepared, Some(body)).await
        }};
    }
    match kind {
        Kind::Insert => send!(
            batch_insert,
            BatchInsertRequest {
                inserts,
                bypass_ripple
            }
        ),
        Kind::Update => send!(batch_update, BatchUpdateRequest { updates }),
        Kind::Delete => send!(batch_delete, BatchDeleteRequest { deletes }),
    }
}
