//! For people at a terminal.

use anstyle::{AnsiColor, Style};

use super::phrases::{counts, reach, values, verdict};
use crate::diff::Comparison;
use crate::diff::change::{Change, Level};

const FAINT: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

pub(super) fn render(comparison: &Comparison) -> String {
    let Comparison { base, revision, .. } = comparison;
    let mut lines = vec![
        format!("{BOLD}{base} to {revision}: {}{BOLD:#}", counts(comparison)),
        String::new(),
    ];
    for change in &comparison.changes {
        lines.extend(entry(change));
        lines.push(String::new());
    }
    lines.push(verdict(comparison));
    lines.join("\n") + "\n"
}

fn entry(change: &Change) -> Vec<String> {
    let style = colour(change.level);
    let field = |name: &str, text: String| format!("  {FAINT}{name:<6}{FAINT:#} {text}");
    let mut lines = vec![
        format!(
            "{style}{}{style:#}  {BOLD}{}{BOLD:#}",
            change.level, change.rule.name
        ),
        field(
            "at",
            format!("{} ({})", change.place.pointer, reach(change)),
        ),
    ];
    for (name, value) in ["before", "after"].into_iter().zip(values(change)) {
        lines.extend(value.map(|value| field(name, value)));
    }
    // Words need neither a reason nor a fix.
    if change.level > Level::Documentation {
        lines.push(field("why", change.why.to_owned()));
        lines.push(field("fix", change.fix.to_owned()));
    }
    lines
}

fn colour(level: Level) -> Style {
    match level {
        Level::Breaking => AnsiColor::Red.on_default().bold(),
        Level::Compatible => AnsiColor::Green.on_default(),
        Level::Documentation => AnsiColor::Cyan.on_default(),
    }
}
