//! How a command on the contract ended.

/// How a command ended; an error where it could not do its work.
#[derive(Debug, PartialEq)]
pub(super) enum Outcome {
    /// Everything is as it should be; what to print.
    Done(String),
    /// The contract breaks a rule; what to print.
    Refused(String),
}
