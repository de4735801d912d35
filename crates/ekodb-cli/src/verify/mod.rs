//! Asks a server about what the contract assumes of it.
//!
//! What is asked is data, in `probes/`: a probe is one claim, the request that decides it, and what
//! the reply must be like.

mod exchange;
mod expectation;
mod fixture;
mod judge;
mod made;
mod names;
mod probe;
mod redact;
mod report;
mod runner;
mod step;

pub(crate) use fixture::write_fixtures;
pub(crate) use made::{Left, Made, leftovers};
pub(crate) use probe::{probes, untestable};
pub(crate) use report::{Outcome, Verdict};
pub(crate) use runner::{Runner, Selection};
