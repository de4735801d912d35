//! Reporting what no rule has reported.

use xtask::contract::Node;

use crate::diff::change::Rule;
use crate::diff::rules::document as rules;
use crate::diff::walk::Walk;

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
/// Reports a difference that no change covers.
pub(super) fn unclassified<'a>(
    walk: &mut Walk<'a>,
    old: Option<&Node<'a>>,
    new: Option<&Node<'a>>,
) {
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
