//! The embedded store: one redb database, many readers, one writer that commits in groups.

mod codec;
mod collections;
mod data_directory;
mod durability;
mod error;
mod flush_timer;
mod held_blocks;
mod keys;
mod records;
mod savepoints;
mod settings;
mod shared_database;
mod storage_file;
#[expect(clippy::module_inception, reason = "the type that the module is about")]
mod store;
mod tables;
mod transaction;
mod writer;

pub use durability::Durability;
pub use savepoints::Snapshot;

pub(crate) use collections::{Collection, Collections};
pub(crate) use error::StoreError;
pub(crate) use keys::Keys;
pub(crate) use records::{Cursor, Records, Stored, Totals, sweep};
pub(crate) use settings::Settings;
pub(crate) use store::Store;
pub(crate) use transaction::{ReadTransaction, ReadView, WriteTransaction};
