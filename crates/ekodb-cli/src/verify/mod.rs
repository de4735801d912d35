//! Asks a server about what the contract assumes of it.
//!
//! What is asked is data, in `probes/`: a probe is one claim, the request that decides it, and what
//! the reply must be like.

mod cleanup_list;
mod exchange;
mod expectation;
mod judge;
mod placeholders;
mod probe;
mod redact;
mod register_key;
mod runner;
mod step;
mod verdict;
mod write_fixtures;

pub(crate) use cleanup_list::{CleanupList, leftovers};
pub(crate) use probe::{probes, untestable};
pub(crate) use runner::{Runner, Selection};
pub(crate) use verdict::{Outcome, Verdict};
pub(crate) use write_fixtures::write_fixtures;
