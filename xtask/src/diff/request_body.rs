//! Comparing the body of a request.

use serde_json::json;

use super::change::Side;
use super::rules::exchange as rules;
use super::walk::Walk;
use super::{content, text};
use xtask::contract::Node;

/// Compares the request bodies of two operations.
pub(crate) fn compare(walk: &mut Walk, base: &Node<'_>, revision: &Node<'_>) {
    walk.side(Side::Request, |walk| {
        match (base.raw("requestBody"), revision.raw("requestBody")) {
            (Some(old), Some(new)) => pair(walk, &old.resolved(), &new.resolved()),
            (Some(old), None) => walk.removed(&rules::BODY_REMOVED, &old),
            (None, Some(new)) if new.clone().resolved().flag("required") => {
                walk.added(&rules::BODY_ADDED_REQUIRED, &new)
            }
            (None, Some(new)) => walk.added(&rules::BODY_ADDED_OPTIONAL, &new),
            (None, None) => {}
        }
    });
}

fn pair(walk: &mut Walk, old: &Node<'_>, new: &Node<'_>) {
    let word = |required| Some(json!(if required { "required" } else { "optional" }));
    let (before, after) = (old.flag("required"), new.flag("required"));
    if before != after {
        let rule = if after {
            &rules::BODY_BECAME_REQUIRED
        } else {
            &rules::BODY_BECAME_OPTIONAL
        };
        walk.note(rule, new, word(before), word(after));
    }
    content::compare(
        walk,
        old,
        new,
        &rules::REQUEST_TYPE_REMOVED,
        &rules::REQUEST_TYPE_ADDED,
    );
    text::compare(walk, old, new, &["description"]);
}
