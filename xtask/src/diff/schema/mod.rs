//! Comparing schemas: what they demand of a value, on the side that the walk is on.

mod all_of;
mod any_value;
mod choices;
mod limits;
mod members;
mod normalize;
mod texts;
mod types;
mod values;

use xtask::contract::Node;

pub(crate) use self::all_of::{Schema, travels};
pub(crate) use self::normalize::normalized;
pub(crate) use self::types::null_of;

use super::rules::schema as rules;
use super::walk::{Compared, Walk};

/// Compares two schemas, but for those that they hold, which are left waiting.
pub(crate) fn compare<'a>(
    walk: &mut Walk<'a>,
    base: &[Node<'a>],
    revision: &[Node<'a>],
) -> Compared {
    let (base, revision) = (&Schema::new(base), &Schema::new(revision));
    let parts = base.parts.iter().chain(&base.absorbed);
    let parts = parts.map(|part| part.pointer.clone());
    walk.coverage.reached.extend(parts);
    let outcome = choices::compare(walk, base, revision);
    if outcome == choices::Outcome::Followed {
        return Compared::AsForm;
    }
    texts::compare(walk, base, revision);
    values::default(walk, base, revision);
    texts::deprecation(walk, base, revision);
    if outcome == choices::Outcome::Incomparable
        || types::compare(walk, base, revision) == types::Outcome::Incomparable
    {
        // Everything else follows from that.
        let side = Some(walk.current_side());
        walk.coverage.cover_both(side, &base.parts, &revision.parts);
        return Compared::Keywords;
    }
    types::format(walk, base, revision);
    values::enumeration(walk, base, revision);
    values::known(walk, base, revision);
    limits::compare(walk, base, revision);
    members::compare(walk, base, revision);
    items(walk, base, revision);
    let (excluded, excludes) = (base.all("not"), revision.all("not"));
    if !same_lists(excluded, excludes) {
        let rule = walk.sided(&rules::NOT_CHANGED);
        walk.differs(rule, excluded.last(), excludes.last());
    }
    Compared::Keywords
}

/// Without `items` an element may be anything.
fn items<'a>(walk: &mut Walk<'a>, base: &Schema<'a>, revision: &Schema<'a>) {
    let (before, after) = (base.all("items"), revision.all("items"));
    let anything = |nodes: &[Node<'a>]| !nodes.is_empty() && Schema::new(nodes).is_anything();
    let rule = match (before, after) {
        ([], []) => return,
        ([], only) | (only, []) if anything(only) => {
            return any_value::texts(walk, before.first(), after.first());
        }
        ([], _) => &rules::TYPE_NARROWED,
        (_, []) => &rules::TYPE_WIDENED,
        _ => return walk.schemas(before, after),
    };
    walk.differs(walk.sided(rule), before.first(), after.first());
}

fn same_lists(base: &[Node<'_>], revision: &[Node<'_>]) -> bool {
    base.len() == revision.len()
        && base
            .iter()
            .zip(revision)
            .all(|(old, new)| super::equality::same(old, new))
}
