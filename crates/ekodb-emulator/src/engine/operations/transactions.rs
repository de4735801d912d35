//! Beginning and ending transactions.

use std::sync::Arc;

use ekodb_api::types::IsolationLevel;

use super::database::Database;
use crate::engine::error::Error;
use crate::engine::key::ApiKey;
use crate::engine::names::check_name;
use crate::engine::store::StoreError;
use crate::engine::transactions::{Begun, SavepointChange, Status, TransactionError, limits};

impl Database {
    /// Begins a transaction of a caller.
    pub(crate) fn begin(
        &self,
        key: &ApiKey,
        level: Option<&str>,
        seconds: Option<u64>,
    ) -> Result<Begun, Error> {
        let level = match level {
            None => IsolationLevel::ReadCommitted,
            Some(name) => name
                .parse()
                .map_err(|_| TransactionError::UnknownLevel(name.to_owned()))?,
        };
        let seconds = seconds.unwrap_or(limits::DEFAULT_SECONDS);
        if seconds == 0 {
            return Err(TransactionError::NoTime.into());
        }
        let now = self.clock.now();
        let store = &self.store;
        Ok(self
            .transactions
            .begin(store, &key.id, level, seconds, now)?)
    }

    /// Says what has become of a transaction.
    pub(crate) fn transaction_status(&self, key: &ApiKey, id: String) -> Result<Status, Error> {
        let of = self.reference(key, id);
        Ok(self.transactions.status(&self.store, &of)?)
    }

    /// Commits a transaction and returns how many writes it had. The commit is decided and noted
    /// even if nobody waits for it any more.
    pub(crate) async fn commit(self: &Arc<Self>, key: &ApiKey, id: String) -> Result<u64, Error> {
        let of = self.reference(key, id);
        let database = Arc::clone(self);
        let commit = async move { database.transactions.commit(&database.store, of).await };
        let committed = tokio::spawn(commit).await;
        Ok(committed.unwrap_or(Err(StoreError::Undone.into()))?)
    }

    /// Drops all writes of a transaction.
    pub(crate) fn roll_back(&self, key: &ApiKey, id: String) -> Result<(), Error> {
        let of = self.reference(key, id);
        Ok(self.transactions.roll_back(&self.store, &of)?)
    }

    /// Sets, returns to or forgets a savepoint.
    pub(crate) fn change_savepoint(
        &self,
        key: &ApiKey,
        id: String,
        name: &str,
        change: SavepointChange,
    ) -> Result<(), Error> {
        check_name("savepoint name", name)?;
        let of = self.reference(key, id);
        let transactions = &self.transactions;
        Ok(transactions.change_savepoint(&self.store, &of, name, change)?)
    }

    /// Rolls back the transactions whose time is over.
    pub(crate) fn roll_back_due(&self) {
        self.transactions.roll_back_due(self.clock.now());
    }
}
