//! Tests that span crates.

mod contract_walk;
mod wire_fixtures;
