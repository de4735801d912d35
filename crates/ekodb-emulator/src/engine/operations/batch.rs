//! Many records at once. Each succeeds or fails by itself; all share one commit.

use serde_json::{Map, Value};

use super::collection_writer::CollectionWriter;
use super::database::Database;
use super::insert::InsertTarget;
use crate::engine::error::Error;
use crate::engine::key::ApiKey;
use crate::engine::record::Record;
use crate::engine::schema::Schema;

/// The highest number of items of the tiers.
const MOST: usize = 20_000;

/// What became of each record of a batch.
#[derive(Debug, Default)]
pub(crate) struct BatchOutcome {
    /// The ids of those that succeeded.
    pub(crate) successful: Vec<String>,
    /// The ids of the others, as far as they have one, and why they failed.
    pub(crate) failed: Vec<(Option<String>, Error)>,
}

/// A change of one record of a batch.
#[derive(Clone, Debug)]
pub(crate) struct BatchUpdate {
    pub(crate) id: String,
    pub(crate) members: Map<String, Value>,
}

impl BatchOutcome {
    fn add(&mut self, id: Option<String>, outcome: Result<String, Error>) {
        match outcome {
            Ok(id) => self.successful.push(id),
            Err(error) => self.failed.push((id, error)),
        }
    }
}

impl Database {
    /// Stores records. Creates the collection if it does not exist and a record is valid.
    pub(crate) async fn insert_batch(
        &self,
        key: &ApiKey,
        collection: String,
        records: Vec<Map<String, Value>>,
    ) -> Result<BatchOutcome, Error> {
        refuse_too_many(records.len())?;
        let rights = key.field_rights(&collection);
        let now = self.clock.now();
        self.store
            .write(move |transaction| {
                let mut target = InsertTarget::open(transaction, &collection, now)?;
                for members in &records {
                    rights.require_insert(members, target.schema())?;
                }
                let mut batch = BatchOutcome::default();
                for members in &records {
                    let id = members.get("id").and_then(Value::as_str);
                    batch.add(id.map(str::to_owned), target.insert(members.clone()));
                }
                Ok(batch)
            })
            .await
    }

    /// Merges members into records.
    pub(crate) async fn update_batch(
        &self,
        key: &ApiKey,
        collection: String,
        updates: Vec<BatchUpdate>,
    ) -> Result<BatchOutcome, Error> {
        let rights = key.field_rights(&collection);
        let check = move |update: &BatchUpdate, schema: &Schema| {
            Ok(rights.require_update(&update.members, schema)?)
        };
        self.change_batch(collection, updates, check, |collection, update| {
            collection.update(&update.id, update.members.clone())
        })
        .await
    }

    /// Moves records into the trash.
    pub(crate) async fn delete_batch(
        &self,
        collection: String,
        ids: Vec<String>,
    ) -> Result<BatchOutcome, Error> {
        let check = |_: &String, _: &Schema| Ok(());
        self.change_batch(collection, ids, check, |collection, id| {
            collection.delete(id)
        })
        .await
    }

    /// Changes records, after all items have passed the check.
    async fn change_batch<T: BatchItem>(
        &self,
        collection: String,
        items: Vec<T>,
        check: impl Fn(&T, &Schema) -> Result<(), Error> + Send + 'static,
        change: impl Fn(&CollectionWriter<'_>, &T) -> Result<Record, Error> + Send + 'static,
    ) -> Result<BatchOutcome, Error> {
        refuse_too_many(items.len())?;
        let now = self.clock.now();
        self.store
            .write(move |transaction| {
                let collection = CollectionWriter::open(transaction, &collection, now)?;
                let found = collection.as_ref();
                let empty = Schema::empty(now);
                let schema = found.map_or(&empty, |found| &found.schema);
                items.iter().try_for_each(|item| check(item, schema))?;
                let mut batch = BatchOutcome::default();
                for item in &items {
                    let changed = match found {
                        Some(found) => change(found, item),
                        None => Err(Error::RecordNotFound),
                    };
                    batch.add(Some(item.id().to_owned()), changed.map(|record| record.id));
                }
                Ok(batch)
            })
            .await
    }
}

/// An item of a batch that names an existing record.
trait BatchItem: Send + 'static {
    fn id(&self) -> &str;
}

impl BatchItem for BatchUpdate {
    fn id(&self) -> &str {
        &self.id
    }
}

impl BatchItem for String {
    fn id(&self) -> &str {
        self
    }
}

fn refuse_too_many(items: usize) -> Result<(), Error> {
    match items <= MOST {
        true => Ok(()),
        false => Err(Error::BatchTooLong { items, limit: MOST }),
    }
}
