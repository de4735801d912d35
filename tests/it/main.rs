//! Tests that span crates.

mod contract_walk;
//mod faults;
