//! What a command prints: tables for people, JSON, NDJSON and CSV for programs.

mod csv;
mod failure;
mod print;
mod prompt;
mod table;
mod value;

pub(crate) use self::{
    csv::{cell as csv_cell, write_row as write_csv_row},
    failure::print_failure,
    print::{Columns, Format, Output, names_of},
    prompt::{ask, ask_secret, confirm},
    value::Object,
};
