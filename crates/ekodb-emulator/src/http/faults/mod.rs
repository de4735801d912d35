//! Faults that a test asks for.

mod fault;
mod inject;

pub use fault::Fault;

pub(crate) use fault::Faults;
pub(crate) use inject::{DateSkew, inject};
