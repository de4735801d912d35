//! Comparing the responses of an operation: statuses, bodies and headers.

use indexmap::IndexMap;
use serde_json::json;

use super::change::Side;
use super::rules::exchange as rules;
use super::walk::Walk;
use super::{content, schema, text};
use xtask::contract::Node;

/// Compares the responses of two operations.
pub(crate) fn compare(walk: &mut Walk, base: &Node<'_>, revision: &Node<'_>) {
    walk.side(Side::Response, |walk| {
        let (mut before, mut after) = (responses(base), responses(revision));
        for status in before.keys().copied().collect::<Vec<_>>() {
            if let Some(new) = after.shift_remove(status)
                && let Some(old) = before.shift_remove(status)
            {
                pair(walk, &old.resolved(), &new.resolved());
            }
        }
        replaced_success(walk, &mut before, &mut after);
        for (status, old) in &before {
            walk.removed(
                if success(status) {
                    &rules::SUCCESS_REMOVED
                } else {
                    &rules::FAILURE_REMOVED
                },
                old,
            );
        }
        for (status, new) in &after {
            walk.added(
                if success(status) {
                    &rules::SUCCESS_ADDED
                } else {
                    &rules::FAILURE_ADDED
                },
                new,
            );
        }
    });
}

fn responses<'a>(operation: &Node<'a>) -> IndexMap<&'a str, Node<'a>> {
    operation
        .raw("responses")
        .map(|responses| responses.to_map())
        .unwrap_or_default()
}

fn success(status: &str) -> bool {
    status.starts_with('2')
}

/// One success status that went and one that came are the same success under another status.
fn replaced_success<'a>(
    walk: &mut Walk,
    before: &mut IndexMap<&'a str, Node<'a>>,
    after: &mut IndexMap<&'a str, Node<'a>>,
) {
    let only = |statuses: &IndexMap<&'a str, Node<'a>>| {
        let mut found = statuses.keys().filter(|status| success(status));
        found.next().copied().filter(|_| found.next().is_none())
    };
    if let (Some(old_status), Some(new_status)) = (only(before), only(after))
        && let (Some(old), Some(new)) = (
            before.shift_remove(old_status),
            after.shift_remove(new_status),
        )
    {
        walk.note(
            &rules::SUCCESS_CHANGED,
            &new,
            Some(json!(old_status)),
            Some(json!(new_status)),
        );
        pair(walk, &old.resolved(), &new.resolved());
    }
}

fn pair(walk: &mut Walk, old: &Node<'_>, new: &Node<'_>) {
    content::compare(
        walk,
        old,
        new,
        &rules::RESPONSE_TYPE_REMOVED,
        &rules::RESPONSE_TYPE_ADDED,
    );
    headers(walk, old, new);
    text::compare(walk, old, new, &["description"]);
}

fn headers(walk: &mut Walk, old: &Node<'_>, new: &Node<'_>) {
    let (before, mut after) = (by_name(old), by_name(new));
    for (name, old) in before {
        match after.shift_remove(&name) {
            Some(new) => header(walk, &old.resolved(), &new.resolved()),
            None if old.clone().resolved().flag("required") => {
                walk.removed(&rules::HEADER_REMOVED_REQUIRED, &old)
            }
            None => walk.removed(&rules::HEADER_REMOVED_OPTIONAL, &old),
        }
    }
    for new in after.values() {
        walk.added(&rules::HEADER_ADDED, new);
    }
}

fn by_name<'a>(response: &Node<'a>) -> IndexMap<String, Node<'a>> {
    let headers = response.raw("headers");
    let headers = headers.iter().flat_map(Node::members);
    // The names of headers do not have a case.
    headers
        .map(|(name, header)| (name.to_ascii_lowercase(), header))
        .collect()
}

fn header(walk: &mut Walk, old: &Node<'_>, new: &Node<'_>) {
    let word = |required| Some(json!(if required { "required" } else { "optional" }));
    let rule = match (old.flag("required"), new.flag("required")) {
        (true, false) => Some(&rules::HEADER_BECAME_OPTIONAL),
        (false, true) => Some(&rules::HEADER_BECAME_REQUIRED),
        _ => None,
    };
    if let Some(rule) = rule {
        walk.note(
            rule,
            new,
            word(old.flag("required")),
            word(new.flag("required")),
        );
    }
    if let (Some(old), Some(new)) = (old.raw("schema"), new.raw("schema")) {
        schema::compare(walk, &old, &new);
    }
    text::compare(walk, old, new, &["description", "example"]);
}
