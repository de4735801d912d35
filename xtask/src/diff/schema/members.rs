//! The members of an object, named and further ones.

use serde_json::{Value, json};
use xtask::contract::Node;

use super::all_of::{Schema, travels};
use super::any_value;
use crate::diff::change::{Side, Sided, Which};
use crate::diff::rules::schema as rules;
use crate::diff::walk::Walk;

/// Compares the members.
pub(super) fn compare<'a>(walk: &mut Walk<'a>, base: &Schema<'a>, revision: &Schema<'a>) {
    let side = walk.current_side();
    let (closed, further) = (Further::of(base), Further::of(revision));
    for (name, old) in &base.properties {
        match (find(base, name, side), find(revision, name, side)) {
            (Some(old), Some(new)) => {
                requirement(walk, name, base, revision, &new[0]);
                walk.schemas(old, new);
            }
            (Some(_), None) => {
                for part in old {
                    walk.removed(walk.sided(&rules::MEMBER_REMOVED), part);
                }
                forget(walk, name, base, revision);
            }
            _ => {}
        }
    }
    for (name, new) in &revision.properties {
        if find(base, name, side).is_some() || find(revision, name, side).is_none() {
            continue;
        }
        let rule = addition(side, &closed, revision, name, new);
        for part in new {
            walk.added(walk.sided(rule), part);
        }
        // Before, it was one of the further members.
        if let Further::Schema(before) = &closed {
            walk.schemas(before, new);
        }
        forget(walk, name, base, revision);
    }
    undescribed(walk, base, revision);
    others(walk, &closed, &further);
}

/// A member that travels in this direction.
fn find<'b, 'a>(schema: &'b Schema<'a>, name: &str, side: Side) -> Option<&'b Vec<Node<'a>>> {
    let member = schema.properties.get(name);
    member.filter(|member| travels(member, side))
}

/// Members may be required without being described.
fn undescribed<'a>(walk: &mut Walk<'a>, base: &Schema<'a>, revision: &Schema<'a>) {
    let described =
        |name: &str| base.properties.contains_key(name) || revision.properties.contains_key(name);
    for name in base.required.keys().chain(revision.required.keys()) {
        if !described(name)
            && let Some(at) = revision.parts.first()
        {
            requirement(walk, name, base, revision, at);
        }
    }
}

/// What is said of a member that came or went covers its whole description, of which the other
/// document may have one too, for the other direction.
fn forget<'a>(walk: &mut Walk<'a>, name: &str, base: &Schema<'a>, revision: &Schema<'a>) {
    let side = Some(walk.current_side());
    for (which, node) in required(name, base, revision) {
        walk.coverage.cover(which, side, &node);
    }
    let parts = |schema: &'_ Schema<'a>| schema.properties.get(name).cloned().unwrap_or_default();
    walk.coverage
        .cover_both(side, &parts(base), &parts(revision));
}

fn required<'a>(name: &str, base: &Schema<'a>, revision: &Schema<'a>) -> Vec<(Which, Node<'a>)> {
    let places = [
        (Which::Base, base.required.get(name)),
        (Which::Revision, revision.required.get(name)),
    ];
    let places = places.into_iter();
    places
        .filter_map(|(which, node)| Some((which, node?.clone())))
        .collect()
}

fn addition(
    side: Side,
    before: &Further<'_>,
    revision: &Schema<'_>,
    name: &str,
    member: &[Node<'_>],
) -> &'static Sided {
    let required = revision.required.contains_key(name);
    // Nothing is worse news to who sends than a required member, nor to who reads than one where
    // none was expected.
    if side == Side::Response && before.closed() {
        &rules::MEMBER_ADDED_TO_CLOSED
    } else if required && Schema::new(member).first("default").is_none() {
        &rules::MEMBER_ADDED_REQUIRED
    } else if before.closed() {
        &rules::MEMBER_ADDED_TO_CLOSED
    } else if required {
        &rules::MEMBER_ADDED_REQUIRED_WITH_DEFAULT
    } else {
        &rules::MEMBER_ADDED_OPTIONAL
    }
}

fn requirement<'a>(
    walk: &mut Walk<'a>,
    name: &str,
    base: &Schema<'a>,
    revision: &Schema<'a>,
    at: &Node<'a>,
) {
    let (before, after) = (
        base.required.contains_key(name),
        revision.required.contains_key(name),
    );
    let rule = match (before, after) {
        (false, true) => &rules::MEMBER_BECAME_REQUIRED,
        (true, false) => &rules::MEMBER_BECAME_OPTIONAL,
        _ => return,
    };
    let word = |required| json!(if required { "required" } else { "optional" });
    let told = required(name, base, revision);
    walk.tell(walk.sided(rule), at, told, (word(before), word(after)));
}

/// What `additionalProperties` allows.
enum Further<'a> {
    /// Anything: absent, `true` and `{}` differ for generated code, but not on the wire.
    Any(Option<Node<'a>>),
    Schema(Vec<Node<'a>>),
    Nothing(Node<'a>),
}

impl<'a> Further<'a> {
    fn of(schema: &Schema<'a>) -> Self {
        let all = schema.all("additionalProperties");
        if let Some(closed) = all.iter().find(|node| node.value == &Value::Bool(false)) {
            return Self::Nothing(closed.clone());
        }
        let demanding = |node: &&Node<'a>| {
            node.value.is_object() && !Schema::new(std::slice::from_ref(*node)).is_anything()
        };
        let schemas: Vec<Node<'a>> = all.iter().filter(demanding).cloned().collect();
        if schemas.is_empty() {
            Self::Any(all.first().cloned())
        } else {
            Self::Schema(schemas)
        }
    }

    fn closed(&self) -> bool {
        matches!(self, Self::Nothing(_))
    }

    fn node(&self) -> Option<&Node<'a>> {
        match self {
            Self::Any(node) => node.as_ref(),
            Self::Schema(nodes) => nodes.first(),
            Self::Nothing(node) => Some(node),
        }
    }
}

fn others<'a>(walk: &mut Walk<'a>, before: &Further<'a>, after: &Further<'a>) {
    let rule = match (before, after) {
        (Further::Schema(before), Further::Schema(after)) => return walk.schemas(before, after),
        (Further::Any(Some(before)), Further::Any(Some(after)))
            if before.value.is_object() && after.value.is_object() =>
        {
            let only = std::slice::from_ref;
            return walk.schemas(only(before), only(after));
        }
        (Further::Any(before), Further::Any(after)) => {
            return any_value::texts(walk, before.as_ref(), after.as_ref());
        }
        (Further::Nothing(_), Further::Nothing(_)) => return,
        (_, Further::Nothing(_)) => &rules::OBJECT_CLOSED,
        (Further::Nothing(_), _) => &rules::OBJECT_OPENED,
        (Further::Any(_), Further::Schema(_)) => &rules::EXTRA_MEMBERS_NARROWED,
        (Further::Schema(_), Further::Any(_)) => &rules::EXTRA_MEMBERS_WIDENED,
    };
    walk.differs(walk.sided(rule), before.node(), after.node());
}
