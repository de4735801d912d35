//! How a setting is refused.

use crate::error::{Error, ErrorKind};

/// The remedy for a span of time that is zero.
pub(super) const LONGER: &str = "allow some seconds";

/// The error of a setting: which one is wrong and how, and what to do.
pub(super) fn refuse(problem: &str, remedy: &str) -> Error {
    Error::new(ErrorKind::Configuration, format!("{problem}; {remedy}"))
}
