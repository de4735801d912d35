//! Comparing what a body holds, for each content type.

use indexmap::IndexMap;
use serde_json::Map;
use xtask::contract::Node;

use super::change::Rule;
use super::equality::same;
use super::member;
use super::rules::{exchange, schema as rules};
use super::schema::Schema;
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
                encodings(walk, &old, &new);
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

/// Compares how the parts of a body are written. A part that came or went has been reported with
/// its schema.
fn encodings<'a>(walk: &mut Walk<'a>, base: &Node<'a>, revision: &Node<'a>) {
    let of = |media: &Node<'a>| {
        let all = media.raw("encoding");
        all.map(|all| all.to_map()).unwrap_or_default()
    };
    let parts = |media: &Node<'a>| {
        let schema = media.raw("schema");
        schema.map(|schema| Schema::new(&[schema]).properties)
    };
    let (before, after) = (of(base), of(revision));
    let (parts, others) = (parts(base), parts(revision));
    for name in before.keys().chain(after.keys()) {
        let has = |parts: &Option<IndexMap<&str, Vec<Node<'a>>>>| {
            parts.as_ref().is_none_or(|parts| parts.contains_key(name))
        };
        let (old, new) = (before.get(name), after.get(name));
        // A single value is written the same in every style.
        let single = |parts: &Option<IndexMap<&str, Vec<Node<'a>>>>| {
            let part = parts.as_ref().and_then(|parts| parts.get(name));
            part.is_some_and(|part| Schema::new(part).is_single())
        };
        let styled = |node: Option<&Node<'a>>| {
            let mut members = node.into_iter().flat_map(Node::members);
            members.all(|(key, _)| ["style", "explode"].contains(&key))
        };
        let idle = single(&parts) && single(&others) && styled(old) && styled(new);
        match (old, new) {
            (Some(old), Some(new)) if same(old, new) => {}
            _ if has(&parts) && has(&others) && !idle => {
                walk.differs(&exchange::ENCODING_CHANGED, old, new);
            }
            _ => walk.coverage.cover_both(None, old, new),
        }
    }
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
