//! One open transaction.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use ekodb_api::types::IsolationLevel;

use super::error::TransactionError;
use super::limits;
use super::memory_reservation::Reservation;
use crate::engine::query::Filter;
use crate::engine::store::{
    Overlay, ReadSet, ReadTransaction, StagedView, Staging, Store, StoreError,
};

/// What a transaction has read and written so far.
pub(super) struct Open {
    pub(super) level: IsolationLevel,
    /// When it began: records that had expired by then are not there for it.
    pub(super) began: DateTime<Utc>,
    /// What was committed when it began, if its level keeps to that.
    pub(super) snapshot: Option<Arc<ReadTransaction>>,
    pub(super) overlay: Arc<Overlay>,
    pub(super) reads: ReadSet,
    pub(super) searches: Vec<Search>,
    savepoints: Vec<(String, Arc<Overlay>)>,
    memory: Reservation,
}

/// A search whose result is compared at the commit: the records of a collection that a filter
/// selects.
pub(super) struct Search {
    pub(super) uid: u64,
    /// The name under which the id appears in the filter.
    pub(super) alias: String,
    pub(super) filter: Option<Filter>,
}

impl Search {
    fn memory_size(&self) -> usize {
        let filter = self.filter.as_ref().map_or(0, Filter::memory_size);
        size_of::<Self>() + self.alias.len() + filter
    }
}

/// What a statement of a transaction works on.
pub(crate) struct Statement<'o> {
    pub(crate) view: Staging<'o>,
    /// The moment at which the statement reads.
    pub(crate) now: DateTime<Utc>,
    keeps_searches: bool,
    searches: Vec<Search>,
}

impl Statement<'_> {
    /// Takes note of a search.
    pub(crate) fn note_search(&mut self, uid: u64, alias: &str, filter: Option<&Filter>) {
        if self.keeps_searches && !Overlay::is_created(uid) {
            self.searches.push(Search {
                uid,
                alias: alias.to_owned(),
                filter: filter.cloned(),
            });
        }
    }

    /// What the statement sees, for a list that is sent while it is made.
    pub(crate) fn frozen(&self) -> StagedView {
        self.view.frozen()
    }
}

impl Open {
    pub(super) fn new(
        level: IsolationLevel,
        began: DateTime<Utc>,
        store: &Store,
        memory: Reservation,
    ) -> Result<Self, StoreError> {
        let snapshot = match level {
            IsolationLevel::RepeatableRead | IsolationLevel::Serializable => {
                Some(Arc::new(store.read()?))
            }
            IsolationLevel::ReadUncommitted | IsolationLevel::ReadCommitted => None,
        };
        Ok(Self {
            level,
            began,
            snapshot,
            overlay: Arc::default(),
            reads: ReadSet::default(),
            searches: Vec::new(),
            savepoints: Vec::new(),
            memory,
        })
    }

    /// Runs a statement. One that fails has written nothing.
    pub(super) fn run<T, E: From<TransactionError>>(
        &mut self,
        store: &Store,
        now: DateTime<Utc>,
        work: impl FnOnce(&mut Statement<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let (base, now) = match &self.snapshot {
            Some(snapshot) => (Arc::clone(snapshot), self.began),
            None => (Arc::new(store.read().map_err(TransactionError::from)?), now),
        };
        let mut statement = Statement {
            view: Staging::new(base, Arc::clone(&self.overlay), &mut self.reads),
            now,
            keeps_searches: self.level == IsolationLevel::Serializable,
            searches: Vec::new(),
        };
        let outcome = work(&mut statement);
        let Statement { view, searches, .. } = statement;
        let overlay = view.into_overlay();
        self.searches.extend(searches);
        let checked = self.check_size(&overlay);
        if outcome.is_ok() && checked.is_ok() {
            self.overlay = overlay;
        }
        // What it has read stays, whatever became of it.
        self.memory.set(self.memory_size(&self.overlay));
        checked?;
        outcome
    }

    /// Returns how many bytes of memory it takes with this overlay, roughly.
    fn memory_size(&self, overlay: &Overlay) -> usize {
        let searches: usize = self.searches.iter().map(Search::memory_size).sum();
        let savepoints: usize = self.savepoints.iter().map(|(_, it)| it.entries()).sum();
        overlay.bytes + self.reads.bytes + searches + savepoints
    }

    fn check_size(&self, overlay: &Overlay) -> Result<(), TransactionError> {
        let memory_size = self.memory_size(overlay);
        let limit = if overlay.operations > limits::OPERATIONS {
            format!("{} writes", limits::OPERATIONS)
        } else if memory_size > limits::BYTES {
            format!("{} bytes of memory", limits::BYTES)
        } else if memory_size + self.memory.others() > limits::BYTES_OF_ALL {
            format!(
                "{} bytes of memory together with all open ones",
                limits::BYTES_OF_ALL
            )
        } else if self.searches.len() > limits::SEARCHES {
            format!("{} searches", limits::SEARCHES)
        } else {
            return Ok(());
        };
        Err(TransactionError::TooLarge(limit))
    }

    /// Whether something that was read was not kept, so that it cannot be compared.
    pub(super) fn has_read_too_much(&self) -> bool {
        self.reads.bytes > limits::BYTES
    }

    pub(super) fn save(&mut self, name: String) -> Result<(), TransactionError> {
        if self.savepoints.iter().any(|(other, _)| *other == name) {
            return Err(TransactionError::SavepointExists(name));
        }
        if self.savepoints.len() == limits::SAVEPOINTS {
            let limit = format!("{} savepoints", limits::SAVEPOINTS);
            return Err(TransactionError::TooLarge(limit));
        }
        self.savepoints.push((name, Arc::clone(&self.overlay)));
        let checked = self.check_size(&self.overlay);
        if checked.is_err() {
            self.savepoints.pop();
        }
        self.memory.set(self.memory_size(&self.overlay));
        checked
    }

    /// Drops what was written after a savepoint. It stays, those after it are forgotten.
    pub(super) fn roll_back_to(&mut self, name: &str) -> Result<(), TransactionError> {
        let position = self.savepoint(name)?;
        self.overlay = Arc::clone(&self.savepoints[position].1);
        self.savepoints.truncate(position + 1);
        Ok(())
    }

    /// Forgets a savepoint and those after it.
    pub(super) fn release(&mut self, name: &str) -> Result<(), TransactionError> {
        let position = self.savepoint(name)?;
        self.savepoints.truncate(position);
        Ok(())
    }

    fn savepoint(&self, name: &str) -> Result<usize, TransactionError> {
        let position = self.savepoints.iter().position(|(it, _)| it == name);
        position.ok_or_else(|| TransactionError::SavepointNotFound(name.to_owned()))
    }
}
