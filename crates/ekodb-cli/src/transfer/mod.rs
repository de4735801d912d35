//! Many records between a server and files: streams in bounded memory that go on where they were
//! interrupted.

mod batch;
mod checkpoint;
pub(crate) mod export;
mod format;
pub(crate) mod import;
mod input;
mod progress;
mod read;
mod refused_report;
mod sidecar;
mod store;
mod write;

pub(crate) use self::format::FileFormat;
