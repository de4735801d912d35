//! `enum`, `x-extensible-enum` and `default`.

use serde_json::Value;

use super::flatten::Schema;
use crate::diff::change::Sided;
use crate::diff::rules::schema as rules;
use crate::diff::walk::Walk;
use xtask::contract::Node;

/// The vendor extension with the known values of a string that may have others.
const KNOWN: &str = "x-extensible-enum";

/// Compares the values that are allowed.
pub(super) fn enumeration(walk: &mut Walk, base: &Schema<'_>, revision: &Schema<'_>) {
    match (base.keyword("enum"), revision.keyword("enum")) {
        (Some(before), Some(after)) => {
            each(
                walk,
                before,
                after,
                &rules::ENUM_VALUE_REMOVED,
                &rules::ENUM_VALUE_ADDED,
            );
        }
        (None, Some(after)) => walk.added(walk.sided(&rules::ENUM_ADDED), after),
        (Some(before), None) => walk.removed(walk.sided(&rules::ENUM_DROPPED), before),
        (None, None) => {}
    }
}

/// Compares the values that are known.
pub(super) fn known(walk: &mut Walk, base: &Schema<'_>, revision: &Schema<'_>) {
    // A list that comes or goes with an `enum` has been reported as that.
    if let (Some(before), Some(after)) = (base.keyword(KNOWN), revision.keyword(KNOWN)) {
        each(
            walk,
            before,
            after,
            &rules::KNOWN_VALUE_REMOVED,
            &rules::KNOWN_VALUE_ADDED,
        );
    } else if base.keyword("enum").is_none() && revision.keyword("enum").is_none() {
        if let Some(before) = base.keyword(KNOWN) {
            walk.removed(walk.sided(&rules::KNOWN_VALUE_REMOVED), before);
        }
        if let Some(after) = revision.keyword(KNOWN) {
            walk.added(walk.sided(&rules::KNOWN_VALUE_ADDED), after);
        }
    }
}

/// Compares what stands for a value that is left out.
pub(super) fn default(walk: &mut Walk, base: &Schema<'_>, revision: &Schema<'_>) {
    let (before, after) = (base.keyword("default"), revision.keyword("default"));
    let rule = match (before, after) {
        (None, Some(_)) => &rules::DEFAULT_ADDED,
        (Some(_), None) => &rules::DEFAULT_REMOVED,
        (Some(before), Some(after)) if before.value != after.value => &rules::DEFAULT_CHANGED,
        _ => return,
    };
    walk.differs(walk.sided(rule), before, after);
}

fn each(
    walk: &mut Walk,
    before: &Node<'_>,
    after: &Node<'_>,
    removed: &'static Sided,
    added: &'static Sided,
) {
    for value in before
        .elements()
        .filter(|element| !holds(after, element.value))
    {
        walk.removed(walk.sided(removed), &value);
    }
    for value in after
        .elements()
        .filter(|element| !holds(before, element.value))
    {
        walk.added(walk.sided(added), &value);
    }
}

fn holds(list: &Node<'_>, value: &Value) -> bool {
    list.value
        .as_array()
        .is_some_and(|values| values.contains(value))
}
