//! The contract as data, for the tooling and for the tests that span crates.
#![deny(missing_docs)]

pub mod contract;
