//! For programs.

use serde::Serialize;

use super::phrases::verdict;
use crate::diff::Comparison;
use crate::diff::change::{Change, Level};

#[derive(Serialize)]
struct Output<'a> {
    base: String,
    revision: String,
    lowest_version: String,
    releasable: bool,
    breaking: usize,
    compatible: usize,
    documentation: usize,
    verdict: String,
    changes: &'a [Change],
}

pub(super) fn render(comparison: &Comparison) -> String {
    let output = Output {
        base: comparison.base.to_string(),
        revision: comparison.revision.to_string(),
        lowest_version: comparison.lowest_version().to_string(),
        releasable: comparison.releasable(),
        breaking: comparison.count(Level::Breaking),
        compatible: comparison.count(Level::Compatible),
        documentation: comparison.count(Level::Documentation),
        verdict: verdict(comparison),
        changes: &comparison.changes,
    };
    // `{:#}` on a value cannot fail, and a struct of strings, numbers and values always is one.
    format!("{:#}\n", serde_json::json!(output))
}
