//! Why a query is refused.

use serde_json::Value;

use crate::engine::input::{UNKNOWN_MEMBER_HINT, UnknownMembers};

/// Why a query is refused.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct QueryError(String);

impl QueryError {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// Refuses members that an object of the grammar does not have.
pub(super) fn refuse_unknown(
    known: &[&str],
    of: &Value,
    what: &str,
    unknown: UnknownMembers,
) -> Result<(), QueryError> {
    let members = of.as_object();
    match members.and_then(|members| unknown.first_refused(members.keys(), known)) {
        Some(name) => Err(QueryError(format!(
            "Invalid filter: unknown member '{name}' of {what} {UNKNOWN_MEMBER_HINT}"
        ))),
        None => Ok(()),
    }
}
