//! Tests that span crates.

mod contract_walk;
mod mocks;
mod wire_fixtures;
