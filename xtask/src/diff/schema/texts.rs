//! What a schema says to people, the name that it gives to a type, and deprecation.

use serde_json::json;
use xtask::contract::Node;

use super::all_of::{Schema, TEXTS};
use crate::diff::equality::equal;
use crate::diff::rules::{document::DOCUMENTATION, schema as rules};
use crate::diff::walk::Walk;

/// Compares the keywords that hold texts and examples.
pub(super) fn compare<'a>(walk: &mut Walk<'a>, base: &Schema<'a>, revision: &Schema<'a>) {
    for key in TEXTS {
        let (before, after) = (base.all(key), revision.all(key));
        let same = |(old, new): (&Node<'a>, &Node<'a>)| equal(old.value, new.value);
        if before.len() == after.len() && before.iter().zip(after).all(same) {
            continue;
        }
        let (old, new) = (before.first(), after.first());
        let names = key == "title" && names_a_type(base) && names_a_type(revision);
        let rule = match (old, new) {
            (Some(old), Some(new)) if equal(old.value, new.value) => &DOCUMENTATION,
            _ if names => walk.sided(&rules::TYPE_RENAMED),
            _ => &DOCUMENTATION,
        };
        walk.differs(rule, old, new);
        // Of several parts, whichever has another text is reported with the first.
        let side = Some(walk.current_side());
        walk.coverage.cover_both(side, before, after);
    }
}

/// Whether the generator names a type after the title: a component has a name already, and a plain
/// value needs none.
fn names_a_type(schema: &Schema<'_>) -> bool {
    let plain =
        schema.properties.is_empty() && schema.choices.is_empty() && schema.first("enum").is_none();
    let component = schema.parts.first().is_some_and(is_component);
    !plain && !component
}

fn is_component(part: &Node<'_>) -> bool {
    let name = part.pointer.strip_prefix("/components/schemas/");
    name.is_some_and(|name| !name.contains('/'))
}

/// Compares whether it is deprecated, and whether it travels in one direction only.
pub(super) fn deprecation<'a>(walk: &mut Walk<'a>, base: &Schema<'a>, revision: &Schema<'a>) {
    let flags = [
        (
            "deprecated",
            &rules::MEMBER_DEPRECATED,
            &rules::MEMBER_UNDEPRECATED,
        ),
        (
            "readOnly",
            &rules::DIRECTION_LIMITED,
            &rules::DIRECTION_OPENED,
        ),
        (
            "writeOnly",
            &rules::DIRECTION_LIMITED,
            &rules::DIRECTION_OPENED,
        ),
    ];
    for (key, set, cleared) in flags {
        let (before, after) = (base.flag(key), revision.flag(key));
        let rule = match (before, after) {
            (None, Some(_)) => set,
            (Some(_), None) => cleared,
            _ => continue,
        };
        let Some(at) = revision.parts.first() else {
            continue;
        };
        let values = (json!(before.is_some()), json!(after.is_some()));
        walk.tell(walk.sided(rule), at, [], values);
        let side = Some(walk.current_side());
        walk.coverage
            .cover_both(side, base.all(key), revision.all(key));
    }
}
