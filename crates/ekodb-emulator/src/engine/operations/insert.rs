//! Storing new records.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::checked_input::{Basis, Prepared};
use super::collection_writer::CollectionWriter;
use super::database::Database;
use super::new_record::new_record;
use super::transaction_scope::{RecordChange, Scope};
use crate::engine::error::Error;
use crate::engine::key::{ApiKey, FieldRights};
use crate::engine::record::Record;
use crate::engine::schema::Schema;
use crate::engine::store::WriteView;

impl Database {
    /// Stores a record and returns its id. Creates the collection if it does not exist.
    pub(crate) async fn insert(
        &self,
        key: &ApiKey,
        scope: Scope,
        collection: String,
        members: Map<String, Value>,
    ) -> Result<String, Error> {
        let basis = self.basis(&scope, &collection)?;
        let insert = Insert {
            rights: key.field_rights(&collection),
            collection,
            record: Prepared::new(members, new_record, basis.as_ref()),
            basis,
        };
        self.change_records(key, scope, insert).await
    }
}

struct Insert {
    rights: FieldRights,
    collection: String,
    record: Prepared<Record>,
    basis: Option<Basis>,
}

impl RecordChange for Insert {
    type Output = String;

    fn run<V: WriteView>(&mut self, view: &V, now: DateTime<Utc>) -> Result<String, Error> {
        let mut target = InsertTarget::open(view, &self.collection, now)?;
        self.rights
            .require_insert(self.record.members(), target.schema())?;
        let is_basis = Basis::is(self.basis.as_ref(), target.schema());
        target.insert(&mut self.record, is_basis)
    }
}

enum Target<'a, V> {
    Existing(CollectionWriter<'a, V>),
    /// Not created yet; the schema is the empty one.
    Missing(Schema),
}

/// A collection to insert into. If it does not exist, the first valid record creates it.
pub(super) struct InsertTarget<'a, V> {
    view: &'a V,
    name: &'a str,
    now: DateTime<Utc>,
    target: Target<'a, V>,
}

impl<'a, V: WriteView> InsertTarget<'a, V> {
    pub(super) fn open(view: &'a V, name: &'a str, now: DateTime<Utc>) -> Result<Self, Error> {
        let found = CollectionWriter::open(view, name, now)?;
        Ok(Self {
            view,
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

    /// Stores a record. `is_basis`: it was prepared for the schema of the collection.
    pub(super) fn insert(
        &mut self,
        record: &mut Prepared<Record>,
        is_basis: bool,
    ) -> Result<String, Error> {
        let record = record.get(is_basis, self.schema(), self.now.timestamp_millis())?;
        match &self.target {
            Target::Existing(collection) => collection.insert(&record)?,
            Target::Missing(empty) => {
                let created = self.view.create_collection(self.name, empty.clone())?;
                let collection = CollectionWriter::new(self.view, created, self.now);
                collection.insert(&record)?;
                self.target = Target::Existing(collection);
            }
        }
        Ok(record.id)
    }
}
