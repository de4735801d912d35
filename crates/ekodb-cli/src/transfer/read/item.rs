//! One record of a file, and places in it.

use serde_json::Value as Json;

use crate::{failure::Failure, json_text};

/// No record is larger: bounds what a broken file can take of memory.
pub(super) const LARGEST: usize = 64 * 1024 * 1024;

/// What one record of a file is, and where.
#[derive(Debug)]
pub(in super::super) struct Item {
    /// Counted from 1.
    pub(in super::super) line: u64,
    /// Where it begins, in bytes.
    pub(in super::super) start: u64,
    /// Where to read on after it.
    pub(in super::super) end: Place,
    /// The record, or why it is none.
    pub(in super::super) content: Result<Json, Unreadable>,
}

/// A part of a file that cannot be read as a record.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct Unreadable {
    pub(in super::super) reason: String,
    /// As the file has it: a text, or the cells of a row.
    pub(in super::super) source: Json,
}

/// The record that is written as JSON.
pub(super) fn from_json(text: &[u8]) -> Result<Json, Unreadable> {
    json_text::parse(text).map_err(|reason| Unreadable {
        reason,
        source: String::from_utf8_lossy(text).into(),
    })
}

/// A place to read on from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(in super::super) struct Place {
    /// In bytes.
    pub(in super::super) offset: u64,
    /// The lines before it.
    pub(in super::super) lines: u64,
}

/// The failure of a read.
pub(super) fn unreadable(error: &std::io::Error) -> Failure {
    Failure::io("cannot read the input", error)
}
