//! The official Rust client with its defaults, against the emulator. It was written without the
//! emulator in mind, so what it accepts is what an application gets from it.
//!
//! A difference found here is settled by evidence, then written into the contract.

mod collections;
mod keys;
mod permissions;
mod records;
mod session;
mod support;
mod values;
