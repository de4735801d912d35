//! What the tooling shares with the tests that span crates.
#![deny(missing_docs)]

pub mod json_schema;
