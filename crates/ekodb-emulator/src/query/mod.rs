//! Queries: the grammar of filters, sorting, and which index serves.

mod condition;
mod filter;
mod find;
mod plan;
mod top;

pub(crate) use filter::Filter;
pub(crate) use find::{FindQuery, Join, SortField};
pub(crate) use plan::{Range, plan};
pub(crate) use top::Top;

use serde_json::Value;

use crate::wire::{HINT, Unknown};

/// Why a query is refused.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct QueryError(String);

impl QueryError {
    fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// Refuses members that an object of the grammar does not have.
fn nothing_but(known: &[&str], of: &Value, what: &str, unknown: Unknown) -> Result<(), QueryError> {
    let members = of.as_object();
    match members.and_then(|members| unknown.first(members.keys(), known)) {
        Some(name) => Err(QueryError(format!(
            "Invalid filter: unknown member '{name}' of {what} {HINT}"
        ))),
        None => Ok(()),
    }
}
