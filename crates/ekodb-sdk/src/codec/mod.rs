//! Records between JSON and the caller's types.

mod access;
mod compound;
mod cursor;
mod decode;
mod deserialize;
mod encode;
mod output;
mod read_error;
mod reader;
mod serialize;
#[cfg(test)]
mod tests;
mod wrapper;
mod write_error;

pub(crate) use decode::{
    OF_ERRORS, Page, check_id, decode, decode_value, id_of, is_record, items_of, member_of,
};
pub(crate) use encode::{Encoded, Items, Target, encode, encode_value, operand};
pub(crate) use output::whole_seconds;
pub(crate) use write_error::WriteError;
