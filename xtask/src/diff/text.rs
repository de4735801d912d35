//! Words for people.

use super::rules::document::DOCUMENTATION;
use super::walk::Walk;
use xtask::contract::Node;

/// Compares the members that hold words or examples.
pub(crate) fn compare(walk: &mut Walk, base: &Node<'_>, revision: &Node<'_>, keys: &[&str]) {
    for key in keys {
        let (before, after) = (base.raw(key), revision.raw(key));
        if before.as_ref().map(|node| node.value) != after.as_ref().map(|node| node.value) {
            walk.differs(&DOCUMENTATION, before.as_ref(), after.as_ref());
        }
    }
}
