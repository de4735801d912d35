//! Finding the operations of two documents, and pairing them.

use indexmap::IndexMap;
use serde_json::Value;

use super::document::Node;
use super::operation;
use super::rules::operation as rules;
use super::walk::Walk;

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// An operation and what it inherits.
#[derive(Clone, Debug)]
pub(crate) struct Operation<'a> {
    pub(crate) node: Node<'a>,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    /// The path item, whose parameters hold for every operation of the path.
    pub(crate) item: Node<'a>,
    /// The document, whose security holds where the operation gives none.
    pub(crate) root: Node<'a>,
}

impl<'a> Operation<'a> {
    /// The operation id, or the method and path of one that has none.
    pub(crate) fn id(&self) -> String {
        let id = self.node.text("operationId").map(str::to_owned);
        id.unwrap_or_else(|| self.line())
    }

    /// Its method and path, as a value to show.
    fn request(&self) -> Value {
        Value::String(self.line())
    }

    fn line(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    /// What a request is routed by: the names of path parameters do not travel.
    fn route(&self) -> (&'a str, String) {
        let shape: Vec<_> = self
            .path
            .split('/')
            .map(|part| if part.starts_with('{') { "{}" } else { part })
            .collect();
        (self.method, shape.join("/"))
    }
}

/// Compares all operations.
pub(crate) fn compare(walk: &mut Walk, base: &Node<'_>, revision: &Node<'_>) {
    let (before, mut after) = (by_route(base), by_route(revision));
    let mut gone = Vec::new();
    for (route, old) in before {
        match after.shift_remove(&route) {
            Some(new) => walk.operation(&new.id(), |walk| operation::compare(walk, &old, &new)),
            None => gone.push(old),
        }
    }
    for old in gone {
        let moved = after
            .iter()
            .find(|(_, new)| new.id() == old.id())
            .map(|(route, _)| route.clone());
        match moved.and_then(|route| after.shift_remove(&route)) {
            Some(new) => walk.operation(&new.id(), |walk| {
                walk.note(
                    &rules::PATH_CHANGED,
                    &new.node,
                    Some(old.request()),
                    Some(new.request()),
                );
                operation::compare(walk, &old, &new);
            }),
            None => walk.operation(&old.id(), |walk| {
                walk.removed_as(&rules::REMOVED, &old.node, old.request());
            }),
        }
    }
    for new in after.values() {
        walk.operation(&new.id(), |walk| {
            walk.note(&rules::ADDED, &new.node, None, Some(new.request()));
        });
    }
}

fn by_route<'a>(root: &Node<'a>) -> IndexMap<(&'a str, String), Operation<'a>> {
    let paths = root.raw("paths");
    let items = paths.iter().flat_map(Node::members);
    let operations = items.flat_map(|(path, item)| {
        let item = item.resolved();
        let found: Vec<_> = METHODS
            .iter()
            .filter_map(|method| {
                let (method, _) = item.value.as_object()?.get_key_value(*method)?;
                let node = item.raw(method)?;
                Some(Operation {
                    node,
                    method,
                    path,
                    item: item.clone(),
                    root: root.clone(),
                })
            })
            .collect();
        found
    });
    operations
        .map(|operation| (operation.route(), operation))
        .collect()
}
