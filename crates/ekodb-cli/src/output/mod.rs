//! What a command prints: tables for people, JSON, NDJSON and CSV for programs.

mod csv;
mod print;
mod prompt;
mod report;
mod table;
mod value;

pub(crate) use self::{
    csv::{cell as csv_cell, write_row as write_csv_row},
    print::{Columns, Format, Output, names_of},
    prompt::{ask, ask_secret, confirm},
    report::report,
    value::Object,
};
