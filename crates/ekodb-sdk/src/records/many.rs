//! Calls on many records.

use std::{borrow::Borrow, collections::HashMap};

use ekodb_api::types;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value as Json;

use super::{
    Batch,
    batch::{CHUNK, Items},
    decode,
    encode::encode,
    single,
};
use crate::{
    Collection, Error, argument,
    query::{FIND, Find, field},
};

/// Records, many at a time.
impl<T: Serialize + DeserializeOwned + Send + 'static> Collection<T> {
    /// Stores many new records: `POST /api/batch/insert/{collection}`, in as many calls as their number takes. Each record succeeds or
    /// fails by itself: see [`BatchOutcome`](super::BatchOutcome).
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
    /// Not repeated by itself after an unclear failure, so that nothing is stored twice. A record that is to expire has the member
    /// `ttl`, in seconds.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a record that cannot be written, before any is sent; otherwise as for
    /// [`insert`](Self::insert), if the first call fails. What fails later is in the outcome.
    pub fn insert_many<R: Borrow<T>>(&self, records: impl IntoIterator<Item = R>) -> Batch {
        let item = |record: R| {
            let data = types::Record(encode(record.borrow())?);
            Ok(types::BatchInsertItem {
                data,
                bypass_ripple: None,
            })
        };
        let items: Result<_, Error> = records.into_iter().map(item).collect();
        Batch::new(self.client(), self.name(), items.map(Items::Insert))
    }

    /// Changes fields of many records: `PUT /api/batch/update/{collection}`, in as many calls as their number takes. Each is changed as
    /// [`update`](Self::update) does it, and succeeds or fails by itself: see [`BatchOutcome`](super::BatchOutcome).
    ///
    /// # Errors
    ///
    /// As for [`insert_many`](Self::insert_many).
    pub fn update_many<I: Into<String>, C: Serialize>(
        &self,
        changes: impl IntoIterator<Item = (I, C)>,
    ) -> Batch {
        let item = |(id, changes): (I, C)| {
            let (id, mut members) = (id.into(), encode(&changes)?);
            single::without_id(&mut members, &id)?;
            Ok(types::BatchUpdateItem {
                id,
                data: types::Record(members),
                bypass_ripple: None,
            })
        };
        let items: Result<_, Error> = changes.into_iter().map(item).collect();
        Batch::new(self.client(), self.name(), items.map(Items::Update))
    }

    /// Reads many records: `POST /api/find/{collection}` for their ids, in as many calls as their number takes. They come in the order of the
    /// ids; `None` stands for one that does not exist.
    ///
    /// # Errors
    ///
    /// As for [`find`](Self::find).
    pub async fn get_many<I: Into<String>>(
        &self,
        ids: impl IntoIterator<Item = I>,
    ) -> Result<Vec<Option<T>>, Error> {
        let ids: Vec<String> = ids.into_iter().map(Into::into).collect();
        let mut found = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(CHUNK) {
            let mut records = HashMap::new();
            let query = self.find().filter(field("id").is_in(chunk.iter().cloned()));
            for record in query.all_pages().await? {
                if let Some(id) = record.get("id").and_then(Json::as_str) {
                    records.insert(id.to_owned(), record);
                }
            }
            for id in chunk {
                // An id that is asked for twice is answered twice.
                let record = records.get(id).cloned();
                found.push(
                    record
                        .map(|record| decode(record, None, FIND))
                        .transpose()?,
                );
            }
        }
        Ok(found)
    }
}

impl<T> Collection<T> {
    /// Deletes many records: `DELETE /api/batch/delete/{collection}`, in as many calls as their number takes. Each succeeds or fails by
    /// itself: see [`BatchOutcome`](super::BatchOutcome).
    ///
    /// It is repeated after an unclear failure; then what the first attempt deleted is among the failures of the second.
    ///
    /// # Errors
    ///
    /// As for [`delete`](Self::delete), if the first call fails. What fails later is in the outcome.
    pub fn delete_many<I: Into<String>>(&self, ids: impl IntoIterator<Item = I>) -> Batch {
        let item = |id: I| {
            let id = id.into();
            argument::segment("record id", &id)?;
            Ok(types::BatchDeleteItem {
                id,
                bypass_ripple: None,
            })
        };
        let items: Result<_, Error> = ids.into_iter().map(item).collect();
        Batch::new(self.client(), self.name(), items.map(Items::Delete))
    }

    /// Begins a query of the collection: `POST /api/find/{collection}`.
    pub fn find(&self) -> Find<T> {
        Find::new(self.client().clone(), self.name().to_owned())
    }

    /// How many records the collection has. The same as `find().count()`: it reads the ids of all of them.
    ///
    /// # Errors
    ///
    /// As for [`find`](Self::find).
    pub async fn count(&self) -> Result<u64, Error> {
        self.find().count().await
    }
}
