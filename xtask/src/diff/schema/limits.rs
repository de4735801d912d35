//! Bounds, lengths, counts, steps and patterns.

use std::cmp::Ordering;

use serde_json::Value;

use super::flatten::Schema;
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
}

/// Says how a limit that is there before and after has changed.
type Judge = fn(&Value, &Value) -> Effect;

const LIMITS: [(&str, Judge); 13] = [
    ("minimum", at_least),
    ("minLength", at_least),
    ("minItems", at_least),
    ("minProperties", at_least),
    ("maximum", at_most),
    ("maxLength", at_most),
    ("maxItems", at_most),
    ("maxProperties", at_most),
    ("exclusiveMinimum", switch),
    ("exclusiveMaximum", switch),
    ("uniqueItems", switch),
    ("multipleOf", step),
    ("pattern", other),
];

/// Compares every limit.
pub(super) fn compare(walk: &mut Walk, base: &Schema<'_>, revision: &Schema<'_>) {
    for (key, judge) in LIMITS {
        let before = base
            .keyword(key)
            .filter(|node| node.value != &Value::Bool(false));
        let after = revision
            .keyword(key)
            .filter(|node| node.value != &Value::Bool(false));
        let effect = match (before, after) {
            (None, Some(_)) => Effect::Tightened,
            (Some(_), None) => Effect::Loosened,
            (Some(before), Some(after)) if before.value != after.value => {
                judge(before.value, after.value)
            }
            _ => continue,
        };
        walk.differs(walk.sided(effect.rule()), before, after);
    }
}

fn at_least(before: &Value, after: &Value) -> Effect {
    match ordering(before, after) {
        Some(Ordering::Less) => Effect::Tightened,
        Some(Ordering::Greater) => Effect::Loosened,
        _ => Effect::Changed,
    }
}

fn at_most(before: &Value, after: &Value) -> Effect {
    at_least(after, before)
}

fn switch(_: &Value, after: &Value) -> Effect {
    if after == &Value::Bool(true) {
        Effect::Tightened
    } else {
        Effect::Loosened
    }
}

fn step(before: &Value, after: &Value) -> Effect {
    let multiple = |value: &Value, of: &Value| {
        let ratio = value
            .as_f64()
            .zip(of.as_f64())
            .map(|(value, of)| value / of);
        ratio.is_some_and(|ratio| (ratio - ratio.round()).abs() < 1e-9)
    };
    if multiple(after, before) {
        Effect::Tightened
    } else if multiple(before, after) {
        Effect::Loosened
    } else {
        Effect::Changed
    }
}

/// Whether one pattern matches less than another is not decided here.
fn other(_: &Value, _: &Value) -> Effect {
    Effect::Changed
}

fn ordering(before: &Value, after: &Value) -> Option<Ordering> {
    before.as_f64()?.partial_cmp(&after.as_f64()?)
}
