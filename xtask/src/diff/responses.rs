//! Comparing the responses of an operation: statuses, bodies and headers.

use indexmap::IndexMap;
use serde_json::json;
use xtask::contract::{Node, Operation};

use super::change::Side;
use super::rules::exchange as rules;
use super::walk::Walk;
use super::{content, member, parameters};

/// Compares the responses of two operations.
pub(crate) fn compare<'a>(walk: &mut Walk<'a>, base: &Operation<'a>, revision: &Operation<'a>) {
    walk.side(Side::Response, |walk| {
        let (before, after) = (base.responses(), revision.responses());
        let mut gone = before.clone();
        let mut come = after.clone();
        for (status, old) in &before {
            if let Some(new) = after.get(status) {
                pair(walk, old, new);
                gone.shift_remove(status);
                come.shift_remove(status);
            }
        }
        replaced_success(walk, &mut gone, &mut come);
        for (status, old) in &gone {
            let rule = if success(status) {
                &rules::SUCCESS_REMOVED
            } else {
                &rules::FAILURE_REMOVED
            };
            walk.removed(rule, old);
            // Clients that get this status read the response that describes it now.
            if let Some(new) = wider(status, &after) {
                pair(walk, old, new);
            }
        }
        for (status, new) in &come {
            let rule = if success(status) {
                &rules::SUCCESS_ADDED
            } else {
                &rules::FAILURE_ADDED
            };
            walk.added(rule, new);
            // Clients decode any success as the one that they know.
            let known = || only_success(&before).filter(|_| success(status));
            let known = || known().and_then(|known| before.get(known));
            if let Some(old) = wider(status, &before).or_else(known) {
                pair(walk, old, new);
            }
        }
    });
}

fn success(status: &str) -> bool {
    status.starts_with('2')
}

/// The success status, if there is one alone.
fn only_success<'a>(all: &IndexMap<&'a str, Node<'a>>) -> Option<&'a str> {
    let mut found = all.keys().filter(|status| success(status));
    found.next().copied().filter(|_| found.next().is_none())
}

/// The response that describes a status without an entry of its own: that of its class, or else the
/// default.
fn wider<'b, 'a>(status: &str, all: &'b IndexMap<&'a str, Node<'a>>) -> Option<&'b Node<'a>> {
    let class = format!("{}XX", status.chars().next()?);
    all.get(class.as_str()).or_else(|| all.get("default"))
}

/// One success status that went and one that came are the same success under another status.
fn replaced_success<'a>(
    walk: &mut Walk<'a>,
    before: &mut IndexMap<&'a str, Node<'a>>,
    after: &mut IndexMap<&'a str, Node<'a>>,
) {
    if let (Some(old_status), Some(new_status)) = (only_success(before), only_success(after))
        && let (Some(old), Some(new)) = (
            before.shift_remove(old_status),
            after.shift_remove(new_status),
        )
    {
        let values = (json!(old_status), json!(new_status));
        walk.tell(&rules::SUCCESS_CHANGED, &new, [], values);
        pair(walk, &old, &new);
    }
}

fn pair<'a>(walk: &mut Walk<'a>, old: &Node<'a>, new: &Node<'a>) {
    walk.meet(old, new);
    let (old, new) = (&old.resolved(), &new.resolved());
    let types = (&rules::RESPONSE_TYPE_REMOVED, &rules::RESPONSE_TYPE_ADDED);
    content::compare(walk, old, new, types);
    headers(walk, old, new);
    member::value(walk, old, new, "links", &rules::LINKS_CHANGED);
    member::texts(walk, old, new, &["description"]);
}

fn headers<'a>(walk: &mut Walk<'a>, old: &Node<'a>, new: &Node<'a>) {
    let (before, mut after) = (by_name(old), by_name(new));
    for (name, old) in before {
        match after.shift_remove(&name) {
            Some(new) => {
                walk.meet(&old, &new);
                header(walk, &old.resolved(), &new.resolved());
            }
            None if old.resolved().flag("required") => {
                walk.removed(&rules::HEADER_REMOVED_REQUIRED, &old);
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

fn header<'a>(walk: &mut Walk<'a>, old: &Node<'a>, new: &Node<'a>) {
    let required = (
        &rules::HEADER_BECAME_REQUIRED,
        &rules::HEADER_BECAME_OPTIONAL,
    );
    member::required(walk, old, new, required);
    let deprecated = (&rules::HEADER_DEPRECATED, &rules::HEADER_UNDEPRECATED);
    member::flag(walk, old, new, "deprecated", deprecated);
    parameters::serialisation(walk, old, new, &rules::HEADER_SERIALISATION);
    content::schema(walk, old, new);
    let types = (&rules::RESPONSE_TYPE_REMOVED, &rules::RESPONSE_TYPE_ADDED);
    content::compare(walk, old, new, types);
    member::texts(walk, old, new, &["description", "example", "examples"]);
}
