//! Views with an overlay: the statements of a transaction, and lists that are sent while they are
//! made.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use redb::{Key, ReadableTable, TableDefinition, Value};

use super::collection::Collection;
use super::error::StoreError;
use super::overlay::{Overlay, STAGED, size};
use super::records::{Records, Stored};
use super::transaction::{ReadTransaction, ReadView};
use super::write_view::WriteView;
use crate::engine::record::Record;
use crate::engine::schema::Schema;

/// A snapshot with an overlay that no longer changes.
#[derive(Clone)]
pub(crate) struct StagedView {
    base: Arc<ReadTransaction>,
    overlay: Arc<Overlay>,
}

impl ReadView for StagedView {
    fn table<K: Key + 'static, V: Value + 'static>(
        &self,
        definition: TableDefinition<'static, K, V>,
    ) -> Result<impl ReadableTable<K, V>, StoreError> {
        self.base.table(definition)
    }

    fn overlay(&self) -> Option<Arc<Overlay>> {
        Some(Arc::clone(&self.overlay))
    }
}

/// How many bytes of memory what a transaction has read and written may take.
pub(crate) const MOST_STAGED: usize = 128 * 1024 * 1024;

/// What a transaction has read of the store, its own writes aside: each thing as it was the first
/// time. What comes after [`MOST_STAGED`] bytes is counted only.
#[derive(Debug, Default)]
pub(crate) struct ReadSet {
    pub(crate) collections: BTreeMap<String, Option<Collection>>,
    /// By the uid of the collection and the id.
    pub(crate) records: BTreeMap<(u64, String), Option<Record>>,
    /// About how much memory all of it takes.
    pub(crate) bytes: usize,
}

impl ReadSet {
    /// Counts bytes that are to be kept. Returns whether there is room for them.
    fn has_room(&mut self, bytes: usize) -> bool {
        self.bytes += bytes;
        self.bytes <= MOST_STAGED
    }
}

/// One statement of a transaction: its reads see the snapshot and what the transaction has written,
/// its writes go into the overlay.
pub(crate) struct Staging<'r> {
    base: Arc<ReadTransaction>,
    overlay: RefCell<Arc<Overlay>>,
    reads: RefCell<&'r mut ReadSet>,
}

impl<'r> Staging<'r> {
    pub(crate) fn new(
        base: Arc<ReadTransaction>,
        overlay: Arc<Overlay>,
        reads: &'r mut ReadSet,
    ) -> Self {
        Self {
            base,
            overlay: RefCell::new(overlay),
            reads: RefCell::new(reads),
        }
    }

    /// What the statement sees now.
    pub(crate) fn frozen(&self) -> StagedView {
        StagedView {
            base: Arc::clone(&self.base),
            overlay: Arc::clone(&self.overlay.borrow()),
        }
    }

    /// The overlay with what the statement has written.
    pub(crate) fn into_overlay(self) -> Arc<Overlay> {
        self.overlay.into_inner()
    }

    fn edit<T>(&self, edit: impl FnOnce(&mut Overlay) -> T) -> Result<T, StoreError> {
        let mut overlay = self.overlay.borrow_mut();
        if overlay.bytes + self.reads.borrow().bytes > MOST_STAGED {
            return Err(StoreError::TooMuchWritten { limit: MOST_STAGED });
        }
        // Copies the overlay if a savepoint or a list that is being sent still has it.
        Ok(edit(Arc::make_mut(&mut overlay)))
    }
}

impl ReadView for Staging<'_> {
    fn table<K: Key + 'static, V: Value + 'static>(
        &self,
        definition: TableDefinition<'static, K, V>,
    ) -> Result<impl ReadableTable<K, V>, StoreError> {
        self.base.table(definition)
    }

    fn overlay(&self) -> Option<Arc<Overlay>> {
        Some(Arc::clone(&self.overlay.borrow()))
    }

    fn note_collection(&self, name: &str, found: Option<&Collection>) {
        let mut reads = self.reads.borrow_mut();
        if reads.collections.contains_key(name) {
            return;
        }
        let schema = found.map_or(0, |collection| collection.schema.memory_size());
        if reads.has_room(size(name, None) + schema) {
            reads.collections.insert(name.to_owned(), found.cloned());
        }
    }

    fn note_record(&self, uid: u64, id: &str, found: Option<&Record>) {
        if uid >= STAGED || self.overlay.borrow().has_written(uid, id) {
            return;
        }
        let mut reads = self.reads.borrow_mut();
        let place = (uid, id.to_owned());
        if !reads.records.contains_key(&place) && reads.has_room(size(id, found)) {
            reads.records.insert(place, found.cloned());
        }
    }
}

impl WriteView for Staging<'_> {
    fn create_collection(&self, name: &str, schema: Schema) -> Result<Collection, StoreError> {
        self.edit(|overlay| {
            let uid = overlay.next_number();
            let record = Collection { uid, schema };
            overlay.created.insert(name.to_owned(), record.clone());
            record
        })
    }

    fn insert(of: &Records<'_, Self>, record: &Record, _: &Schema) -> Result<(), StoreError> {
        of.view.edit(|overlay| {
            let number = overlay.next_number();
            overlay.put(of.uid, number, record);
        })
    }

    fn replace(
        of: &Records<'_, Self>,
        before: &Stored,
        after: &Record,
        _: &Schema,
    ) -> Result<(), StoreError> {
        of.view
            .edit(|overlay| overlay.put(of.uid, before.number, after))
    }

    fn trash(of: &Records<'_, Self>, stored: &Stored) -> Result<(), StoreError> {
        of.view
            .edit(|overlay| overlay.remove(of.uid, stored.number, &stored.record.id))
    }
}
