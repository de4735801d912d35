//! What every form has in common.

use serde_json::Value;

use crate::diff::Comparison;
use crate::diff::change::{Change, Level};

/// How many operations are named before the rest is counted.
const NAMED: usize = 4;
/// How many characters of a value are shown.
const SHOWN: usize = 100;

/// The levels, gravest first.
pub(super) const LEVELS: [Level; 3] = [Level::Breaking, Level::Compatible, Level::Documentation];

/// How many changes there are of each level.
pub(super) fn counts(comparison: &Comparison) -> String {
    if comparison.changes.is_empty() {
        return "no changes".to_owned();
    }
    let counts = LEVELS.map(|level| (level, comparison.count(level)));
    let counts = counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(level, count)| format!("{count} {level}"));
    counts.collect::<Vec<_>>().join(", ")
}

/// What the changes ask of the version.
pub(super) fn verdict(comparison: &Comparison) -> String {
    let (revision, lowest) = (&comparison.revision, comparison.lowest_version());
    if comparison.changes.is_empty() {
        "nothing to release".to_owned()
    } else if comparison.releasable() {
        format!("version {revision} is high enough: these changes need {lowest}")
    } else if comparison.breaks_silently() {
        format!(
            "version {revision} is too low for a breaking change: write `version: {lowest}` under `info`, or fix what breaks"
        )
    } else {
        format!("version {revision} is too low to release: write `version: {lowest}` under `info`")
    }
}

/// Whom a change reaches: the side and the operations.
pub(super) fn reach(change: &Change) -> String {
    let operations = &change.place.operations;
    let named = operations
        .iter()
        .take(NAMED)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    let more = operations.len().saturating_sub(NAMED);
    let operations = if more > 0 {
        format!("{named} and {more} more")
    } else {
        named
    };
    match (change.place.side, operations.is_empty()) {
        (Some(side), false) => format!("{side} of {operations}"),
        (None, false) => operations,
        (Some(side), true) => side.to_string(),
        (None, true) => "the document".to_owned(),
    }
}

/// A value on one line, cut where it is long.
pub(super) fn brief(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
