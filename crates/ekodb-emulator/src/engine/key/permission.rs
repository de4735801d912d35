//! What a key is refused for want of a right.

/// Why a key may not do something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PermissionDenied {
    #[error("This operation needs an admin key")]
    NotAdmin,
    #[error("Registering a key needs an admin key")]
    Registration,
    #[error("This key has no read permission on collection '{collection}'")]
    Read { collection: String },
    #[error("This key has no write permission on collection '{collection}'")]
    Write { collection: String },
    #[error("This key has no {right} permission on KV key '{key}'")]
    KvKey { right: &'static str, key: String },
    #[error("This key has no {right} permission on any KV prefix")]
    AnyKvKey { right: &'static str },
    #[error("This key may not read field '{field}'")]
    ReadField { field: String },
    #[error("This key may not write field '{field}'")]
    WriteField { field: String },
    #[error(
        "This key may not write field '{field}' in this way: the outcome would reveal values that it may not read"
    )]
    OutcomeOfField { field: String },
    #[error("Internal collections cannot be joined")]
    InternalJoin,
}
