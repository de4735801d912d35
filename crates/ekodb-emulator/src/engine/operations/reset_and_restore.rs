//! Returning a database to an earlier state.

use ekodb_api::SecretString;

use super::database::Database;
use super::identity::admin_key;
use crate::engine::error::Error;
use crate::engine::key::ApiKey;
use crate::engine::store::{Settings, Snapshot};

/// How many snapshots are kept at most: each retains the pages that have changed since.
pub(crate) const MOST_SNAPSHOTS: usize = 64;

impl Database {
    /// Removes everything except the secrets and this admin key, which is registered again if it
    /// was revoked.
    pub(crate) async fn reset(&self, admin: &SecretString) -> Result<(), Error> {
        self.clock.reset();
        let admin = ApiKey {
            key: admin.clone(),
            ..admin_key(self.clock.now())?
        };
        self.transactions.clear();
        self.store.clear(admin).await?;
        self.store.forget_saved();
        Ok(())
    }

    /// Keeps the present state; `None` where there are [`MOST_SNAPSHOTS`] already.
    pub(crate) async fn snapshot(&self) -> Result<Option<Snapshot>, Error> {
        Ok(self.store.save(MOST_SNAPSHOTS).await?)
    }

    /// Returns to a snapshot, except that tokens stay of this epoch. Returns whether the snapshot
    /// is kept. Open transactions are forgotten.
    pub(crate) async fn restore(
        &self,
        snapshot: Snapshot,
        token_epoch: u64,
    ) -> Result<bool, Error> {
        let restored = self.store.restore(snapshot, token_epoch).await?;
        if restored {
            self.transactions.clear();
        }
        Ok(restored)
    }

    /// Finds out whether writes can be stored at present.
    pub(crate) fn check_storage(&self) -> Result<(), Error> {
        Ok(self.store.check()?)
    }

    /// Stores the epoch that tokens must be of.
    pub(crate) async fn set_token_epoch(&self, epoch: u64) -> Result<(), Error> {
        self.store
            .write(move |transaction| Ok(Settings(transaction).raise_token_epoch(epoch)?))
            .await
    }

    /// Stores the epoch that tokens must be of, without waiting for it.
    pub(crate) fn set_token_epoch_later(&self, epoch: u64) {
        self.store
            .write_later(move |transaction| Settings(transaction).raise_token_epoch(epoch));
    }
}
