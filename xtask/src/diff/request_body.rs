//! Comparing the body of a request.

use xtask::contract::Node;

use super::change::Side;
use super::rules::exchange as rules;
use super::walk::Walk;
use super::{content, member};

/// Compares the request bodies of two operations.
pub(crate) fn compare<'a>(walk: &mut Walk<'a>, base: &Node<'a>, revision: &Node<'a>) {
    walk.side(Side::Request, |walk| {
        match (base.raw("requestBody"), revision.raw("requestBody")) {
            (Some(old), Some(new)) => {
                walk.meet(&old, &new);
                pair(walk, &old.resolved(), &new.resolved());
            }
            (Some(old), None) => walk.removed(&rules::BODY_REMOVED, &old),
            (None, Some(new)) if new.resolved().flag("required") => {
                walk.added(&rules::BODY_ADDED_REQUIRED, &new);
            }
            (None, Some(new)) => walk.added(&rules::BODY_ADDED_OPTIONAL, &new),
            (None, None) => {}
        }
    });
}

fn pair<'a>(walk: &mut Walk<'a>, old: &Node<'a>, new: &Node<'a>) {
    let required = (&rules::BODY_BECAME_REQUIRED, &rules::BODY_BECAME_OPTIONAL);
    member::required(walk, old, new, required);
    let types = (&rules::REQUEST_TYPE_REMOVED, &rules::REQUEST_TYPE_ADDED);
    content::compare(walk, old, new, types);
    member::texts(walk, old, new, &["description"]);
}
