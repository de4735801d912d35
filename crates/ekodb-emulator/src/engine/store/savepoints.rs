//! States of the store to return to.
//!
//! A savepoint costs next to nothing when it is created: pages are never changed in place, so it
//! only keeps the pages that have been replaced since from being reused. Savepoints end with the
//! process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use redb::{Database, Savepoint};

use super::error::StoreError;
use super::settings::Settings;
use super::transaction::WriteTransaction;

/// A state of an emulator's data to return to. Created by
/// [`Emulator::snapshot`](crate::Emulator::snapshot).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshot(pub(crate) u64);

/// The savepoints of one store, by number.
#[derive(Clone, Default)]
pub(super) struct Savepoints(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    last: u64,
    savepoints: BTreeMap<u64, Savepoint>,
}

impl Savepoints {
    /// Keeps the present state, unless `most` states are kept already.
    pub(super) fn save(
        &self,
        database: &Database,
        most: usize,
    ) -> Result<Option<Snapshot>, StoreError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.savepoints.len() >= most {
            return Ok(None);
        }
        let transaction = database.begin_write()?;
        let savepoint = transaction.ephemeral_savepoint()?;
        transaction.abort()?;
        kept.last += 1;
        let number = kept.last;
        kept.savepoints.insert(number, savepoint);
        Ok(Some(Snapshot(number)))
    }

    /// Returns to a state, except that the epoch of tokens never goes back, and drops later
    /// savepoints. Returns whether the state was kept.
    pub(super) fn restore(
        &self,
        database: &Database,
        Snapshot(number): Snapshot,
        token_epoch: u64,
    ) -> Result<bool, StoreError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(savepoint) = kept.savepoints.get(&number) else {
            return Ok(false);
        };
        let mut transaction = database.begin_write()?;
        transaction.restore_savepoint(savepoint)?;
        Settings(&WriteTransaction::new(&transaction)).raise_token_epoch(token_epoch)?;
        transaction.commit()?;
        kept.savepoints.retain(|other, _| *other <= number);
        Ok(true)
    }

    /// Drops all savepoints.
    pub(super) fn clear(&self) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.savepoints.clear();
    }
}

impl std::fmt::Debug for Savepoints {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Savepoints").finish_non_exhaustive()
    }
}
