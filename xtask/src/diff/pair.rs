//! Finding the operations of two documents, and pairing them.

use indexmap::IndexMap;
use xtask::contract::{Document, METHODS, Operation};

use super::change::Which;
use super::compare;
use super::rules::operation as rules;
use super::walk::Walk;

/// What requests are routed by: the names of path parameters do not travel.
fn route<'a>(operation: &Operation<'a>) -> (&'a str, String) {
    let mut shape = String::new();
    let mut rest = operation.path;
    while let Some((before, (_, after))) = rest
        .split_once('{')
        .and_then(|(before, inner)| Some((before, inner.split_once('}')?)))
    {
        shape.push_str(before);
        shape.push_str("{}");
        rest = after;
    }
    (operation.method, shape + rest)
}

/// The operation id, or the method and path of an operation without one.
fn id(operation: &Operation<'_>) -> String {
    match operation.id() {
        "" => operation.request(),
        id => id.to_owned(),
    }
}

/// Compares all operations.
pub(crate) fn compare<'a>(walk: &mut Walk<'a>, base: &'a Document, revision: &'a Document) {
    let (before, mut after) = (by_route(base), by_route(revision));
    let mut gone = Vec::new();
    for (route, old) in before {
        match after.shift_remove(&route) {
            Some(new) => walk.operation(&id(&new), |walk| compare::compare(walk, &old, &new)),
            None => gone.push(old),
        }
    }
    for old in gone {
        let moved = after
            .iter()
            .find(|(_, new)| id(new) == id(&old))
            .map(|(route, _)| route.clone());
        match moved.and_then(|route| after.shift_remove(&route)) {
            Some(new) => walk.operation(&id(&new), |walk| {
                let values = (old.request().into(), new.request().into());
                walk.members(&rules::PATH_CHANGED, (&old.node, &new.node), &[], values);
                compare::compare(walk, &old, &new);
            }),
            None => walk.operation(&id(&old), |walk| {
                walk.removed_as(&rules::REMOVED, &old.node, old.request().into());
                belongs(walk, Which::Base, &old);
            }),
        }
    }
    for new in after.values() {
        walk.operation(&id(new), |walk| {
            let request = Some(new.request().into());
            walk.note(&rules::ADDED, &new.node, None, request);
            belongs(walk, Which::Revision, new);
        });
    }
}

/// What a path says of all its operations came or went with the first or the last of them.
fn belongs<'a>(walk: &mut Walk<'a>, which: Which, operation: &Operation<'a>) {
    if !walk.coverage.settles(which, None, &operation.item) {
        for (key, value) in operation.item.members() {
            if !METHODS.contains(&key) {
                walk.coverage.cover(which, None, &value);
            }
        }
    }
}

fn by_route<'a>(document: &'a Document) -> IndexMap<(&'a str, String), Operation<'a>> {
    let operations = document.operations().into_iter();
    operations
        .map(|operation| (route(&operation), operation))
        .collect()
}
