//! `type`, `nullable` and `format`.

use serde_json::json;

use super::flatten::Schema;
use crate::diff::rules::{document::DOCUMENTATION, schema as rules};
use crate::diff::walk::Walk;

/// Whether it makes sense to go on.
#[derive(PartialEq)]
pub(super) enum Outcome {
    Comparable,
    /// The types have nothing in common: their other differences follow from that.
    Incomparable,
}

/// Formats that say something about the values, from narrow to wide.
const WIDER: [(&str, &str); 2] = [("int32", "int64"), ("float", "double")];

/// Compares the types and whether `null` is one of the values.
pub(super) fn compare(walk: &mut Walk, base: &Schema<'_>, revision: &Schema<'_>) -> Outcome {
    let (before, after) = (base.kind(), revision.kind());
    let rule = match (before, after) {
        _ if before == after => {
            // Without a type `null` is a value like any other.
            if after.is_some() {
                nullable(walk, base, revision);
            }
            return Outcome::Comparable;
        }
        (None, _) | (Some("number"), Some("integer")) => &rules::TYPE_NARROWED,
        (_, None) | (Some("integer"), Some("number")) => &rules::TYPE_WIDENED,
        _ => &rules::TYPE_CHANGED,
    };
    let any = json!("any");
    let word = |kind: Option<&str>| kind.map_or(any.clone(), |kind| json!(kind));
    walk.note(
        walk.sided(rule),
        &revision.node,
        Some(word(before)),
        Some(word(after)),
    );
    if before.is_some() && after.is_some() && !std::ptr::eq(rule, &rules::TYPE_CHANGED) {
        nullable(walk, base, revision);
        Outcome::Comparable
    } else {
        Outcome::Incomparable
    }
}

/// Compares the formats.
pub(super) fn format(walk: &mut Walk, base: &Schema<'_>, revision: &Schema<'_>) {
    let (before, after) = (base.keyword("format"), revision.keyword("format"));
    let (old, new) = (
        before.and_then(|node| node.value.as_str()),
        after.and_then(|node| node.value.as_str()),
    );
    if old == new {
        return;
    }
    let rule = match (constraining(old), constraining(new)) {
        // `password` tells how to show a value, not which values there are.
        (None, None) => &DOCUMENTATION,
        (None, Some(_)) => walk.sided(&rules::FORMAT_NARROWED),
        (Some(_), None) => walk.sided(&rules::FORMAT_WIDENED),
        (Some(old), Some(new)) if WIDER.contains(&(old, new)) => walk.sided(&rules::FORMAT_WIDENED),
        (Some(old), Some(new)) if WIDER.contains(&(new, old)) => {
            walk.sided(&rules::FORMAT_NARROWED)
        }
        (Some(_), Some(_)) => walk.sided(&rules::FORMAT_CHANGED),
    };
    walk.differs(rule, before, after);
}

fn constraining(format: Option<&str>) -> Option<&str> {
    format.filter(|format| *format != "password")
}

/// Compares whether `null` is allowed.
pub(super) fn nullable(walk: &mut Walk, base: &Schema<'_>, revision: &Schema<'_>) {
    let rule = match (base.nullable, revision.nullable) {
        (false, true) => &rules::NULL_ALLOWED,
        (true, false) => &rules::NULL_FORBIDDEN,
        _ => return,
    };
    walk.note(
        walk.sided(rule),
        &revision.node,
        Some(json!(base.nullable)),
        Some(json!(revision.nullable)),
    );
}
