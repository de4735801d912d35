//! A reader of any format.

use std::io::BufRead;

use super::{
    csv::Rows,
    item::{Item, Place},
    json_array::Array,
    ndjson::Lines,
};
use crate::failure::Failure;

/// The records from a place to the end of the file.
pub(in super::super) enum Reader<R> {
    Lines(Lines<R>),
    Array(Array<R>),
    Rows(Box<Rows<R>>),
}

impl<R: BufRead> Reader<R> {
    pub(in super::super) fn lines(reader: R, from: Place) -> Self {
        Self::Lines(Lines::new(reader, from))
    }

    pub(in super::super) fn array(reader: R, from: Place) -> Self {
        Self::Array(Array::new(reader, from))
    }

    pub(in super::super) fn rows(rows: Rows<R>) -> Self {
        Self::Rows(Box::new(rows))
    }

    /// The next record; `None` at the end.
    pub(in super::super) fn next(&mut self) -> Result<Option<Item>, Failure> {
        match self {
            Self::Lines(lines) => lines.next(),
            Self::Array(array) => array.next(),
            Self::Rows(rows) => rows.next(),
        }
    }
}
