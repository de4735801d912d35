//! Matching a value in a path as the client writes it.

use std::fmt::Display;

/// Returns a value in a path as the client sends it, for a regular expression.
pub(crate) fn segment(value: &impl Display) -> String {
    regex::escape(&ekodb_api::encode_path(&value.to_string()))
}
