//! What a command prints: tables for people, JSON, NDJSON and CSV for programs.

mod csv;
mod escape;
mod print;
mod print_failure;
mod prompt;
mod table;

pub(crate) use self::{
    csv::{cell as csv_cell, write_row as write_csv_row},
    print::{Columns, Format, Output, names_of},
    print_failure::print_failure,
    prompt::{ask, ask_secret, confirm},
};

use serde_json::{Map, Value as Json};

/// The members of one result.
pub(crate) type Object = Map<String, Json>;

/// A JSON object in code; anything else is none.
pub(crate) fn object(value: Json) -> Object {
    match value {
        Json::Object(members) => members,
        _ => Object::new(),
    }
}
