//! The one model of the contract: the OpenAPI document, places in it, its operations and its
//! schemas.

mod document;
mod grammar;
pub mod json_schema;
mod node;
mod operation;
pub mod walk;
mod yaml;

pub use self::{
    document::Document,
    grammar::{Grammar, Ignored, Kind, Shape, Type},
    node::{LONGEST_CHAIN, Node, items, members, says_nothing, step, text},
    operation::{METHODS, Operation, example_values, is_idempotent},
};
