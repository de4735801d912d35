//! One collection within a view that is written to, with the rules that its records keep.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use ekodb_api::types::RecordAction;

use super::checked_input::Prepared;
use super::get::missing_record;
use super::new_record::{refuse_large, require_fields, set_ttl};
use crate::engine::error::Error;
use crate::engine::record::{Draft, Record, apply_action, cost_of_action};
use crate::engine::schema::Schema;
use crate::engine::store::{Collection, Collections, Records, Stored, WriteTransaction, WriteView};
use crate::engine::value::Typed;

/// How many list items the actions of one request may move: what keeps the writer for a fraction of
/// a second.
const MOST_MOVED: usize = 20_000_000;

/// A collection whose records are changed.
pub(in crate::engine) struct CollectionWriter<'a, V> {
    pub(in crate::engine) schema: Schema,
    pub(super) records: Records<'a, V>,
}

/// An action on a field. `name` is what the request calls it.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) name: String,
    pub(super) action: RecordAction,
    pub(super) field: String,
    pub(super) operand: Typed,
}

impl<'a, V: WriteView> CollectionWriter<'a, V> {
    /// Opens a collection, if it exists. Some of what is due in the store is removed first.
    pub(super) fn open(view: &'a V, name: &str, now: DateTime<Utc>) -> Result<Option<Self>, Error> {
        view.remove_due(now)?;
        let found = Collections(view).get(name)?;
        Ok(found.map(|collection| Self::new(view, collection, now)))
    }

    pub(in crate::engine) fn new(view: &'a V, collection: Collection, now: DateTime<Utc>) -> Self {
        Self {
            schema: collection.schema,
            records: Records::new(view, collection.uid, now),
        }
    }

    /// Stores a new record of [`new_record`](super::new_record::new_record).
    pub(super) fn insert(&self, record: &Record) -> Result<(), Error> {
        if self.records.get(&record.id)?.is_some() {
            return Err(Error::RecordExists(record.id.clone()));
        }
        self.refuse_duplicate(record, None, |_| true)?;
        Ok(V::insert(&self.records, record, &self.schema)?)
    }

    /// Stores a record of [`new_record`](super::new_record::new_record), replacing the one with its
    /// id.
    pub(in crate::engine) fn put(&self, record: Record) -> Result<(), Error> {
        match self.records.get(&record.id)? {
            Some(before) if before.record == record => Ok(()),
            Some(before) => self.replace(&before, record, |_| true).map(drop),
            None => self.insert(&record),
        }
    }

    /// Merges changes into a record. Returns the record that results. `is_basis`: they were
    /// prepared for the schema of the collection.
    pub(super) fn update(
        &self,
        id: &str,
        changes: &mut Prepared<Draft>,
        is_basis: bool,
    ) -> Result<Record, Error> {
        let before = self.existing(id)?;
        let draft = changes.get(is_basis, &self.schema, self.records.now)?;
        if draft.id.as_deref().is_some_and(|other| other != id) {
            return Err(Error::IdChange);
        }
        let mut after = before.record.clone();
        set_ttl(&mut after.ttl, &draft, self.records.now);
        let changed: BTreeSet<_> = draft.fields.keys().cloned().collect();
        after.fields.extend(draft.fields);
        refuse_large(&after)?;
        self.replace(&before, after, |field| changed.contains(field))
    }

    /// Applies actions in their order, all or none. Returns the record that results.
    pub(super) fn apply(&self, id: &str, steps: &[Step]) -> Result<Record, Error> {
        let before = self.existing(id)?;
        let mut after = before.record.clone();
        let mut left = MOST_MOVED;
        for step in steps {
            let value = after.fields.remove(&step.field);
            left = left
                .checked_sub(cost_of_action(step.action, value.as_ref()))
                .ok_or(Error::TooManyItemsMoved { limit: MOST_MOVED })?;
            let value = apply_action(step.action, value, step.operand.clone())
                .map_err(|reason| Error::action(&step.name, reason))?;
            let value = self.schema.fit_shallow(&step.field, value)?;
            after.fields.insert(step.field.clone(), value);
        }
        // Once for each field, not after each step.
        let changed: BTreeSet<_> = steps.iter().map(|step| step.field.as_str()).collect();
        for field in &changed {
            if let Some(value) = after.fields.get(*field) {
                self.schema.refuse_deep(field, value)?;
            }
        }
        refuse_large(&after)?;
        self.replace(&before, after, |field| changed.contains(field))
    }

    /// Moves a record into the trash and returns it.
    pub(super) fn delete(&self, id: &str) -> Result<Record, Error> {
        let stored = self.existing(id)?;
        V::trash(&self.records, &stored)?;
        Ok(stored.record)
    }

    /// Stores what a record has become. Only the fields that `changed` holds for are checked: what
    /// a request does not name has no part in its outcome.
    fn replace(
        &self,
        before: &Stored,
        after: Record,
        changed: impl Fn(&str) -> bool,
    ) -> Result<Record, Error> {
        require_fields(&self.schema, &after.fields, &changed)?;
        self.refuse_duplicate(&after, Some(before.number), &changed)?;
        V::replace(&self.records, before, &after, &self.schema)?;
        Ok(after)
    }

    fn existing(&self, id: &str) -> Result<Stored, Error> {
        match self.records.get(id)? {
            Some(stored) => Ok(stored),
            None => Err(missing_record(&self.records, id)?),
        }
    }

    fn refuse_duplicate(
        &self,
        record: &Record,
        except: Option<u64>,
        changed: impl Fn(&str) -> bool,
    ) -> Result<(), Error> {
        for field in self.schema.unique().filter(|field| changed(field)) {
            if self.records.has_duplicate(field, record, except)? {
                return Err(Error::NotUnique(field.to_owned()));
            }
        }
        Ok(())
    }
}

impl CollectionWriter<'_, WriteTransaction<'_>> {
    /// Restores a deleted record, if its id and its unique values are free.
    pub(super) fn restore(&self, stored: &Stored) -> Result<(), Error> {
        let record = &stored.record;
        if self.records.get(&record.id)?.is_some() {
            return Err(Error::RecordExistsAgain(record.id.clone()));
        }
        self.refuse_duplicate(record, None, |_| true)?;
        Ok(self.records.restore(stored, self.schema.indexed())?)
    }
}
