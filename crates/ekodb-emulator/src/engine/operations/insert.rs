//! Storing new records.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::collection_writer::CollectionWriter;
use super::database::Database;
use super::new_record::new_record;
use crate::engine::error::Error;
use crate::engine::key::ApiKey;
use crate::engine::schema::Schema;
use crate::engine::store::{Collections, WriteTransaction};

impl Database {
    /// Stores a record and returns its id. Creates the collection if it does not exist.
    pub(crate) async fn insert(
        &self,
        key: &ApiKey,
        collection: String,
        members: Map<String, Value>,
    ) -> Result<String, Error> {
        let rights = key.field_rights(&collection);
        let now = self.clock.now();
        self.store
            .write(move |transaction| {
                let mut target = InsertTarget::open(transaction, &collection, now)?;
                rights.require_insert(&members, target.schema())?;
                target.insert(members.clone())
            })
            .await
    }
}

enum Target<'a> {
    Existing(CollectionWriter<'a>),
    /// Not created yet; the schema is the empty one.
    Missing(Schema),
}

/// A collection to insert into. If it does not exist, the first valid record creates it.
pub(super) struct InsertTarget<'a> {
    transaction: &'a WriteTransaction<'a>,
    name: &'a str,
    now: DateTime<Utc>,
    target: Target<'a>,
}

impl<'a> InsertTarget<'a> {
    pub(super) fn open(
        transaction: &'a WriteTransaction<'a>,
        name: &'a str,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let found = CollectionWriter::open(transaction, name, now)?;
        Ok(Self {
            transaction,
            name,
            now,
            target: found.map_or_else(|| Target::Missing(Schema::empty(now)), Target::Existing),
        })
    }

    /// The schema that records must fit: an empty one while the collection does not exist.
    pub(super) fn schema(&self) -> &Schema {
        match &self.target {
            Target::Existing(collection) => &collection.schema,
            Target::Missing(empty) => empty,
        }
    }

    pub(super) fn insert(&mut self, members: Map<String, Value>) -> Result<String, Error> {
        let record = new_record(members, self.schema(), self.now.timestamp_millis())?;
        match &self.target {
            Target::Existing(collection) => collection.insert(&record)?,
            Target::Missing(empty) => {
                let created = Collections(self.transaction).create(self.name, empty.clone())?;
                let collection = CollectionWriter::new(self.transaction, created, self.now);
                collection.insert(&record)?;
                self.target = Target::Existing(collection);
            }
        }
        Ok(record.id)
    }
}
