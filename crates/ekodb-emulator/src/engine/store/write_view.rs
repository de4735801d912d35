//! Views in which records can be changed.

use chrono::{DateTime, Utc};

use super::collection::Collection;
use super::collections::Collections;
use super::error::StoreError;
use super::records::{Records, Stored, sweep};
use super::transaction::{ReadView, WriteTransaction};
use crate::engine::record::Record;
use crate::engine::schema::Schema;

/// A view in which records can be changed: the store itself, or the overlay of a transaction.
pub(crate) trait WriteView: ReadView + Sized {
    /// Creates a collection that does not exist.
    fn create_collection(&self, name: &str, schema: Schema) -> Result<Collection, StoreError>;

    /// Stores a record whose id is not in use.
    fn insert(of: &Records<'_, Self>, record: &Record, schema: &Schema) -> Result<(), StoreError>;

    /// Puts a changed record in the place of what it was.
    fn replace(
        of: &Records<'_, Self>,
        before: &Stored,
        after: &Record,
        schema: &Schema,
    ) -> Result<(), StoreError>;

    /// Moves a record into the trash.
    fn trash(of: &Records<'_, Self>, stored: &Stored) -> Result<(), StoreError>;

    /// Removes some of what is due.
    fn remove_due(&self, _now: DateTime<Utc>) -> Result<(), StoreError> {
        Ok(())
    }
}

impl WriteView for WriteTransaction<'_> {
    fn create_collection(&self, name: &str, schema: Schema) -> Result<Collection, StoreError> {
        Collections(self).create(name, schema)
    }

    fn insert(of: &Records<'_, Self>, record: &Record, schema: &Schema) -> Result<(), StoreError> {
        of.insert(record, schema.indexed())
    }

    fn replace(
        of: &Records<'_, Self>,
        before: &Stored,
        after: &Record,
        schema: &Schema,
    ) -> Result<(), StoreError> {
        of.replace(before, after, schema.indexed())
    }

    fn trash(of: &Records<'_, Self>, stored: &Stored) -> Result<(), StoreError> {
        of.trash(stored)
    }

    fn remove_due(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        sweep(self, now.timestamp_millis())
    }
}
