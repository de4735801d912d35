//! The commands, a file for each group of them.

pub(crate) mod api;
pub(crate) mod collections;
pub(crate) mod completions;
mod context;
pub(crate) mod dashboard;
pub(crate) mod export;
mod find;
mod grants;
pub(crate) mod import;
pub(crate) mod keys;
pub(crate) mod kv;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod man;
pub(crate) mod profile;
pub(crate) mod quickstart;
pub(crate) mod records;
pub(crate) mod status;
pub(crate) mod token;
pub(crate) mod verify;

pub(crate) use context::Context;
