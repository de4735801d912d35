//! Records of a file, one after another.

mod csv;
mod item;
mod json_array;
mod ndjson;
mod reader;

pub(super) use self::{
    csv::{Rows, Types},
    item::{Item, Place, Unreadable},
    reader::Reader,
};

#[cfg(test)]
mod tests;
