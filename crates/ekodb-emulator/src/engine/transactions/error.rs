//! Why a transaction, or a statement of it, fails.

use super::state::State;
use crate::engine::store::StoreError;

/// A failure of a transaction.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TransactionError {
    /// It never was, is another key's, or ended too long ago.
    #[error("Transaction not found")]
    NotFound,
    #[error("The transaction is over: it {}", match .0 {
        State::Active => "is being committed",
        State::Committed => "was committed",
        State::RolledBack => "was rolled back",
        State::Expired => "has reached its timeout and was rolled back",
    })]
    Over(State),
    #[error(
        "The transaction conflicts with another change of {0}; it was rolled back, begin again"
    )]
    Conflict(String),
    #[error("There are {0} open transactions already")]
    TooMany(usize),
    #[error("The transaction is too large: it may have at most {0}")]
    TooLarge(String),
    #[error(
        "Unknown isolation level '{0}': it is ReadUncommitted, ReadCommitted, RepeatableRead or Serializable"
    )]
    UnknownLevel(String),
    #[error("Invalid timeout_seconds: it must be at least 1")]
    NoTime,
    #[error("{0} cannot take part in a transaction; leave out transaction_id")]
    NotTransactional(&'static str),
    #[error("Savepoint '{0}' exists already")]
    SavepointExists(String),
    #[error("Savepoint '{0}' not found")]
    SavepointNotFound(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}
