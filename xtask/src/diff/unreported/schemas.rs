//! What differs between two schemas without a change that covers it.

use xtask::contract::Node;

use super::names::names;
use super::report_unclassified::unclassified;
use crate::diff::change::{Side, Which};
use crate::diff::equality::same;
use crate::diff::rules::schema as rules;
use crate::diff::schema::{Schema, normalized, null_of, travels};
use crate::diff::walk::Walk;

/// The keywords of two schemas that have been compared with each other.
pub(super) fn compare<'a>(walk: &mut Walk<'a>, side: Side, old: &Schema<'a>, new: &Schema<'a>) {
    for key in names(&old.keywords, &new.keywords) {
        if normalized(old, key) != normalized(new, key) {
            keyword(walk, side, old.all(key), new.all(key));
        }
    }
    // Pairs of schemas of their own, as a rule.
    for key in ["items", "additionalProperties", "not"] {
        let differs = |(one, other): (&Node<'a>, &Node<'a>)| !same(one, other);
        let (before, after) = (old.all(key), new.all(key));
        if before.len() == after.len() && before.iter().zip(after).any(differs) {
            keyword(walk, side, before, after);
        }
    }
    if old.nullable() != new.nullable() && old.kind().is_some() && new.kind().is_some() {
        let null = |schema: &Schema<'a>| schema.parts.first().map(null_of);
        let (before, after) = (null(old), null(new));
        keyword(walk, side, before.as_slice(), after.as_slice());
    }
    for name in names(&old.properties, &new.properties) {
        let of = |schema: &Schema<'a>| schema.properties.get(name).cloned().unwrap_or_default();
        let (mut before, mut after) = (of(old), of(new));
        let (wanted, wants) = (old.required.get(name), new.required.get(name));
        if wanted.is_some() != wants.is_some() {
            before.extend(wanted.cloned());
            after.extend(wants.cloned());
        }
        member(walk, side, &before, &after);
    }
    for choice in old.choices.iter().chain(&new.choices) {
        for form in &choice.forms {
            if !settled(walk, Some(side), form) {
                let which = if old
                    .choices
                    .iter()
                    .any(|one| one.list.pointer == choice.list.pointer)
                {
                    (Some(form), None)
                } else {
                    (None, Some(form))
                };
                unclassified(walk, which.0, which.1);
            }
        }
    }
}

/// A form that either document has, and so may have been met in.
fn settled<'a>(walk: &Walk<'a>, side: Option<Side>, node: &Node<'a>) -> bool {
    [Which::Base, Which::Revision]
        .iter()
        .any(|which| walk.coverage.settles(*which, side, node))
}

/// A member that does not travel on this side matters on the other one, if it is ever compared
/// there.
fn member<'a>(walk: &mut Walk<'a>, side: Side, before: &[Node<'a>], after: &[Node<'a>]) {
    let on = |side| {
        let old = before
            .iter()
            .all(|node| walk.coverage.settles(Which::Base, side, node));
        let new = after
            .iter()
            .all(|node| walk.coverage.settles(Which::Revision, side, node));
        old && new
    };
    if on(Some(side))
        || (before.len() == after.len()
            && before.iter().zip(after).all(|(old, new)| same(old, new)))
    {
        return;
    }
    let absent = |member: &[Node<'a>]| member.is_empty() || !travels(member, side);
    if absent(before) && absent(after) {
        if !on(None) {
            let rule = walk.sided(&rules::MEMBER_ELSEWHERE);
            walk.differs(rule, before.first(), after.first());
        }
    } else {
        for node in before {
            keyword(walk, side, std::slice::from_ref(node), &[]);
        }
        for node in after {
            keyword(walk, side, &[], std::slice::from_ref(node));
        }
    }
}

/// A keyword that differs: some change must cover it in one of the places that have it.
fn keyword<'a>(walk: &mut Walk<'a>, side: Side, before: &[Node<'a>], after: &[Node<'a>]) {
    let told = |which, nodes: &[Node<'a>]| {
        nodes.iter().any(|node| {
            walk.coverage.settles(which, Some(side), node)
                || walk.coverage.settles_within(which, Some(side), node)
        })
    };
    if !told(Which::Base, before) && !told(Which::Revision, after) {
        unclassified(walk, before.last(), after.last());
    }
}
