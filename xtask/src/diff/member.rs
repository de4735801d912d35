//! Comparing single members of objects: texts, flags, values.

use serde_json::Value;
use xtask::contract::{Node, says_nothing};

use super::change::Rule;
use super::equality::same;
use super::rules::document::DOCUMENTATION;
use super::walk::Walk;

/// Compares the members that hold texts or examples.
pub(crate) fn texts<'a>(walk: &mut Walk<'a>, base: &Node<'a>, revision: &Node<'a>, keys: &[&str]) {
    for key in keys {
        value(walk, base, revision, key, &DOCUMENTATION);
    }
}

/// Compares one member, whose every difference falls under one rule.
pub(crate) fn value<'a>(
    walk: &mut Walk<'a>,
    base: &Node<'a>,
    revision: &Node<'a>,
    key: &str,
    rule: &'static Rule,
) {
    let (before, after) = (base.raw(key), revision.raw(key));
    let equal = match (&before, &after) {
        (Some(before), Some(after)) => same(before, after),
        // Of an example, an empty list is a value like any other.
        (only, None) | (None, only) => only
            .as_ref()
            .is_none_or(|only| says_nothing(only.value) && !key.starts_with("example")),
    };
    if !equal {
        walk.differs(rule, before.as_ref(), after.as_ref());
    }
}

/// Compares a boolean of OpenAPI: absent means false.
pub(crate) fn flag<'a>(
    walk: &mut Walk<'a>,
    base: &Node<'a>,
    revision: &Node<'a>,
    key: &str,
    rules: (&'static Rule, &'static Rule),
) {
    turned(walk, base, revision, key, rules, Value::Bool);
}

/// Compares whether something must be there.
pub(crate) fn required<'a>(
    walk: &mut Walk<'a>,
    base: &Node<'a>,
    revision: &Node<'a>,
    rules: (&'static Rule, &'static Rule),
) {
    let word = |required| Value::from(if required { "required" } else { "optional" });
    turned(walk, base, revision, "required", rules, word);
}

fn turned<'a>(
    walk: &mut Walk<'a>,
    base: &Node<'a>,
    revision: &Node<'a>,
    key: &str,
    (set, cleared): (&'static Rule, &'static Rule),
    shown: fn(bool) -> Value,
) {
    let (before, after) = (base.flag(key), revision.flag(key));
    if before != after {
        let rule = if after { set } else { cleared };
        let values = (shown(before), shown(after));
        walk.members(rule, (base, revision), &[key], values);
    }
}
