//! What differs between two documents without a change that covers it.
//!
//! The rules know what a keyword means. This check knows nothing of them: it goes through every
//! pair of objects and schemas that the comparison has met, and asks for each value that differs
//! whether a reported change covers it. What no change covers is unclassified, and breaks.

mod names;
mod report_unclassified;
mod schemas;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use xtask::contract::{Node, says_nothing};

use self::names::names;
use self::report_unclassified::unclassified;
use super::change::Which;
use super::document_level::components;
use super::equality::same;
use super::rules::document as rules;
use super::schema::Schema;
use super::walk::Walk;

/// Members that another rule reads together with others, or that are written as a default: `style:
/// form` is no difference from nothing.
const DEFAULTED: [&str; 4] = ["style", "explode", "allowReserved", "x-ekodb-idempotent"];
/// Components that are compared where something refers to them.
const REFERRED: [&str; 7] = [
    "responses",
    "parameters",
    "requestBodies",
    "headers",
    "examples",
    "links",
    "callbacks",
];
/// Components that are compared by their names.
const COMPARED: [&str; 2] = ["schemas", "securitySchemes"];

/// Reports what no rule has reported.
pub(crate) fn report<'a>(walk: &mut Walk<'a>, base: &Node<'a>, revision: &Node<'a>) {
    for (side, old, new) in walk.coverage.objects.clone() {
        walk.at(side, |walk| object(walk, &old, &new));
    }
    for (side, old, new) in walk.coverage.schemas.clone() {
        walk.side(side, |walk| {
            schemas::compare(walk, side, &Schema::new(&old), &Schema::new(&new))
        });
    }
    for kind in REFERRED {
        referred(walk, kind, base, revision);
    }
    let (old, new) = (base.raw("components"), revision.raw("components"));
    let all = old.iter().chain(&new).flat_map(Node::members);
    for key in all.map(|(key, _)| key).collect::<BTreeSet<_>>() {
        if !(REFERRED.contains(&key) || COMPARED.contains(&key)) {
            let of = |components: &Option<Node<'a>>| components.as_ref()?.raw(key);
            values(walk, of(&old), of(&new));
        }
    }
}

/// The members of two objects that have been compared with each other.
fn object<'a>(walk: &mut Walk<'a>, old: &Node<'a>, new: &Node<'a>) {
    let root = old.pointer.is_empty();
    for key in keys(old, new) {
        let versions = old.pointer == "/info" && key == "version";
        let apart = root && key == "components";
        if !(versions || apart || DEFAULTED.contains(&key)) {
            values(walk, old.raw(key), new.raw(key));
        }
    }
}

fn keys<'a>(old: &Node<'a>, new: &Node<'a>) -> BTreeSet<&'a str> {
    old.members()
        .chain(new.members())
        .map(|(key, _)| key)
        .collect()
}

fn values<'a>(walk: &mut Walk<'a>, old: Option<Node<'a>>, new: Option<Node<'a>>) {
    let open = |which, node: &Option<Node<'a>>| {
        let node = node.as_ref();
        node.is_some_and(|node| {
            !walk.coverage.settles(which, None, node) && !says_nothing(node.value)
        })
    };
    if !open(Which::Base, &old) && !open(Which::Revision, &new) {
        return;
    }
    match (old, new) {
        (Some(old), Some(new)) => {
            if same(&old, &new) {
                return;
            }
            let (before, after) = (old.resolved(), new.resolved());
            // What both refer to under one name has been compared there.
            let compared = old.reference().is_some()
                && old.reference() == new.reference()
                && walk.coverage.settles(Which::Base, None, &before)
                && walk.coverage.settles(Which::Revision, None, &after);
            if compared {
                return;
            }
            match (before.value, after.value) {
                (Value::Object(_), Value::Object(_))
                    if before.pointer != after.pointer || old.pointer == before.pointer =>
                {
                    for key in keys(&before, &after) {
                        values(walk, before.raw(key), after.raw(key));
                    }
                }
                (Value::Array(_), Value::Array(_)) => lists(walk, &before, &after),
                _ => unclassified(walk, Some(&old), Some(&new)),
            }
        }
        (Some(old), None) => alone(walk, Which::Base, &old),
        (None, Some(new)) => alone(walk, Which::Revision, &new),
        (None, None) => {}
    }
}

/// The order of a list says nothing.
fn lists<'a>(walk: &mut Walk<'a>, old: &Node<'a>, new: &Node<'a>) {
    let open = |walk: &Walk<'a>, which, list: &Node<'a>| -> Vec<Node<'a>> {
        let all = list.elements();
        all.filter(|node| !walk.coverage.settles(which, None, node))
            .collect()
    };
    let mut before = open(walk, Which::Base, old);
    let mut after = open(walk, Which::Revision, new);
    before.retain(|old| {
        let index = after.iter().position(|new| same(old, new));
        index.map(|index| after.remove(index)).is_none()
    });
    if let ([old], [new]) = (before.as_slice(), after.as_slice()) {
        return values(walk, Some(old.clone()), Some(new.clone()));
    }
    for old in before {
        alone(walk, Which::Base, &old);
    }
    for new in after {
        alone(walk, Which::Revision, &new);
    }
}

/// A value that only one document has.
fn alone<'a>(walk: &mut Walk<'a>, which: Which, node: &Node<'a>) {
    if says_nothing(node.value) || walk.coverage.settles(which, None, node) {
        return;
    }
    if walk.coverage.settles_within(which, None, node) {
        let inner: Vec<Node<'a>> = node
            .members()
            .map(|(_, member)| member)
            .chain(node.elements())
            .collect();
        for member in inner {
            alone(walk, which, &member);
        }
    } else {
        match which {
            Which::Base => unclassified(walk, Some(node), None),
            Which::Revision => unclassified(walk, None, Some(node)),
        }
    }
}

/// Components that nothing has met: no operation refers to them, so they matter to nobody.
fn referred<'a>(walk: &mut Walk<'a>, kind: &str, base: &Node<'a>, revision: &Node<'a>) {
    let (before, after) = (components(base, kind), components(revision, kind));
    for name in names(&before, &after) {
        let (old, new) = (before.get(name), after.get(name));
        let equal = matches!((old, new), (Some(old), Some(new)) if same(old, new));
        let used = |node: Option<&Node<'a>>| node.is_some_and(|node| walk.coverage.visits(node));
        if equal || used(old) || used(new) {
            continue;
        }
        let rule = if kind == "examples" {
            &rules::DOCUMENTATION
        } else {
            &rules::COMPONENT_UNUSED
        };
        let value = |node: Option<&Node<'a>>| node.map(|_| json!(name));
        match (old, new) {
            (Some(old), None) => walk.removed_as(rule, old, json!(name)),
            (_, Some(new)) => walk.note(rule, new, value(old), value(Some(new))),
            (None, None) => {}
        }
    }
}
