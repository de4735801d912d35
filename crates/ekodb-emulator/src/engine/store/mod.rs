//! The embedded store: one redb database, many readers, one writer that commits in groups.

mod codec;
mod collection;
mod collections;
mod commits;
mod data_directory;
mod durability;
mod error;
mod flush_timer;
mod keys;
mod kv;
mod overlay;
mod overlay_view;
mod records;
mod savepoints;
mod settings;
mod shared_database;
mod storage_file;
#[expect(clippy::module_inception, reason = "the type that the module is about")]
mod store;
mod tables;
mod transaction;
mod write_buffer;
mod write_view;
mod writer;

pub use durability::Durability;
pub use savepoints::Snapshot;

pub(crate) use collection::Collection;
pub(crate) use collections::Collections;
pub(crate) use commits::{CommitRecord, Commits};
pub(crate) use error::StoreError;
pub(crate) use keys::Keys;
pub(crate) use kv::{Kv, KvEntry, KvLink, MOST_LINK_BYTES, MOST_LINKS};
pub(crate) use overlay::{Overlay, StagedChange};
pub(crate) use overlay_view::{MOST_STAGED, ReadSet, StagedView, Staging};
pub(crate) use records::{Cursor, Records, Stored, Totals, sweep};
pub(crate) use settings::Settings;
pub(crate) use store::Store;
pub(crate) use transaction::{ReadTransaction, ReadView, WriteTransaction};
pub(crate) use write_view::WriteView;
