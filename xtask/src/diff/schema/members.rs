//! The members of an object, named and further ones.

use serde_json::{Value, json};

use super::flatten::Schema;
use crate::diff::change::{Side, Sided};
use crate::diff::rules::schema as rules;
use crate::diff::walk::Walk;
use xtask::contract::Node;

/// Compares the members.
pub(super) fn compare(walk: &mut Walk, base: &Schema<'_>, revision: &Schema<'_>) {
    let side = walk.current_side();
    let before = |name: &str| {
        base.properties
            .get(name)
            .filter(|member| Schema::travels(member, side))
    };
    let after = |name: &str| {
        revision
            .properties
            .get(name)
            .filter(|member| Schema::travels(member, side))
    };

    for (name, old) in base
        .properties
        .iter()
        .filter(|(name, _)| before(name).is_some())
    {
        match after(name) {
            Some(new) => {
                requirement(
                    walk,
                    new,
                    base.required.contains(name),
                    revision.required.contains(name),
                );
                deprecation(walk, old, new);
                super::compare(walk, old, new);
            }
            None => walk.removed(walk.sided(&rules::MEMBER_REMOVED), old),
        }
    }
    for (name, new) in revision
        .properties
        .iter()
        .filter(|(name, _)| before(name).is_none())
    {
        if after(name).is_some() {
            walk.added(walk.sided(addition(side, base, revision, name, new)), new);
        }
    }
    undescribed(walk, base, revision);
    further(walk, base, revision);
}

/// Members may be required without being described.
fn undescribed(walk: &mut Walk, base: &Schema<'_>, revision: &Schema<'_>) {
    for name in base.required.symmetric_difference(&revision.required) {
        if !base.properties.contains_key(name) && !revision.properties.contains_key(name) {
            let required = revision.required.contains(name);
            requirement(walk, &revision.node, !required, required);
        }
    }
}

fn addition(
    side: Side,
    base: &Schema<'_>,
    revision: &Schema<'_>,
    name: &str,
    member: &Node<'_>,
) -> &'static Sided {
    let required = revision.required.contains(name);
    // Nothing is worse news to who sends than a required member, nor to who reads than one where none was expected.
    if side == Side::Response && Further::of(base).closed() {
        &rules::MEMBER_ADDED_TO_CLOSED
    } else if required && member.clone().resolved().value.get("default").is_none() {
        &rules::MEMBER_ADDED_REQUIRED
    } else if Further::of(base).closed() {
        &rules::MEMBER_ADDED_TO_CLOSED
    } else if required {
        &rules::MEMBER_ADDED_REQUIRED_WITH_DEFAULT
    } else {
        &rules::MEMBER_ADDED_OPTIONAL
    }
}

fn requirement(walk: &mut Walk, member: &Node<'_>, before: bool, after: bool) {
    let rule = match (before, after) {
        (false, true) => &rules::MEMBER_BECAME_REQUIRED,
        (true, false) => &rules::MEMBER_BECAME_OPTIONAL,
        _ => return,
    };
    let word = |required| Some(json!(if required { "required" } else { "optional" }));
    walk.note(walk.sided(rule), member, word(before), word(after));
}

fn deprecation(walk: &mut Walk, before: &Node<'_>, after: &Node<'_>) {
    let deprecated = |member: &Node<'_>| member.clone().resolved().flag("deprecated");
    if !deprecated(before) && deprecated(after) {
        walk.note(
            walk.sided(&rules::MEMBER_DEPRECATED),
            after,
            Some(json!(false)),
            Some(json!(true)),
        );
    }
}

/// What `additionalProperties` allows.
enum Further<'a> {
    /// Anything: absent, `true` and `{}` differ for generated code, but not on the wire.
    Any(Option<Node<'a>>),
    Schema(Node<'a>),
    Nothing(Node<'a>),
}

impl<'a> Further<'a> {
    fn of(schema: &Schema<'a>) -> Self {
        match schema.keyword("additionalProperties") {
            None => Self::Any(None),
            Some(node) => match node.value {
                Value::Bool(false) => Self::Nothing(node.clone()),
                Value::Object(members) if !members.is_empty() => Self::Schema(node.clone()),
                _ => Self::Any(Some(node.clone())),
            },
        }
    }

    fn closed(&self) -> bool {
        matches!(self, Self::Nothing(_))
    }

    fn node(&self) -> Option<&Node<'a>> {
        match self {
            Self::Any(node) => node.as_ref(),
            Self::Schema(node) | Self::Nothing(node) => Some(node),
        }
    }
}

fn further(walk: &mut Walk, base: &Schema<'_>, revision: &Schema<'_>) {
    let (before, after) = (Further::of(base), Further::of(revision));
    let rule = match (&before, &after) {
        (Further::Schema(before), Further::Schema(after)) => {
            return super::compare(walk, before, after);
        }
        (Further::Any(_), Further::Any(_)) | (Further::Nothing(_), Further::Nothing(_)) => return,
        (_, Further::Nothing(_)) => &rules::OBJECT_CLOSED,
        (Further::Nothing(_), _) => &rules::OBJECT_OPENED,
        (Further::Any(_), Further::Schema(_)) => &rules::EXTRA_MEMBERS_NARROWED,
        (Further::Schema(_), Further::Any(_)) => &rules::EXTRA_MEMBERS_WIDENED,
    };
    walk.differs(walk.sided(rule), before.node(), after.node());
}
