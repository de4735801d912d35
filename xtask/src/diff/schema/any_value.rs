//! Schemas that allow any value.

use xtask::contract::Node;

use crate::diff::rules::document::DOCUMENTATION;
use crate::diff::walk::Walk;

/// Where any value is allowed before and after, though only one of the schemas says so: texts may
/// still come or go.
pub(super) fn texts<'a>(walk: &mut Walk<'a>, before: Option<&Node<'a>>, after: Option<&Node<'a>>) {
    let side = Some(walk.current_side());
    walk.coverage.meet_both(side, before, after);
    let texts = |node: &Node<'a>| node.value.as_object().is_some_and(|it| !it.is_empty());
    if before.or(after).is_some_and(texts) {
        walk.differs(&DOCUMENTATION, before, after);
    }
}
