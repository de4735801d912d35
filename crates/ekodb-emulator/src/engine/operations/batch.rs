//! Many records at once. Each succeeds or fails by itself; all share one commit.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::change_record::Edit;
use super::checked_input::{Basis, Prepared};
use super::collection_writer::CollectionWriter;
use super::database::Database;
use super::insert::InsertTarget;
use super::new_record::{new_changes, new_record};
use super::transaction_scope::{RecordChange, Scope};
use crate::engine::error::Error;
use crate::engine::key::{ApiKey, FieldRights};
use crate::engine::record::Record;
use crate::engine::schema::Schema;
use crate::engine::store::WriteView;

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
        scope: Scope,
        collection: String,
        records: Vec<Map<String, Value>>,
    ) -> Result<BatchOutcome, Error> {
        refuse_too_many(records.len())?;
        let basis = self.basis(&scope, &collection)?;
        let (records, basis) = prepare(basis, move |basis| {
            let record = |members| Prepared::new(members, new_record, basis);
            records.into_iter().map(record).collect()
        })
        .await;
        let batch = BatchInsert {
            rights: key.field_rights(&collection),
            collection,
            records,
            basis,
        };
        self.change_records(key, scope, batch).await
    }

    /// Merges members into records.
    pub(crate) async fn update_batch(
        &self,
        key: &ApiKey,
        scope: Scope,
        collection: String,
        updates: Vec<BatchUpdate>,
    ) -> Result<BatchOutcome, Error> {
        refuse_too_many(updates.len())?;
        let basis = self.basis(&scope, &collection)?;
        let (items, basis) = prepare(basis, move |basis| {
            let update = |BatchUpdate { id, members }| {
                let changes = Prepared::new(members, new_changes, basis);
                (id, Edit::Update(changes))
            };
            updates.into_iter().map(update).collect()
        })
        .await;
        self.change_batch(key, scope, collection, items, basis)
            .await
    }

    /// Moves records into the trash.
    pub(crate) async fn delete_batch(
        &self,
        key: &ApiKey,
        scope: Scope,
        collection: String,
        ids: Vec<String>,
    ) -> Result<BatchOutcome, Error> {
        refuse_too_many(ids.len())?;
        let items = ids.into_iter().map(|id| (id, Edit::Delete)).collect();
        self.change_batch(key, scope, collection, items, None).await
    }

    /// Changes records, after all items have passed the check.
    async fn change_batch(
        &self,
        key: &ApiKey,
        scope: Scope,
        collection: String,
        items: Vec<(String, Edit)>,
        basis: Option<Basis>,
    ) -> Result<BatchOutcome, Error> {
        let batch = BatchChange {
            rights: key.field_rights(&collection),
            collection,
            items,
            basis,
        };
        self.change_records(key, scope, batch).await
    }
}

/// Prepares the items of a batch, which may take a while.
async fn prepare<T: Send + 'static>(
    basis: Option<Basis>,
    items: impl FnOnce(Option<&Basis>) -> Vec<T> + Send + 'static,
) -> (Vec<T>, Option<Basis>) {
    let work = tokio::task::spawn_blocking(move || (items(basis.as_ref()), basis));
    match work.await {
        Ok(prepared) => prepared,
        // It is never cancelled.
        Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}

struct BatchInsert {
    rights: FieldRights,
    collection: String,
    records: Vec<Prepared<Record>>,
    basis: Option<Basis>,
}

impl RecordChange for BatchInsert {
    type Output = BatchOutcome;

    fn run<V: WriteView>(&mut self, view: &V, now: DateTime<Utc>) -> Result<BatchOutcome, Error> {
        let mut target = InsertTarget::open(view, &self.collection, now)?;
        for record in &self.records {
            self.rights
                .require_insert(record.members(), target.schema())?;
        }
        let is_basis = Basis::is(self.basis.as_ref(), target.schema());
        let mut batch = BatchOutcome::default();
        for record in &mut self.records {
            let id = record.members().get("id").and_then(Value::as_str);
            batch.add(id.map(str::to_owned), target.insert(record, is_basis));
        }
        Ok(batch)
    }
}

struct BatchChange {
    rights: FieldRights,
    collection: String,
    items: Vec<(String, Edit)>,
    basis: Option<Basis>,
}

impl RecordChange for BatchChange {
    type Output = BatchOutcome;

    fn run<V: WriteView>(&mut self, view: &V, now: DateTime<Utc>) -> Result<BatchOutcome, Error> {
        let collection = CollectionWriter::open(view, &self.collection, now)?;
        let found = collection.as_ref();
        let empty = Schema::empty(now);
        let schema = found.map_or(&empty, |found| &found.schema);
        for (_, edit) in &self.items {
            edit.check(&self.rights, schema)?;
        }
        let is_basis = Basis::is(self.basis.as_ref(), schema);
        let mut batch = BatchOutcome::default();
        for (id, edit) in &mut self.items {
            let changed = match found {
                Some(found) => edit.run(id, found, is_basis),
                None => Err(Error::RecordNotFound),
            };
            batch.add(Some(id.clone()), changed.map(|record| record.id));
        }
        Ok(batch)
    }
}

pub(super) fn refuse_too_many(items: usize) -> Result<(), Error> {
    match items <= MOST {
        true => Ok(()),
        false => Err(Error::BatchTooLong { items, limit: MOST }),
    }
}
