//! Saying what changed, in fewer than ten lines.

use std::fmt;

use super::items::{Items, Parts};

/// How many names stand on a line before the rest is counted.
const NAMED: usize = 8;

/// What changed between two clients.
#[derive(Debug, PartialEq)]
pub(crate) struct SurfaceChanges {
    pub(super) operations: Delta,
    pub(super) types: Delta,
}

/// What changed among items of one kind.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Delta {
    added: Vec<String>,
    removed: Vec<String>,
    /// With the parts that changed: `get_user (+limit, -page, ~reply)`.
    changed: Vec<String>,
}

impl Delta {
    pub(super) fn between(old: &Items, new: &Items) -> Self {
        let missing = |here: &Items, there: &Items| -> Vec<String> {
            here.keys()
                .filter(|name| !there.contains_key(*name))
                .cloned()
                .collect()
        };
        let both = old
            .iter()
            .filter_map(|(name, before)| Some((name, before, new.get(name)?)));
        let changed = both.filter(|(_, before, after)| before != after);
        Self {
            added: missing(new, old),
            removed: missing(old, new),
            changed: changed
                .map(|(name, before, after)| format!("{name} ({})", parts(before, after)))
                .collect(),
        }
    }

    fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }

    fn lines(&self, kind: &str) -> impl Iterator<Item = String> {
        let lists = [
            ("+", "added", &self.added),
            ("-", "removed", &self.removed),
            ("~", "changed", &self.changed),
        ];
        lists
            .into_iter()
            .filter(|(_, _, names)| !names.is_empty())
            .map(move |(sign, verb, names)| {
                let plural = if names.len() == 1 { "" } else { "s" };
                format!(
                    "  {sign} {} {kind}{plural} {verb}: {}",
                    names.len(),
                    listed(names)
                )
            })
    }
}

impl SurfaceChanges {
    /// Whether code that was written against the old client sees no difference.
    pub(crate) fn is_empty(&self) -> bool {
        self.operations.is_empty() && self.types.is_empty()
    }
}

impl fmt::Display for SurfaceChanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("the client's surface is as it was");
        }
        f.write_str("the client's surface:")?;
        for line in self
            .operations
            .lines("operation")
            .chain(self.types.lines("type"))
        {
            write!(f, "\n{line}")?;
        }
        Ok(())
    }
}

fn parts(before: &Parts, after: &Parts) -> String {
    let removed = before
        .keys()
        .filter(|part| !after.contains_key(*part))
        .map(|part| format!("-{part}"));
    let added = after
        .keys()
        .filter(|part| !before.contains_key(*part))
        .map(|part| format!("+{part}"));
    let changed = before
        .iter()
        .filter(|(part, ty)| after.get(*part).is_some_and(|other| other != *ty));
    let all: Vec<_> = added
        .chain(removed)
        .chain(changed.map(|(part, _)| format!("~{part}")))
        .collect();
    listed(&all)
}

fn listed(names: &[String]) -> String {
    let more = names.len().saturating_sub(NAMED);
    let named = names[..names.len() - more].join(", ");
    if more > 0 {
        format!("{named} and {more} more")
    } else {
        named
    }
}
