//! `enum`, `x-extensible-enum` and `default`.

use xtask::contract::Node;

use super::conjunction::Schema;
use super::meaning::listed;
use crate::diff::change::{Sided, Which};
use crate::diff::rules::schema as rules;
use crate::diff::same::equal;
use crate::diff::walk::Walk;

/// The vendor extension with the known values of a string that may have others.
const KNOWN: &str = "x-extensible-enum";

/// Compares the values that are allowed.
pub(super) fn enumeration<'a>(walk: &mut Walk<'a>, base: &Schema<'a>, revision: &Schema<'a>) {
    match (listed(base, "enum"), listed(revision, "enum")) {
        (Some(before), Some(after)) => {
            let rules = (&rules::ENUM_VALUE_REMOVED, &rules::ENUM_VALUE_ADDED);
            each(walk, &before, &after, rules);
        }
        (None, Some(_)) => {
            walk.differs(walk.sided(&rules::ENUM_ADDED), None, revision.first("enum"));
        }
        (Some(_), None) => {
            walk.differs(walk.sided(&rules::ENUM_DROPPED), base.first("enum"), None);
        }
        (None, None) => return,
    }
    told(walk, base, revision, "enum");
}

/// Compares the values that are known.
pub(super) fn known<'a>(walk: &mut Walk<'a>, base: &Schema<'a>, revision: &Schema<'a>) {
    match (listed(base, KNOWN), listed(revision, KNOWN)) {
        (Some(before), Some(after)) => {
            let rules = (&rules::KNOWN_VALUE_REMOVED, &rules::KNOWN_VALUE_ADDED);
            each(walk, &before, &after, rules);
        }
        (None, None) => return,
        // A list that comes or goes with an `enum` has been reported as that.
        _ if base.first("enum").is_some() || revision.first("enum").is_some() => {}
        (Some(_), None) => {
            walk.differs(
                walk.sided(&rules::KNOWN_VALUE_REMOVED),
                base.first(KNOWN),
                None,
            );
        }
        (None, Some(_)) => {
            walk.differs(
                walk.sided(&rules::KNOWN_VALUE_ADDED),
                None,
                revision.first(KNOWN),
            );
        }
    }
    told(walk, base, revision, KNOWN);
}

/// Every value has been compared: nothing in the lists is left over.
fn told<'a>(walk: &mut Walk<'a>, base: &Schema<'a>, revision: &Schema<'a>, key: &str) {
    let side = Some(walk.current_side());
    for (which, schema) in [(Which::Base, base), (Which::Revision, revision)] {
        for list in schema.all(key) {
            walk.coverage.cover(which, side, list);
        }
    }
}

/// Compares what stands for a value that is left out.
pub(super) fn default<'a>(walk: &mut Walk<'a>, base: &Schema<'a>, revision: &Schema<'a>) {
    let (before, after) = (base.first("default"), revision.first("default"));
    let rule = match (before, after) {
        (None, Some(_)) => &rules::DEFAULT_ADDED,
        (Some(_), None) => &rules::DEFAULT_REMOVED,
        (Some(before), Some(after)) if !equal(before.value, after.value) => &rules::DEFAULT_CHANGED,
        _ => return,
    };
    walk.differs(walk.sided(rule), before, after);
}

fn each<'a>(
    walk: &mut Walk<'a>,
    before: &[Node<'a>],
    after: &[Node<'a>],
    (removed, added): (&'static Sided, &'static Sided),
) {
    let holds = |list: &[Node<'a>], value: &Node<'a>| {
        list.iter().any(|other| equal(other.value, value.value))
    };
    for value in before.iter().filter(|value| !holds(after, value)) {
        walk.removed(walk.sided(removed), value);
    }
    for value in after.iter().filter(|value| !holds(before, value)) {
        walk.added(walk.sided(added), value);
    }
}
