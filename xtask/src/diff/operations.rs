//! Finding the operations of two documents, and pairing them.

use indexmap::IndexMap;

use super::operation;
use super::rules::operation as rules;
use super::walk::Walk;
use xtask::contract::{Document, Operation};

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
pub(crate) fn compare(walk: &mut Walk, base: &Document, revision: &Document) {
    let (before, mut after) = (by_route(base), by_route(revision));
    let mut gone = Vec::new();
    for (route, old) in before {
        match after.shift_remove(&route) {
            Some(new) => walk.operation(&id(&new), |walk| operation::compare(walk, &old, &new)),
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
                walk.note(
                    &rules::PATH_CHANGED,
                    &new.node,
                    Some(old.request().into()),
                    Some(new.request().into()),
                );
                operation::compare(walk, &old, &new);
            }),
            None => walk.operation(&id(&old), |walk| {
                walk.removed_as(&rules::REMOVED, &old.node, old.request().into());
            }),
        }
    }
    for new in after.values() {
        walk.operation(&id(new), |walk| {
            walk.note(&rules::ADDED, &new.node, None, Some(new.request().into()));
        });
    }
}

fn by_route<'a>(document: &'a Document) -> IndexMap<(&'a str, String), Operation<'a>> {
    let operations = document.operations().into_iter();
    operations
        .map(|operation| (route(&operation), operation))
        .collect()
}
