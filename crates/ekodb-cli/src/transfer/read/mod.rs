//! Records of a file, one after another.

mod array;
mod csv;
mod item;
mod lines;
mod reader;

pub(super) use self::{
    csv::{Rows, Types},
    item::{Item, Place},
    reader::Reader,
};

#[cfg(test)]
mod tests;
