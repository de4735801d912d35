//! The one model of the contract: the OpenAPI document, places in it, its operations and its schemas.

mod document;
pub mod json_schema;
mod node;
mod operation;
mod yaml;

pub use self::{
    document::Document,
    node::{LONGEST_CHAIN, Node, items, members, step},
    operation::{METHODS, Operation, example_values, is_idempotent},
};
