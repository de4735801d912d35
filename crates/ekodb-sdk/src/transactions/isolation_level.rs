//! Isolation levels.

use ekodb_api::types;

/// How much a transaction sees of others. What a level means in detail is for the server to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IsolationLevel {
    /// Sees what is committed, and guards nothing but its own writes.
    ReadUncommitted,
    /// Sees what is committed by then. The server's default.
    ReadCommitted,
    /// Sees what was committed when it began.
    RepeatableRead,
    /// Ends as if all such transactions ran one after the other.
    Serializable,
}

impl IsolationLevel {
    pub(super) fn into_api(self) -> types::IsolationLevel {
        match self {
            Self::ReadUncommitted => types::IsolationLevel::ReadUncommitted,
            Self::ReadCommitted => types::IsolationLevel::ReadCommitted,
            Self::RepeatableRead => types::IsolationLevel::RepeatableRead,
            Self::Serializable => types::IsolationLevel::Serializable,
        }
    }
}
