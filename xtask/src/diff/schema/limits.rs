//! Bounds, lengths, counts, steps and patterns.

use std::cmp::Ordering;

use serde_json::Value;
use xtask::contract::Node;

use super::conjunction::Schema;
use super::meaning::{self, Bound};
use crate::diff::change::{Sided, Which};
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

    /// Of a limit whose values have an order, from loose to strict.
    fn of<T>(
        before: Option<T>,
        after: Option<T>,
        order: impl Fn(&T, &T) -> Ordering,
    ) -> Option<Self> {
        match (before, after) {
            (None, None) => None,
            (None, Some(_)) => Some(Self::Tightened),
            (Some(_), None) => Some(Self::Loosened),
            (Some(before), Some(after)) => match order(&before, &after) {
                Ordering::Less => Some(Self::Tightened),
                Ordering::Greater => Some(Self::Loosened),
                Ordering::Equal => None,
            },
        }
    }
}

/// Compares every limit.
pub(super) fn compare<'a>(walk: &mut Walk<'a>, base: &Schema<'a>, revision: &Schema<'a>) {
    let mut report = |effect: Option<Effect>, keys: &[&str]| {
        if let Some(effect) = effect {
            tell(walk, effect, keys, base, revision);
        }
    };
    let lower = Effect::of(
        meaning::lower(base),
        meaning::lower(revision),
        meaning::stricter,
    );
    report(lower, &["minimum", "exclusiveMinimum"]);
    let upper = Effect::of(
        meaning::upper(base),
        meaning::upper(revision),
        |old: &Bound, new| {
            let value = crate::diff::same::order(&new.value, &old.value);
            let value = value.unwrap_or(Ordering::Equal);
            value.then(old.exclusive.cmp(&new.exclusive))
        },
    );
    report(upper, &["maximum", "exclusiveMaximum"]);
    for key in ["minLength", "minItems", "minProperties"] {
        let of = |schema| meaning::at_least(schema, key);
        let order = |old: &&Node<'a>, new: &&Node<'a>| {
            meaning::compare(old, new).unwrap_or(Ordering::Equal)
        };
        report(Effect::of(of(base), of(revision), order), &[key]);
    }
    for key in ["maxLength", "maxItems", "maxProperties"] {
        let of = |schema| meaning::at_most(schema, key);
        let order = |old: &&Node<'a>, new: &&Node<'a>| {
            meaning::compare(new, old).unwrap_or(Ordering::Equal)
        };
        report(Effect::of(of(base), of(revision), order), &[key]);
    }
    let unique = |schema: &Schema<'a>| schema.flag("uniqueItems").map(|_| ());
    let unique = Effect::of(unique(base), unique(revision), |(), ()| Ordering::Equal);
    report(unique, &["uniqueItems"]);
    for key in ["multipleOf", "pattern"] {
        report(demands(base, revision, key), &[key]);
    }
}

/// Of a limit of which a value must fit each one.
fn demands(base: &Schema<'_>, revision: &Schema<'_>, key: &str) -> Option<Effect> {
    let values = |schema| match meaning::meaning(schema, key) {
        Some(Value::Array(values)) => values,
        _ => Vec::new(),
    };
    let (before, after) = (values(base), values(revision));
    let implied = |all: &[Value], one: &Value| {
        let multiple = key == "multipleOf";
        all.iter()
            .any(|other| other == one || (multiple && is_multiple(other, one)))
    };
    let stricter = before.iter().all(|one| implied(&after, one));
    let looser = after.iter().all(|one| implied(&before, one));
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
    effect: Effect,
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
    // The part that was added last is the one that decides, as a rule.
    let rule = walk.sided(effect.rule());
    walk.differs(rule, before.last(), after.last());
    for (which, nodes) in [(Which::Base, before), (Which::Revision, after)] {
        for node in nodes {
            walk.coverage.cover(which, Some(walk.current_side()), &node);
        }
    }
}
