//! `enum`, `x-extensible-enum` and `default`.

use std::collections::BTreeSet;

use xtask::contract::Node;

use super::all_of::Schema;
use super::normalize::{listed, lists, text, texts};
use crate::diff::change::{Sided, Which};
use crate::diff::equality::equal;
use crate::diff::rules::schema as rules;
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
            walk.differs(
                walk.sided(&rules::ENUM_ADDED),
                None,
                first(revision, "enum").as_ref(),
            );
        }
        (Some(_), None) => {
            walk.differs(
                walk.sided(&rules::ENUM_DROPPED),
                first(base, "enum").as_ref(),
                None,
            );
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
        _ if first(base, "enum").as_ref().is_some()
            || first(revision, "enum").as_ref().is_some() => {}
        (Some(_), None) => {
            walk.differs(
                walk.sided(&rules::KNOWN_VALUE_REMOVED),
                first(base, KNOWN).as_ref(),
                None,
            );
        }
        (None, Some(_)) => {
            walk.differs(
                walk.sided(&rules::KNOWN_VALUE_ADDED),
                None,
                first(revision, KNOWN).as_ref(),
            );
        }
    }
    told(walk, base, revision, KNOWN);
}

fn first<'a>(schema: &Schema<'a>, key: &str) -> Option<Node<'a>> {
    lists(schema, key).into_iter().next().map(|list| list.list)
}

/// Every value has been compared: nothing in the lists is left over.
fn told<'a>(walk: &mut Walk<'a>, base: &Schema<'a>, revision: &Schema<'a>, key: &str) {
    let side = Some(walk.current_side());
    for (which, schema) in [(Which::Base, base), (Which::Revision, revision)] {
        for list in lists(schema, key) {
            walk.coverage.cover(which, side, &list.list);
        }
    }
}

/// Compares the values that are taken where one is left out.
pub(super) fn default<'a>(walk: &mut Walk<'a>, base: &Schema<'a>, revision: &Schema<'a>) {
    // To leave a value out and to send null is one, where null is the default.
    let of = |schema: &'_ Schema<'a>| {
        schema
            .first("default")
            .filter(|node| !node.value.is_null())
            .cloned()
    };
    let (before, after) = (of(base), of(revision));
    let (before, after) = (before.as_ref(), after.as_ref());
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
    let (old, new) = (texts(before), texts(after));
    let lacks = |list: &BTreeSet<String>, value: &Node<'a>| !list.contains(&text(value.value));
    for value in before.iter().filter(|value| lacks(&new, value)) {
        walk.removed(walk.sided(removed), value);
    }
    for value in after.iter().filter(|value| lacks(&old, value)) {
        walk.added(walk.sided(added), value);
    }
}
