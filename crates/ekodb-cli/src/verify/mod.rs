//! Asks a server about what the contract assumes of it.
//!
//! What is asked is data, in `probes/`: a probe is one claim, the request that decides it, and what
//! the reply must be like.

mod cleanup_list;
mod exchange;
mod expectation;
mod fixture;
mod judge;
mod names;
mod probe;
mod redact;
mod registration;
mod report;
mod runner;
mod step;

pub(crate) use cleanup_list::{CleanupList, NotRemoved, leftovers};
pub(crate) use fixture::write_fixtures;
pub(crate) use probe::{probes, untestable};
pub(crate) use report::{Outcome, Verdict};
pub(crate) use runner::{Runner, Selection};
