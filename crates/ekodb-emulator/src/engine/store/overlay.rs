//! The writes of an open transaction, laid over a snapshot: what its reads see.
//!
//! Records are changed in the overlay by the same rules as in the store. Nothing of it reaches the
//! store before the commit, so the writer is not held while a transaction is open.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::Arc;

use super::collection::Collection;
use super::records::stored::Stored;
use crate::engine::record::Record;

/// Numbers from here on are of what exists in an overlay only: records that were inserted and
/// collections that were created. The store never counts as far.
pub(super) const STAGED: u64 = 1 << 63;

/// What a transaction has written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overlay {
    pub(super) created: BTreeMap<String, Collection>,
    records: HashMap<u64, StagedRecords>,
    last_number: u64,
    /// How many writes there were.
    pub(crate) operations: u64,
    /// About how much memory the records take.
    pub(crate) bytes: usize,
}

/// What was written in one collection.
#[derive(Clone, Debug, Default)]
pub(super) struct StagedRecords {
    records: BTreeMap<u64, StagedRecord>,
    /// The number of every id that was written; `None` for a record that was deleted.
    ids: HashMap<String, Option<u64>>,
}

#[derive(Clone, Debug)]
struct StagedRecord {
    id: String,
    /// `None` for a record that was deleted.
    record: Option<Arc<Record>>,
}

impl StagedRecords {
    /// The number of an id, if the transaction has written it; `None` inside for a record that was
    /// deleted.
    pub(super) fn number(&self, id: &str) -> Option<Option<u64>> {
        self.ids.get(id).copied()
    }

    /// The record of a number, if the transaction has written it; `None` inside for a record that
    /// was deleted.
    pub(super) fn stored(&self, number: u64) -> Option<Option<Stored>> {
        let found = self.between(number, Some(number + 1)).next();
        found.map(|(_, stored)| stored)
    }

    /// The records that were written, from one number to before another, in their order; `None` for
    /// one that was deleted.
    pub(super) fn between(
        &self,
        first: u64,
        end: Option<u64>,
    ) -> impl Iterator<Item = (u64, Option<Stored>)> {
        let end = end.map_or(Bound::Unbounded, Bound::Excluded);
        let staged = self.records.range((Bound::Included(first), end));
        staged.map(|(number, staged)| {
            let stored = |record: &Arc<Record>| Stored {
                number: *number,
                record: Record::clone(record),
            };
            (*number, staged.record.as_ref().map(stored))
        })
    }

    /// Whether a record of the store is not to be seen, since another one has taken its id in the
    /// transaction.
    pub(super) fn hides(&self, stored: &Stored) -> bool {
        self.ids.contains_key(&stored.record.id) && !self.records.contains_key(&stored.number)
    }

    /// The numbers of the records that were written and not deleted.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u64> {
        let staged = self.records.iter();
        staged.filter_map(|(number, staged)| staged.record.as_ref().map(|_| *number))
    }
}

/// What a commit is to do with a record.
#[derive(Debug)]
pub(crate) enum StagedChange<'a> {
    Insert(&'a Record),
    Replace(&'a Record),
    Delete(&'a str),
}

impl Overlay {
    /// What was written in a collection.
    pub(super) fn of(&self, uid: u64) -> Option<&StagedRecords> {
        self.records.get(&uid)
    }

    /// The collections that the transaction creates.
    pub(crate) fn created(&self) -> impl Iterator<Item = (&str, &Collection)> {
        let created = self.created.iter();
        created.map(|(name, record)| (name.as_str(), record))
    }

    /// About how much memory it takes beside another overlay with the same records.
    pub(crate) fn entries(&self) -> usize {
        usize::try_from(self.operations).map_or(usize::MAX, |count| count.saturating_mul(ENTRY))
    }

    /// Whether a collection exists in the overlay only.
    pub(crate) fn is_created(uid: u64) -> bool {
        uid >= STAGED
    }

    /// Whether the transaction has written a record.
    pub(crate) fn has_written(&self, uid: u64, id: &str) -> bool {
        let staged = self.of(uid);
        staged.is_some_and(|staged| staged.ids.contains_key(id))
    }

    /// What is to be done in a collection: first to records that exist, then the insertions in
    /// their order.
    pub(crate) fn changes(&self, uid: u64) -> impl Iterator<Item = StagedChange<'_>> {
        let staged = self.of(uid).into_iter().flat_map(|it| it.records.iter());
        staged.filter_map(|(number, StagedRecord { id, record })| {
            match (*number >= STAGED, record.as_deref()) {
                (true, Some(record)) => Some(StagedChange::Insert(record)),
                (true, None) => None,
                (false, Some(record)) => Some(StagedChange::Replace(record)),
                (false, None) => Some(StagedChange::Delete(id)),
            }
        })
    }

    pub(super) fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        STAGED + self.last_number
    }

    pub(super) fn put(&mut self, uid: u64, number: u64, record: &Record) {
        self.write(uid, number, &record.id, Some(Arc::new(record.clone())));
    }

    pub(super) fn remove(&mut self, uid: u64, number: u64, id: &str) {
        self.write(uid, number, id, None);
    }

    fn write(&mut self, uid: u64, number: u64, id: &str, record: Option<Arc<Record>>) {
        self.operations += 1;
        self.bytes += size(id, record.as_deref());
        let staged = self.records.entry(uid).or_default();
        let place = record.as_ref().map(|_| number);
        staged.ids.insert(id.to_owned(), place);
        let id = id.to_owned();
        staged.records.insert(number, StagedRecord { id, record });
    }
}

/// What a record takes besides its content, in a map and by its id.
const ENTRY: usize = 256;

/// About how much memory a record takes.
pub(super) fn size(id: &str, record: Option<&Record>) -> usize {
    ENTRY + 2 * id.len() + record.map_or(0, Record::memory_size)
}
