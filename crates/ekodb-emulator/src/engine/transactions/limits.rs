//! Bounds on open transactions.

/// How many may be open at once.
pub(crate) const OPEN: usize = 256;
/// How many writes one may have.
pub(crate) const OPERATIONS: u64 = 20_000;
/// How much memory what one holds may take, in bytes: what it has read, written and searched for,
/// and its savepoints.
pub(crate) use crate::engine::store::MOST_STAGED as BYTES;
/// How much memory all of them may take together, in bytes.
pub(crate) const BYTES_OF_ALL: usize = 256 * 1024 * 1024;
/// How many records a commit compares at most for what was searched, a large one counting as
/// several: the writer waits for it.
pub(crate) const COMPARED: usize = 100_000;
/// How many savepoints one may have.
pub(crate) const SAVEPOINTS: usize = 64;
/// How many searches one may have whose result is compared at the commit.
pub(crate) const SEARCHES: usize = 256;
/// How long one stays open without saying so itself, in seconds.
pub(crate) const DEFAULT_SECONDS: u64 = 300;
/// How long one may stay open, in seconds. A longer timeout counts as this one.
pub(crate) const LONGEST_SECONDS: u64 = 3600;
