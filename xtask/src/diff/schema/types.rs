//! `type`, `nullable` and `format`.

use serde_json::{Value, json};
use xtask::contract::{Node, step};

use super::all_of::Schema;
use super::normalize::normalized;
use crate::diff::change::Which;
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
pub(super) fn compare<'a>(
    walk: &mut Walk<'a>,
    base: &Schema<'a>,
    revision: &Schema<'a>,
) -> Outcome {
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
    let word = |kind: Option<&str>| json!(kind.unwrap_or("any"));
    if let Some(at) = revision.parts.first() {
        let types = |which, schema: &Schema<'a>| {
            let all = schema.all("type").iter();
            all.map(|node| (which, node.clone())).collect::<Vec<_>>()
        };
        let told = [types(Which::Base, base), types(Which::Revision, revision)];
        let told = told.into_iter().flatten();
        walk.tell(walk.sided(rule), at, told, (word(before), word(after)));
    }
    if std::ptr::eq(rule, &rules::TYPE_CHANGED) {
        return Outcome::Incomparable;
    }
    if before.is_some() && after.is_some() {
        nullable(walk, base, revision);
    }
    Outcome::Comparable
}

/// Compares the formats.
pub(super) fn format<'a>(walk: &mut Walk<'a>, base: &Schema<'a>, revision: &Schema<'a>) {
    let formats = |schema: &Schema<'a>| -> Vec<String> {
        let Some(Value::Array(all)) = normalized(schema, "format") else {
            return Vec::new();
        };
        all.iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    };
    let (old, new) = (formats(base), formats(revision));
    if old == new {
        return;
    }
    // `password` tells how to show a value, not which values there are.
    let constraining = |all: Vec<String>| -> Vec<String> {
        all.into_iter()
            .filter(|format| format != "password")
            .collect()
    };
    let (old, new) = (constraining(old), constraining(new));
    let wider = |narrow: &[String], wide: &[String]| match (narrow, wide) {
        ([narrow], [wide]) => WIDER.contains(&(narrow.as_str(), wide.as_str())),
        _ => wide.iter().all(|format| narrow.contains(format)),
    };
    let rule = if old == new {
        &DOCUMENTATION
    } else if wider(&old, &new) {
        walk.sided(&rules::FORMAT_WIDENED)
    } else if wider(&new, &old) {
        walk.sided(&rules::FORMAT_NARROWED)
    } else {
        walk.sided(&rules::FORMAT_CHANGED)
    };
    walk.differs(
        rule,
        base.all("format").last(),
        revision.all("format").last(),
    );
}

/// Compares whether `null` is allowed.
pub(super) fn nullable<'a>(walk: &mut Walk<'a>, base: &Schema<'a>, revision: &Schema<'a>) {
    let rule = match (base.nullable(), revision.nullable()) {
        (false, true) => &rules::NULL_ALLOWED,
        (true, false) => &rules::NULL_FORBIDDEN,
        _ => return,
    };
    if let (Some(old), Some(new)) = (base.parts.first(), revision.parts.first()) {
        let values = (json!(base.nullable()), json!(revision.nullable()));
        let told = [(Which::Base, null_of(old)), (Which::Revision, null_of(new))];
        walk.tell(walk.sided(rule), new, told, values);
    }
}

/// The place where a schema would say whether null is allowed, though something else may say it.
pub(crate) fn null_of<'a>(part: &Node<'a>) -> Node<'a> {
    Node {
        pointer: step(&part.pointer, "nullable"),
        ..part.clone()
    }
}
