//! What the tests that span crates share: the contract as data.
#![deny(missing_docs)]

mod contract;

pub use contract::{check_reply, contract};
