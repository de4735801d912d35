//! Tests that span crates.

mod contract_walk;
mod mocks;
mod readme;
mod wire_fixtures;
