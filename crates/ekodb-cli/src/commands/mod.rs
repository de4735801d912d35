//! The commands, a file for each group of them.

pub(crate) mod api;
pub(crate) mod collections;
pub(crate) mod completions;
mod context;
pub(crate) mod dashboard;
mod find;
mod grants;
pub(crate) mod keys;
pub(crate) mod kv;
pub(crate) mod login;
pub(crate) mod profile;
pub(crate) mod quickstart;
pub(crate) mod records;
pub(crate) mod status;
pub(crate) mod token;
pub(crate) mod transfer;
pub(crate) mod verify;

pub(crate) use context::Context;
