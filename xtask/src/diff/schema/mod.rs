//! Comparing two schemas, on the side the walk is on.

mod flatten;
mod limits;
mod members;
mod types;
mod values;
mod variants;

use self::flatten::Schema;
use super::rules::schema as rules;
use super::text;
use super::walk::Walk;
use xtask::contract::Node;

/// Compares two schemas and all that they hold.
pub(crate) fn compare(walk: &mut Walk, base: &Node<'_>, revision: &Node<'_>) {
    let (old, new) = (base.clone().resolved(), revision.clone().resolved());
    walk.pair(&old, &new, |walk| {
        differences(walk, &Schema::new(base), &Schema::new(revision));
    });
}

fn differences(walk: &mut Walk, base: &Schema<'_>, revision: &Schema<'_>) {
    text::compare(
        walk,
        &base.node,
        &revision.node,
        &["title", "description", "example", "externalDocs"],
    );
    values::default(walk, base, revision);
    if variants::compare(walk, base, revision) == variants::Outcome::Incomparable
        || types::compare(walk, base, revision) == types::Outcome::Incomparable
    {
        return;
    }
    types::format(walk, base, revision);
    values::enumeration(walk, base, revision);
    values::known(walk, base, revision);
    limits::compare(walk, base, revision);
    members::compare(walk, base, revision);
    if let (Some(base), Some(revision)) = (base.keyword("items"), revision.keyword("items")) {
        compare(walk, base, revision);
    } else if base.keyword("items").is_some() || revision.keyword("items").is_some() {
        // Without `items` an element may be anything.
        let rule = if base.keyword("items").is_some() {
            &rules::TYPE_WIDENED
        } else {
            &rules::TYPE_NARROWED
        };
        walk.differs(
            walk.sided(rule),
            base.keyword("items"),
            revision.keyword("items"),
        );
    }
    let (excluded, excludes) = (base.keyword("not"), revision.keyword("not"));
    if excluded.map(|node| node.value) != excludes.map(|node| node.value) {
        walk.differs(walk.sided(&rules::NOT_CHANGED), excluded, excludes);
    }
}
