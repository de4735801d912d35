//! Tests that span crates.

mod contract_walk;
mod fault_matrix;
mod faults;
mod wire_fixtures;
//mod faults;
