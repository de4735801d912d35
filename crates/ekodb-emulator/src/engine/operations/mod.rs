//! What can be asked of the database, one file for each kind of operation.

mod api_keys;
mod batch;
mod change_record;
mod collection_writer;
mod collections;
mod database;
mod distinct;
mod export;
mod find;
mod find_cursor;
mod get;
mod grants;
mod identity;
mod insert;
mod join;
mod kv;
mod kv_cursor;
mod new_record;
mod scope;
mod settings;
mod state;
mod transactions;
mod trash;

pub(crate) use api_keys::{NewKey, is_weak_key};
pub(crate) use batch::{BatchOutcome, BatchUpdate};
pub(crate) use change_record::Actions;
pub(super) use collection_writer::CollectionWriter;
pub(crate) use collections::CollectionInfo;
pub(crate) use database::{Database, Rules};
pub(crate) use find_cursor::{FindCursor, Progress};
pub(crate) use grants::GrantChange;
pub(super) use kv::kv_entry;
pub(crate) use kv_cursor::KvCursor;
pub(super) use new_record::new_record;
pub(crate) use settings::{Switches, SwitchesUpdate};
pub(crate) use state::MOST_SNAPSHOTS;
