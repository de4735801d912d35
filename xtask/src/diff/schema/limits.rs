//! Bounds, lengths, counts, steps and patterns.

use std::cmp::Ordering;

use serde_json::{Value, json};
use xtask::contract::Node;

use super::all_of::Schema;
use super::normalize::{self, Bound, End};
use crate::diff::change::Sided;
use crate::diff::rules::schema as rules;
use crate::diff::walk::Walk;

/// What a change of a limit does to the set of values that fit.
#[derive(Clone, Copy)]
enum Effect {
    Tightened,
    Loosened,
    Changed,
}

impl Effect {
    fn rule(self) -> &'static Sided {
        match self {
            Self::Tightened => &rules::CONSTRAINT_TIGHTENED,
            Self::Loosened => &rules::CONSTRAINT_LOOSENED,
            Self::Changed => &rules::CONSTRAINT_CHANGED,
        }
    }

    /// Of a bound whose keyword states another value. What other keywords imply counts: a length of
    /// 36 is no limit beside `format: uuid`.
    fn of_bound(base: &Schema<'_>, revision: &Schema<'_>, end: End, key: &str) -> Option<Self> {
        let stated = |schema| normalize::stated(schema, end, key);
        let whole = |schema, stated: Option<Bound>| {
            let implied = normalize::implied(schema, end, key);
            end.strictest(stated.into_iter().chain(implied))
        };
        let compare = |before: &Option<Bound>, after: &Option<Bound>| match (before, after) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(before), Some(after)) => end.stricter(before, after),
        };
        let (before, after) = (stated(base), stated(revision));
        if compare(&before, &after) == Ordering::Equal {
            return None;
        }
        match compare(&whole(base, before), &whole(revision, after)) {
            Ordering::Less => Some(Self::Tightened),
            Ordering::Greater => Some(Self::Loosened),
            Ordering::Equal => None,
        }
    }
}

/// The keywords that state bounds.
const BOUNDS: [(End, &[&str]); 8] = [
    (End::Lower, &["minimum", "exclusiveMinimum"]),
    (End::Upper, &["maximum", "exclusiveMaximum"]),
    (End::Lower, &["minLength"]),
    (End::Upper, &["maxLength"]),
    (End::Lower, &["minItems"]),
    (End::Upper, &["maxItems"]),
    (End::Lower, &["minProperties"]),
    (End::Upper, &["maxProperties"]),
];

/// Compares every limit.
pub(super) fn compare<'a>(walk: &mut Walk<'a>, base: &Schema<'a>, revision: &Schema<'a>) {
    for (end, keys) in BOUNDS {
        let effect = Effect::of_bound(base, revision, end, keys[0]);
        tell(walk, effect, keys, base, revision);
    }
    let unique = |schema: &Schema<'a>| schema.flag("uniqueItems").is_some();
    let unique = match (unique(base), unique(revision)) {
        (false, true) => Some(Effect::Tightened),
        (true, false) => Some(Effect::Loosened),
        _ => None,
    };
    tell(walk, unique, &["uniqueItems"], base, revision);
    for key in ["multipleOf", "pattern"] {
        let effect = demands(base, revision, key);
        tell(walk, effect, &[key], base, revision);
    }
}

/// Of a limit of which a value must fit each one.
fn demands(base: &Schema<'_>, revision: &Schema<'_>, key: &str) -> Option<Effect> {
    let values = |schema| match normalize::normalized(schema, key) {
        Some(Value::Array(values)) => values,
        _ => Vec::new(),
    };
    let (before, after) = (values(base), values(revision));
    let implied = |by: &Schema<'_>, all: &[Value], one: &Value| {
        let multiple = key == "multipleOf";
        let whole = (multiple && by.kind() == Some("integer")).then(|| json!(1));
        let mut all = all.iter().chain(&whole);
        all.any(|other| other == one || (multiple && is_multiple(other, one)))
    };
    let stricter = before.iter().all(|one| implied(revision, &after, one));
    let looser = after.iter().all(|one| implied(base, &before, one));
    match (stricter, looser) {
        (true, true) => None,
        (true, false) => Some(Effect::Tightened),
        (false, true) => Some(Effect::Loosened),
        // Whether one pattern matches less than another is not decided here.
        (false, false) => Some(Effect::Changed),
    }
}

fn is_multiple(value: &Value, of: &Value) -> bool {
    let ratio = value
        .as_f64()
        .zip(of.as_f64())
        .map(|(value, of)| value / of);
    ratio.is_some_and(|ratio| (ratio - ratio.round()).abs() < 1e-9)
}

fn tell<'a>(
    walk: &mut Walk<'a>,
    effect: Option<Effect>,
    keys: &[&str],
    base: &Schema<'a>,
    revision: &Schema<'a>,
) {
    let nodes = |schema: &Schema<'a>| -> Vec<Node<'a>> {
        keys.iter()
            .flat_map(|key| schema.all(key))
            .cloned()
            .collect()
    };
    let (before, after) = (nodes(base), nodes(revision));
    if let Some(effect) = effect {
        // The part that was added last is the one that decides, as a rule.
        let rule = walk.sided(effect.rule());
        walk.differs(rule, before.last(), after.last());
    }
    let side = Some(walk.current_side());
    walk.coverage.cover_both(side, &before, &after);
}
