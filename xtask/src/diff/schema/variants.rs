//! The forms of a choice: `oneOf` and `anyOf`.

use super::flatten::{Schema, identity};
use super::types;
use crate::diff::rules::schema as rules;
use crate::diff::walk::Walk;
use xtask::contract::Node;

/// Whether the rest of the schemas can be compared.
#[derive(PartialEq)]
pub(super) enum Outcome {
    Comparable,
    /// A choice has come or gone: the other differences follow from that.
    Incomparable,
}

/// Compares the forms, if either schema has any.
pub(super) fn compare(walk: &mut Walk, base: &Schema<'_>, revision: &Schema<'_>) -> Outcome {
    let as_form = |schema: &Schema<'_>, forms: &[Node<'_>]| {
        schema.component.is_some() && forms.iter().any(|form| identity(form) == schema.component)
    };
    match (&base.variants, &revision.variants) {
        (None, None) => Outcome::Comparable,
        (Some(before), Some(after)) => {
            types::nullable(walk, base, revision);
            forms(walk, before, after);
            discriminator(walk, base, revision);
            Outcome::Comparable
        }
        (None, Some(after)) if as_form(base, after) => {
            for form in after.iter().filter(|form| identity(form) != base.component) {
                walk.added(walk.sided(&rules::VARIANT_ADDED), form);
            }
            Outcome::Incomparable
        }
        (Some(before), None) if as_form(revision, before) => {
            for form in before
                .iter()
                .filter(|form| identity(form) != revision.component)
            {
                walk.removed(walk.sided(&rules::VARIANT_REMOVED), form);
            }
            Outcome::Incomparable
        }
        (None, Some(_)) => {
            walk.changed(
                walk.sided(&rules::VARIANTS_INTRODUCED),
                &base.node,
                &revision.node,
            );
            Outcome::Incomparable
        }
        (Some(_), None) => {
            walk.changed(
                walk.sided(&rules::VARIANTS_DROPPED),
                &base.node,
                &revision.node,
            );
            Outcome::Incomparable
        }
    }
}

/// Pairs the forms, and compares each pair.
fn forms(walk: &mut Walk, before: &[Node<'_>], after: &[Node<'_>]) {
    let mut left: Vec<_> = after.iter().collect();
    let mut unpaired: Vec<_> = before.iter().collect();
    // From the surest sign that two forms are one to the weakest.
    for same in [same_name, same_value, same_kind] {
        unpaired.retain(|old| {
            let Some(index) = left.iter().position(|new| same(old, new)) else {
                return true;
            };
            let new = left.remove(index);
            super::compare(walk, old, new);
            false
        });
    }
    for old in unpaired {
        walk.removed(walk.sided(&rules::VARIANT_REMOVED), old);
    }
    for new in left {
        walk.added(walk.sided(&rules::VARIANT_ADDED), new);
    }
}

fn name<'a>(form: &Node<'a>) -> Option<&'a str> {
    identity(form).or_else(|| form.text("title"))
}

fn same_name(old: &Node<'_>, new: &Node<'_>) -> bool {
    name(old).is_some() && name(old) == name(new)
}

fn same_value(old: &Node<'_>, new: &Node<'_>) -> bool {
    old.clone().resolved().value == new.clone().resolved().value
}

/// Forms without a name are told apart by their type only.
fn same_kind(old: &Node<'_>, new: &Node<'_>) -> bool {
    name(old).is_none() && name(new).is_none() && Schema::new(old).kind() == Schema::new(new).kind()
}

fn discriminator(walk: &mut Walk, base: &Schema<'_>, revision: &Schema<'_>) {
    let (before, after) = (
        base.keyword("discriminator"),
        revision.keyword("discriminator"),
    );
    let kept = match (before, after) {
        (None, None) => true,
        (Some(before), Some(after)) => {
            // A mapping that only grows belongs to a form that was added, which has been reported.
            let mapped = |node: &Node<'_>, key: &str| {
                node.value
                    .get("mapping")
                    .and_then(|map| map.get(key))
                    .cloned()
            };
            before.text("propertyName") == after.text("propertyName")
                && before.raw("mapping").is_none_or(|map| {
                    map.members()
                        .all(|(key, form)| mapped(after, key).as_ref() == Some(form.value))
                })
        }
        _ => false,
    };
    if !kept {
        walk.differs(walk.sided(&rules::DISCRIMINATOR_CHANGED), before, after);
    }
}
