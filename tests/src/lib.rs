//! What the tests that span crates share: the contract as data, and a server that misbehaves on command.
#![deny(missing_docs)]

mod contract;
pub mod deployment;
pub mod server;

pub use contract::{check_reply, contract};
