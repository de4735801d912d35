//! Where requests are sent: the servers of the document, of a path or of an operation.

use indexmap::IndexMap;
use serde_json::{Value, json};
use xtask::contract::{Node, Operation};

use super::member;
use super::rules::servers as rules;
use super::walk::Walk;

/// The server that is there without being listed: the one that the document comes from.
const HERE: &str = "/";

/// Compares the servers of two documents.
pub(crate) fn of_documents<'a>(walk: &mut Walk<'a>, base: &Node<'a>, revision: &Node<'a>) {
    let (before, after) = (list(base), list(revision));
    compare(walk, before.as_ref(), after.as_ref(), revision);
}

/// Compares the servers of two operations, if either has other ones than its document.
pub(crate) fn of_operations<'a>(
    walk: &mut Walk<'a>,
    base: &Operation<'a>,
    revision: &Operation<'a>,
) {
    let (before, after) = (own(base), own(revision));
    if before.is_none() && after.is_none() {
        return;
    }
    let (before, after) = (
        before.or_else(|| shared(base)),
        after.or_else(|| shared(revision)),
    );
    compare(walk, before.as_ref(), after.as_ref(), &revision.node);
}

fn own<'a>(operation: &Operation<'a>) -> Option<Node<'a>> {
    list(&operation.node).or_else(|| list(&operation.item))
}

fn shared<'a>(operation: &Operation<'a>) -> Option<Node<'a>> {
    list(&Node {
        root: operation.node.root,
        value: operation.node.root,
        pointer: String::new(),
    })
}

/// The list, unless it is empty: that is the same as none.
fn list<'a>(holder: &Node<'a>) -> Option<Node<'a>> {
    let servers = holder.raw("servers")?;
    let listed = servers.elements().next().is_some();
    listed.then_some(servers)
}

fn compare<'a>(
    walk: &mut Walk<'a>,
    base: Option<&Node<'a>>,
    revision: Option<&Node<'a>>,
    at: &Node<'a>,
) {
    let (before, mut after) = (by_url(base), by_url(revision));
    let listed = after.clone();
    for (url, old) in &before {
        match (old, after.shift_remove(url)) {
            (Some(old), Some(Some(new))) => server(walk, old, &new),
            (Some(old), None) => walk.removed(&rules::SERVER_REMOVED, old),
            (None, None) => {
                let values = (json!(HERE), Value::Null);
                walk.tell(&rules::SERVER_REMOVED, at, [], values);
            }
            // The server that is there without being listed has nothing to compare.
            (old, Some(new)) => {
                walk.coverage.cover_both(None, old, &new);
            }
        }
    }
    let kept = |one: &IndexMap<String, _>, other: &IndexMap<String, _>| -> Vec<String> {
        let kept = one.keys().filter(|url| other.contains_key(*url));
        kept.cloned().collect()
    };
    let (old, new) = (kept(&before, &listed), kept(&listed, &before));
    if old != new {
        walk.tell(
            &rules::SERVER_ORDER_CHANGED,
            at,
            [],
            (json!(old), json!(new)),
        );
    }
    for new in after.into_values() {
        match new {
            Some(new) => walk.added(&rules::SERVER_ADDED, &new),
            None => walk.tell(&rules::SERVER_ADDED, at, [], (Value::Null, json!(HERE))),
        }
    }
}

fn by_url<'a>(servers: Option<&Node<'a>>) -> IndexMap<String, Option<Node<'a>>> {
    let Some(servers) = servers else {
        return IndexMap::from([(plain(HERE), None)]);
    };
    let all = servers.elements();
    all.filter_map(|server| Some((plain(server.text("url")?), Some(server))))
        .collect()
}

/// A URL, as equal ones are equal: scheme and host have no case, and paths are appended to it.
fn plain(url: &str) -> String {
    let url = url.strip_suffix('/').unwrap_or(url);
    let host = url.find("://").map_or(0, |end| {
        let start = end + "://".len();
        url[start..].find('/').map_or(url.len(), |end| start + end)
    });
    let (host, path) = url.split_at(host);
    // The names of variables have a case.
    if host.contains('{') {
        url.to_owned()
    } else {
        host.to_ascii_lowercase() + path
    }
}

fn server<'a>(walk: &mut Walk<'a>, old: &Node<'a>, new: &Node<'a>) {
    walk.meet(old, new);
    let urls = (old.raw("url"), new.raw("url"));
    walk.coverage.meet_both(None, &urls.0, &urls.1);
    member::texts(walk, old, new, &["description"]);
    let variables = |server: &Node<'a>| {
        server
            .raw("variables")
            .map(|all| all.to_map())
            .unwrap_or_default()
    };
    let (before, after) = (variables(old), variables(new));
    for (name, old) in before {
        if let Some(new) = after.get(name) {
            variable(walk, &old, new);
        }
    }
}

/// A variable takes the values that it lists, or any if it lists none.
fn variable<'a>(walk: &mut Walk<'a>, old: &Node<'a>, new: &Node<'a>) {
    walk.meet(old, new);
    member::texts(walk, old, new, &["description"]);
    member::value(walk, old, new, "default", &rules::VARIABLE_DEFAULT_CHANGED);
    let values = |variable: &Node<'a>| -> Option<Vec<Node<'a>>> {
        Some(variable.raw("enum")?.elements().collect())
    };
    match (values(old), values(new)) {
        (None, Some(_)) => {
            member::value(walk, old, new, "enum", &rules::VARIABLE_VALUE_REMOVED);
        }
        (Some(_), None) => member::value(walk, old, new, "enum", &rules::VARIABLE_VALUE_ADDED),
        (Some(before), Some(after)) => {
            let holds = |list: &[Node<'a>], value: &Node<'a>| {
                list.iter().any(|other| other.value == value.value)
            };
            for value in before.iter().filter(|value| !holds(&after, value)) {
                walk.removed(&rules::VARIABLE_VALUE_REMOVED, value);
            }
            for value in after.iter().filter(|value| !holds(&before, value)) {
                walk.added(&rules::VARIABLE_VALUE_ADDED, value);
            }
        }
        (None, None) => {}
    }
}
