//! Transactions that were committed, remembered for a while: written by the commit itself, so that
//! what is said about it holds after a crash too.

use redb::{ReadableTable, TableDefinition};
use serde::{Deserialize, Serialize};

use super::codec;
use super::error::StoreError;
use super::transaction::{ReadView, WriteTransaction};

pub(super) const OUTCOMES: TableDefinition<'static, &str, &[u8]> =
    TableDefinition::new("committed_transactions");
pub(super) const MOMENTS: TableDefinition<'static, (i64, &str), ()> =
    TableDefinition::new("committed_transaction_moments");

/// How long a commit is remembered, in milliseconds.
const KEPT: i64 = 60 * 60 * 1000;

/// How many old ones a commit forgets at most.
const SWEEP: usize = 256;

/// A transaction that was committed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CommitRecord {
    /// The id of the key that began it.
    pub(crate) owner: String,
    pub(crate) isolation_level: String,
    pub(crate) operations: u64,
}

/// The commits that are remembered.
pub(crate) struct Commits<'a, S>(pub(crate) &'a S);

impl<S: ReadView> Commits<'_, S> {
    pub(crate) fn get(&self, id: &str) -> Result<Option<CommitRecord>, StoreError> {
        let table = self.0.table(OUTCOMES)?;
        let found = table.get(id)?;
        found
            .map(|bytes| codec::decode("commit", bytes.value()))
            .transpose()
    }
}

impl Commits<'_, WriteTransaction<'_>> {
    /// Remembers a commit, and forgets some of those of long ago.
    pub(crate) fn add(&self, id: &str, commit: &CommitRecord, now: i64) -> Result<(), StoreError> {
        let mut old = Vec::new();
        let last = now.saturating_sub(KEPT);
        for entry in self.0.table(MOMENTS)?.range(..(last, ""))?.take(SWEEP) {
            let (at, id) = entry.map(|(key, _)| (key.value().0, key.value().1.to_owned()))?;
            old.push((at, id));
        }
        let bytes = codec::encode("commit", commit)?;
        let mut outcomes = self.0.table_mut(OUTCOMES)?;
        let mut moments = self.0.table_mut(MOMENTS)?;
        for (at, id) in &old {
            outcomes.remove(id.as_str())?;
            moments.remove((*at, id.as_str()))?;
        }
        outcomes.insert(id, bytes.as_slice())?;
        moments.insert((now, id), ())?;
        Ok(())
    }
}
