//! States of the store to return to.
//!
//! A savepoint costs next to nothing when it is made: pages are never changed in place, so it only keeps those from being used
//! again that have been changed since. They live in this process and end with it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use redb::{Database, Savepoint};

use super::{Change, Settings, StoreError};

/// The savepoints of one store, by number.
#[derive(Clone, Default)]
pub(super) struct Savepoints(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    last: u64,
    savepoints: BTreeMap<u64, Savepoint>,
}

impl Savepoints {
    /// Remembers the state as it is, unless as many as `most` are remembered already. Gives its number.
    pub(super) fn save(&self, database: &Database, most: usize) -> Result<Option<u64>, StoreError> {
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
        Ok(Some(number))
    }

    /// Puts the state back, but for the epoch of tokens, which never goes back. Whether it was remembered. Those that were made
    /// after it are forgotten.
    pub(super) fn restore(
        &self,
        database: &Database,
        number: u64,
        token_epoch: u64,
    ) -> Result<bool, StoreError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(savepoint) = kept.savepoints.get(&number) else {
            return Ok(false);
        };
        let mut transaction = database.begin_write()?;
        transaction.restore_savepoint(savepoint)?;
        Settings(&Change::new(&transaction)).set_token_epoch(token_epoch)?;
        transaction.commit()?;
        kept.savepoints.retain(|other, _| *other <= number);
        Ok(true)
    }

    /// Forgets all of them.
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
