//! How far a seed is.

use serde::Serialize;

/// Called with how far a seed is.
pub(super) type Watcher = dyn Fn(SeedProgress) + Send + Sync;

/// What a seed has stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Seeded {
    /// How many collections it has named.
    pub collections: u64,
    /// How many records it has.
    pub records: u64,
    /// How many keys of the key-value store it has.
    pub kv_keys: u64,
}

/// How far a seed is, for [`Seed::watch`](super::Seed::watch).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SeedProgress {
    /// What was seeded so far.
    pub seeded: Seeded,
    /// How many bytes were read. A `.json` file is read twice.
    pub bytes: u64,
    /// How many bytes there are to read; 0 for a seed that is not in files.
    pub total_bytes: u64,
    /// Whether everything is stored.
    pub done: bool,
}
