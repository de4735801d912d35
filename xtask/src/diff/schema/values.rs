//! `enum`, `x-extensible-enum` and `default`.

use std::collections::BTreeSet;

use xtask::contract::Node;

use super::all_of::Schema;
use super::normalize::{listed, lists, text, texts};
use crate::diff::change::Sided;
use crate::diff::equality::equal;
use crate::diff::rules::schema as rules;
use crate::diff::walk::Walk;

/// The vendor extension with the known values of a string that may have others.
const KNOWN: &str = "x-extensible-enum";

/// Compares the values that are allowed.
pub(super) fn enumeration<'a>(walk: &mut Walk<'a>, base: &Schema<'a>, revision: &Schema<'a>) {
    let values = (&rules::ENUM_VALUE_REMOVED, &rules::ENUM_VALUE_ADDED);
    let whole = (&rules::ENUM_DROPPED, &rules::ENUM_ADDED);
    compare(walk, base, revision, "enum", values, Some(whole));
}

/// Compares the values that are known.
pub(super) fn known<'a>(walk: &mut Walk<'a>, base: &Schema<'a>, revision: &Schema<'a>) {
    let values = (&rules::KNOWN_VALUE_REMOVED, &rules::KNOWN_VALUE_ADDED);
    // A list that comes or goes with an `enum` has been reported as that.
    let is_reported = first(base, "enum").is_some() || first(revision, "enum").is_some();
    let whole = (!is_reported).then_some(values);
    compare(walk, base, revision, KNOWN, values, whole);
}

/// Compares lists of values, each value by itself; with the rules for a list that goes or comes.
fn compare<'a>(
    walk: &mut Walk<'a>,
    base: &Schema<'a>,
    revision: &Schema<'a>,
    key: &str,
    values: (&'static Sided, &'static Sided),
    whole: Option<(&'static Sided, &'static Sided)>,
) {
    match (listed(base, key), listed(revision, key)) {
        (Some(before), Some(after)) => each(walk, &before, &after, values),
        (None, None) => return,
        (before, _) => {
            if let Some((dropped, added)) = whole {
                let rule = walk.sided(if before.is_some() { dropped } else { added });
                let (old, new) = (first(base, key), first(revision, key));
                walk.differs(rule, old.as_ref(), new.as_ref());
            }
        }
    }
    told(walk, base, revision, key);
}

fn first<'a>(schema: &Schema<'a>, key: &str) -> Option<Node<'a>> {
    lists(schema, key).into_iter().next().map(|list| list.list)
}

/// Every value has been compared: nothing in the lists is left over.
fn told<'a>(walk: &mut Walk<'a>, base: &Schema<'a>, revision: &Schema<'a>, key: &str) {
    let side = Some(walk.current_side());
    let all = |schema| lists(schema, key).into_iter().map(|list| list.list);
    let (before, after): (Vec<_>, Vec<_>) = (all(base).collect(), all(revision).collect());
    walk.coverage.cover_both(side, &before, &after);
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
