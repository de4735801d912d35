//! What every form has in common.

use serde_json::Value;

use crate::diff::Comparison;
use crate::diff::change::{Change, Level};

/// How many operations are named before the rest is counted.
const NAMED: usize = 4;
/// How many characters of a value are shown.
const SHOWN: usize = 100;
/// How many of them are before the first that differs, where the beginning is left out.
const LEAD: usize = 20;

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

/// The value of a change before and after, each on one line and cut where it is long, so that the
/// part that differs is shown.
pub(super) fn values(change: &Change) -> [Option<String>; 2] {
    let values = [&change.before, &change.after];
    let mut lines = values.map(|value| value.as_ref().map(line));
    if lines[0] == lines[1] {
        // They differ in white space only, which JSON shows.
        lines = values.map(|value| value.as_ref().map(Value::to_string));
    }
    let start = match &lines {
        [Some(before), Some(after)] => {
            let pairs = before.chars().zip(after.chars());
            let common = pairs.take_while(|(one, other)| one == other).count();
            if common > SHOWN / 2 { common - LEAD } else { 0 }
        }
        _ => 0,
    };
    lines.map(|line| line.map(|line| cut(&line, start)))
}

fn line(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is shown of a line, from a character on.
fn cut(line: &str, start: usize) -> String {
    let mut letters = line.chars().skip(start);
    let shown: String = letters.by_ref().take(SHOWN).collect();
    let omitted = |is: bool| if is { "…" } else { "" };
    let (before, after) = (omitted(start > 0), omitted(letters.next().is_some()));
    format!("{before}{shown}{after}")
}
