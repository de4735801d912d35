//! Comparing what a body holds, for each content type.

use super::change::Rule;
use super::walk::Walk;
use super::{schema, text};
use xtask::contract::Node;

/// Compares the `content` of two holders.
pub(crate) fn compare(
    walk: &mut Walk,
    base: &Node<'_>,
    revision: &Node<'_>,
    removed: &'static Rule,
    added: &'static Rule,
) {
    let (before, after) = (base.raw("content"), revision.raw("content"));
    let (before, after) = (
        before.map(|content| content.to_map()).unwrap_or_default(),
        after.map(|content| content.to_map()).unwrap_or_default(),
    );
    for (kind, old) in &before {
        let Some(new) = after.get(kind) else {
            walk.removed(removed, old);
            continue;
        };
        if let (Some(old), Some(new)) = (old.raw("schema"), new.raw("schema")) {
            schema::compare(walk, &old, &new);
        }
        text::compare(walk, old, new, &["example", "examples"]);
    }
    for (_, new) in after.iter().filter(|(kind, _)| !before.contains_key(*kind)) {
        walk.added(added, new);
    }
}
