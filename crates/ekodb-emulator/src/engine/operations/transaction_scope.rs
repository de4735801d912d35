//! Operations on records, by themselves or as a part of a transaction.

use chrono::{DateTime, Utc};

use super::database::Database;
use crate::engine::error::Error;
use crate::engine::key::ApiKey;
use crate::engine::store::WriteView;
use crate::engine::transactions::{Reference, Statement};

/// The transaction that an operation takes part in, by its id; `None` where it stands alone.
pub(crate) type Scope = Option<String>;

/// A change of records. By itself it runs in a write transaction of the store, in a transaction on
/// the overlay of that.
pub(super) trait RecordChange: Send + 'static {
    type Output: Send + 'static;

    /// May run more than once, as [`Store::write`](crate::engine::store::Store::write) says.
    fn run<V: WriteView>(&mut self, view: &V, now: DateTime<Utc>) -> Result<Self::Output, Error>;
}

impl Database {
    /// Runs a change by itself or in a transaction.
    pub(super) async fn change_records<C: RecordChange>(
        &self,
        key: &ApiKey,
        scope: Scope,
        mut change: C,
    ) -> Result<C::Output, Error> {
        match scope {
            None => {
                let now = self.clock.now();
                self.store.write(move |view| change.run(view, now)).await
            }
            Some(id) => self.in_transaction(key, id, |statement| {
                change.run(&statement.view, statement.now)
            }),
        }
    }

    /// Runs a statement of a transaction. It works on memory and a snapshot, so it waits for
    /// nothing but other statements of the same transaction.
    pub(super) fn in_transaction<T>(
        &self,
        key: &ApiKey,
        id: String,
        work: impl FnOnce(&mut Statement<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.transactions
            .run(&self.store, &self.reference(key, id), work)
    }

    /// A transaction of a caller, now.
    pub(super) fn reference(&self, key: &ApiKey, id: String) -> Reference {
        Reference {
            id,
            owner: key.id.clone(),
            now: self.clock.now(),
        }
    }
}
