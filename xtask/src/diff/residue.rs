//! What differs between two documents without a change that tells of it.
//!
//! The rules know what a keyword means. This check knows nothing of them: it goes through every pair of objects and
//! schemas that the comparison has met, and asks for each value that differs whether a reported change covers it. What
//! nobody has told of is unclassified, and breaks.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use xtask::contract::Node;

use super::change::{Rule, Side, Which};
use super::document_level::components;
use super::rules::{document as rules, schema as sided};
use super::same::same;
use super::schema::{Schema, meaning, null_of, travels};
use super::walk::Walk;

/// Members that another rule reads together with others, or that are written as a default: `style: form` is no
/// difference from nothing.
const DEFAULTED: [&str; 4] = ["style", "explode", "allowReserved", "x-ekodb-idempotent"];
/// Members that hold texts, wherever they are.
const TEXTS: [&str; 7] = [
    "title",
    "summary",
    "description",
    "example",
    "examples",
    "externalDocs",
    "bearerFormat",
];
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

/// Reports what no rule has told of.
pub(crate) fn report<'a>(walk: &mut Walk<'a>, base: &Node<'a>, revision: &Node<'a>) {
    for (side, old, new) in walk.coverage.objects.clone() {
        walk.at(side, |walk| object(walk, &old, &new));
    }
    for (side, old, new) in walk.coverage.schemas.clone() {
        walk.side(side, |walk| {
            schemas(walk, side, &Schema::new(&old), &Schema::new(&new))
        });
    }
    for kind in REFERRED {
        referred(walk, kind, base, revision);
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
        node.is_some_and(|node| !walk.coverage.settles(which, None, node) && !says_nothing(node))
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
    if says_nothing(node) || walk.coverage.settles(which, None, node) {
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

/// Where OpenAPI says that absent means the same.
fn says_nothing(node: &Node<'_>) -> bool {
    match node.value {
        Value::Bool(false) | Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

fn unclassified<'a>(walk: &mut Walk<'a>, old: Option<&Node<'a>>, new: Option<&Node<'a>>) {
    let pointer = new.or(old).map_or("", |node| node.pointer.as_str());
    let key = pointer.rsplit('/').next().unwrap_or_default();
    let rule: &'static Rule = if TEXTS.contains(&key) {
        &rules::DOCUMENTATION
    } else if pointer
        .split('/')
        .any(|step| step.starts_with("x-") && !step.starts_with("x-ekodb-"))
    {
        &rules::EXTENSION
    } else {
        &rules::UNCLASSIFIED
    };
    walk.differs(rule, old, new);
}

/// The keywords of two schemas that have been compared with each other.
fn schemas<'a>(walk: &mut Walk<'a>, side: Side, old: &Schema<'a>, new: &Schema<'a>) {
    for key in old
        .keywords
        .keys()
        .chain(new.keywords.keys())
        .copied()
        .collect::<BTreeSet<_>>()
    {
        if meaning(old, key) != meaning(new, key) {
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
    for name in old
        .properties
        .keys()
        .chain(new.properties.keys())
        .copied()
        .collect::<BTreeSet<_>>()
    {
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

/// A member that does not travel on this side matters on the other one, if it is ever compared there.
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
            let rule = walk.sided(&sided::MEMBER_ELSEWHERE);
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

/// A keyword that differs: some change must tell of it in one of the places that have it.
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

/// Components that nothing has met: no operation refers to them, so they matter to nobody.
fn referred<'a>(walk: &mut Walk<'a>, kind: &str, base: &Node<'a>, revision: &Node<'a>) {
    let (before, after) = (components(base, kind), components(revision, kind));
    for name in before
        .keys()
        .chain(after.keys())
        .copied()
        .collect::<BTreeSet<_>>()
    {
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
