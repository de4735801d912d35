//! Queries: the grammar of filters, sorting, and which index serves.

mod condition;
mod filter;
mod find;
mod plan;

pub(crate) use filter::Filter;
pub(crate) use find::{FindQuery, Join, order};
pub(crate) use plan::{Range, plan};

/// Why a query is refused.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct QueryError(String);

impl QueryError {
    fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}
