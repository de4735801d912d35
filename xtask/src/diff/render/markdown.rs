//! For a pull request or a changelog.

use super::phrases::{LEVELS, counts, reach, values, verdict};
use crate::diff::Comparison;
use crate::diff::change::{Change, Level};

pub(super) fn render(comparison: &Comparison) -> String {
    let Comparison { base, revision, .. } = comparison;
    let mut blocks = vec![
        format!("# The contract from {base} to {revision}"),
        format!("{}; {}.", counts(comparison), verdict(comparison)),
    ];
    for level in LEVELS {
        let entries: Vec<_> = comparison
            .changes
            .iter()
            .filter(|change| change.level == level)
            .map(entry)
            .collect();
        if !entries.is_empty() {
            blocks.push(format!("## {}", heading(level)));
            blocks.push(entries.join("\n"));
        }
    }
    blocks.join("\n\n") + "\n"
}

fn heading(level: Level) -> &'static str {
    match level {
        Level::Breaking => "Breaking",
        Level::Compatible => "Compatible",
        Level::Documentation => "Documentation",
    }
}

fn entry(change: &Change) -> String {
    let mut text = format!(
        "- **{}** in {}, at {}",
        change.rule.name,
        reach(change),
        code(&change.place.pointer)
    );
    let change_of_value = match values(change).map(|value| value.map(|value| code(&value))) {
        [Some(before), Some(after)] => format!(": {before} became {after}"),
        [Some(before), None] => format!(": was {before}"),
        [None, Some(after)] => format!(": is {after}"),
        [None, None] => String::new(),
    };
    text.push_str(&change_of_value);
    if change.level > Level::Documentation {
        text.push_str(&format!("\n  Why: {}.\n  Fix: {}.", change.why, change.fix));
    }
    text
}

/// A code span, fenced by one backtick more than the text holds in a row.
fn code(text: &str) -> String {
    let longest = text
        .split(|letter| letter != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    if longest > 0 {
        format!("{fence} {text} {fence}")
    } else {
        format!("{fence}{text}{fence}")
    }
}
