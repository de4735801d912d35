//! Comparing single members of objects: texts, flags, values.

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
    (set, cleared): (&'static Rule, &'static Rule),
) {
    let (before, after) = (base.flag(key), revision.flag(key));
    if before != after {
        let rule = if after { set } else { cleared };
        walk.members(
            rule,
            (base, revision),
            &[key],
            (before.into(), after.into()),
        );
    }
}

/// Compares whether something must be there.
pub(crate) fn required<'a>(
    walk: &mut Walk<'a>,
    base: &Node<'a>,
    revision: &Node<'a>,
    (became_required, became_optional): (&'static Rule, &'static Rule),
) {
    let word = |required| if required { "required" } else { "optional" };
    let (before, after) = (base.flag("required"), revision.flag("required"));
    if before != after {
        let rule = if after {
            became_required
        } else {
            became_optional
        };
        let values = (word(before).into(), word(after).into());
        walk.members(rule, (base, revision), &["required"], values);
    }
}
