//! Comparing what a body holds, for each content type.

use indexmap::IndexMap;
use serde_json::Map;
use xtask::contract::Node;

use super::change::Rule;
use super::member;
use super::rules::schema as rules;
use super::walk::Walk;

/// Compares the `content` of two holders.
pub(crate) fn compare<'a>(
    walk: &mut Walk<'a>,
    base: &Node<'a>,
    revision: &Node<'a>,
    (removed, added): (&'static Rule, &'static Rule),
) {
    let (before, mut after) = (by_type(base), by_type(revision));
    for (kind, old) in before {
        match after.shift_remove(&kind) {
            Some(new) => {
                walk.meet(&old, &new);
                schema(walk, &old, &new);
                member::texts(walk, &old, &new, &["example", "examples"]);
            }
            None => walk.removed(removed, &old),
        }
    }
    for new in after.values() {
        walk.added(added, new);
    }
}

/// Compares the schemas of two holders; without one, any value will do.
pub(crate) fn schema<'a>(walk: &mut Walk<'a>, base: &Node<'a>, revision: &Node<'a>) {
    let (before, after) = (base.raw("schema"), revision.raw("schema"));
    let anything = |schema: &Node<'a>| schema.value.as_object().is_some_and(Map::is_empty);
    let rule = match (&before, &after) {
        (Some(before), Some(after)) => {
            let only = std::slice::from_ref;
            return walk.schemas(only(before), only(after));
        }
        (None, None) => return,
        (None, Some(only)) | (Some(only), None) if anything(only) => return,
        (None, Some(_)) => &rules::TYPE_NARROWED,
        (Some(_), None) => &rules::TYPE_WIDENED,
    };
    walk.differs(walk.sided(rule), before.as_ref(), after.as_ref());
}

/// The contents by type. Types have no case, and JSON is UTF-8 whether that is said or not.
fn by_type<'a>(holder: &Node<'a>) -> IndexMap<String, Node<'a>> {
    let content = holder.raw("content");
    let all = content.iter().flat_map(Node::members);
    all.map(|(kind, media)| {
        let kind: String = kind.to_ascii_lowercase().split_whitespace().collect();
        let plain = kind
            .replace(";charset=utf-8", "")
            .replace(";charset=\"utf-8\"", "");
        (plain, media)
    })
    .collect()
}
