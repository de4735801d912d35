//! Queries: the grammar of filters, sorting, and which index serves.

mod condition;
mod error;
mod filter;
mod find_query;
mod index_plan;
mod record_order;
mod top_k;

pub(crate) use error::QueryError;
pub(crate) use filter::Filter;
pub(crate) use find_query::{FindQuery, Join};
pub(crate) use index_plan::{IndexRange, plan};
pub(crate) use record_order::RecordOrder;
pub(crate) use top_k::TopK;
