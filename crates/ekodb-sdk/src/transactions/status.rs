//! What has become of a transaction.

use ekodb_api::types;

use crate::{Client, request::Request};

/// What has become of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TransactionStatus {
    /// Its state.
    pub state: TransactionState,
    /// How many writes are staged in it, if the server says so.
    pub operations: Option<u64>,
    /// Its isolation level in the server's words, if it says so.
    pub isolation_level: Option<String>,
}

/// The state of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransactionState {
    /// It is open.
    Active,
    /// Its writes are applied.
    Committed,
    /// Its writes are dropped.
    RolledBack,
    /// It has reached its timeout, and its writes are dropped.
    Expired,
    /// A state that this version of the crate does not know.
    Other(String),
}

impl Client {
    /// Reads what has become of a transaction: `GET /api/transactions/{transaction_id}`. Only the
    /// key that began it may ask.
    ///
    /// This is the way to find out whether a commit was applied whose reply was lost, see
    /// [`ErrorKind::CommitOutcomeUnknown`](crate::ErrorKind::CommitOutcomeUnknown).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) for a transaction that the server does
    /// not know or has forgotten, and the transport's kinds.
    pub fn transaction_status(&self, id: impl Into<String>) -> Request<TransactionStatus> {
        let id = id.into();
        Request::new(self, |call| async move {
            let prepared = call.api().get_transaction().transaction_id(id).prepare();
            Ok(TransactionStatus::from_api(call.run(prepared).await?))
        })
    }
}

impl TransactionStatus {
    fn from_api(status: types::TransactionStatus) -> Self {
        Self {
            state: match status.state.as_str() {
                "Active" => TransactionState::Active,
                "Committed" => TransactionState::Committed,
                "RolledBack" => TransactionState::RolledBack,
                "Expired" => TransactionState::Expired,
                _ => TransactionState::Other(status.state),
            },
            operations: status.operations_count,
            isolation_level: status.isolation_level,
        }
    }
}
