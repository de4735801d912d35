//! When a write is acknowledged.

/// When a write is acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// Once it is on disk: it survives a crash of the process and of the machine. Concurrent
    /// writers share one flush.
    #[default]
    Immediate,
    /// Once it is applied: flushed within a quarter of a second, and at a clean stop. A crash may
    /// lose the last moments, but never leaves half a write.
    Relaxed,
}
