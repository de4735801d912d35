//! The forms of a choice: `oneOf` and `anyOf`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use xtask::contract::Node;

use super::all_of::{Choice, Schema, TEXTS, component, lists_texts, or_null};
use super::types;
use crate::diff::equality::same;
use crate::diff::rules::{document::DOCUMENTATION, schema as rules};
use crate::diff::walk::Walk;

/// How the rest of the schemas is to be compared.
#[derive(PartialEq)]
pub(super) enum Outcome {
    Comparable,
    /// A choice has come or gone: the other differences follow from that.
    Incomparable,
    /// One schema is a form of the other, with which it is compared.
    Followed,
}

/// The keywords of a schema that is nothing but a choice.
const BESIDE: [&str; 6] = [
    "discriminator",
    "title",
    "description",
    "example",
    "externalDocs",
    "nullable",
];

/// Compares the forms, if either schema has any.
pub(super) fn compare<'a>(
    walk: &mut Walk<'a>,
    base: &Schema<'a>,
    revision: &Schema<'a>,
) -> Outcome {
    match (base.choices.as_slice(), revision.choices.as_slice()) {
        ([], []) => Outcome::Comparable,
        ([], [choice]) if let Some(index) = form_of(base, revision, choice) => {
            stays(walk, base, revision);
            let form = null_beside(base, revision, &choice.forms[index..=index]);
            walk.schemas(&base.parts, &form);
            for form in others(choice, index) {
                walk.added(walk.sided(&rules::VARIANT_ADDED), form);
            }
            overlap(walk, None, Some(choice), &choice.list);
            Outcome::Followed
        }
        ([choice], []) if let Some(index) = form_of(revision, base, choice) => {
            stays(walk, base, revision);
            let form = null_beside(base, revision, &choice.forms[index..=index]);
            walk.schemas(&form, &revision.parts);
            for form in others(choice, index) {
                walk.removed(walk.sided(&rules::VARIANT_REMOVED), form);
            }
            if let Some(at) = revision.parts.first() {
                overlap(walk, Some(choice), None, at);
            }
            Outcome::Followed
        }
        ([], [choice, ..]) => {
            walk.added(walk.sided(&rules::VARIANTS_INTRODUCED), &choice.list);
            rest(base, revision)
        }
        ([choice, ..], []) => {
            walk.removed(walk.sided(&rules::VARIANTS_DROPPED), &choice.list);
            rest(base, revision)
        }
        (before, after) => {
            for (old, new) in before.iter().zip(after) {
                kinds(walk, old, new);
                // Where null is allowed before and after, or neither, it does not matter which form
                // says so.
                let null = base.nullable() == revision.nullable();
                forms(walk, &old.forms, &new.forms, null);
                overlap(walk, Some(old), Some(new), &new.list);
            }
            for old in before.iter().skip(after.len()) {
                walk.removed(walk.sided(&rules::VARIANTS_DROPPED), &old.list);
            }
            for new in after.iter().skip(before.len()) {
                walk.added(walk.sided(&rules::VARIANTS_INTRODUCED), &new.list);
            }
            discriminator(walk, base, revision);
            if base.kind().is_none() || revision.kind().is_none() {
                types::nullable(walk, base, revision);
            }
            Outcome::Comparable
        }
    }
}

/// Null beside the form that stays.
fn stays<'a>(walk: &mut Walk<'a>, base: &Schema<'a>, revision: &Schema<'a>) {
    types::nullable(walk, base, revision);
    discriminator(walk, base, revision);
    // What is said of the choice itself; the form has texts of its own.
    for key in TEXTS {
        let of = |schema: &Schema<'a>| schema.choices.first().and(schema.first(key).cloned());
        walk.differs(&DOCUMENTATION, of(base).as_ref(), of(revision).as_ref());
    }
}

fn others<'b, 'a>(choice: &'b Choice<'a>, form: usize) -> impl Iterator<Item = &'b Node<'a>> {
    let forms = choice.forms.iter().enumerate();
    forms
        .filter(move |(index, _)| *index != form)
        .map(|(_, form)| form)
}

/// Which form of a schema that is nothing but a choice another schema is.
fn form_of(single: &Schema<'_>, whole: &Schema<'_>, choice: &Choice<'_>) -> Option<usize> {
    let mere = whole.properties.is_empty()
        && whole.required.is_empty()
        && whole.keywords.iter().all(|(key, values)| {
            // A default of null is none.
            let says_nothing = *key == "default" && values.iter().all(|it| it.value.is_null());
            BESIDE.contains(key) || says_nothing
        });
    if !mere {
        return None;
    }
    let forms = &choice.forms;
    let named = forms
        .iter()
        .position(|form| single.component.is_some() && component(form) == single.component);
    let equal = || {
        let [part] = single.parts.as_slice() else {
            return None;
        };
        forms.iter().position(|form| same(part, form))
    };
    named.or_else(equal).or_else(|| {
        let alike = forms.iter().enumerate().filter_map(|(index, form)| {
            Some((
                likeness(single, &Schema::new(std::slice::from_ref(form)))?,
                index,
            ))
        });
        alike
            .max_by_key(|(likeness, index)| (*likeness, std::cmp::Reverse(*index)))
            .map(|(_, index)| index)
    })
}

/// How many members two schemas of one type share; none where they cannot be the same form.
fn likeness(one: &Schema<'_>, other: &Schema<'_>) -> Option<usize> {
    if one.kind().is_none() || one.kind() != other.kind() {
        return None;
    }
    let shared = one
        .properties
        .keys()
        .filter(|name| other.properties.contains_key(*name))
        .count();
    let bare = one.properties.is_empty() && other.properties.is_empty();
    (shared > 0 || bare).then_some(shared)
}

/// Where a choice comes or goes, keywords beside it can still be compared, if both schemas have
/// some.
fn rest(base: &Schema<'_>, revision: &Schema<'_>) -> Outcome {
    if base.kind().is_some() && revision.kind().is_some() {
        Outcome::Comparable
    } else {
        Outcome::Incomparable
    }
}

fn kinds<'a>(walk: &mut Walk<'a>, old: &Choice<'a>, new: &Choice<'a>) {
    if old.exclusive != new.exclusive {
        let word = |exclusive| json!(if exclusive { "oneOf" } else { "anyOf" });
        let values = (word(old.exclusive), word(new.exclusive));
        walk.tell(
            walk.sided(&rules::VARIANTS_KIND_CHANGED),
            &new.list,
            [],
            values,
        );
    }
}

/// Pairs the forms, and compares each pair.
fn forms<'a>(walk: &mut Walk<'a>, before: &[Node<'a>], after: &[Node<'a>], null: bool) {
    let mut left: Vec<&Node<'a>> = after.iter().collect();
    let mut unpaired: Vec<&Node<'a>> = before.iter().collect();
    // From the surest sign that two forms are one to the weakest.
    let surely: [fn(&Node<'a>, &Node<'a>) -> bool; 2] = [same_name, |old, new| same(old, new)];
    for sign in surely {
        unpaired.retain(|old| {
            let Some(index) = left.iter().position(|new| sign(old, new)) else {
                return true;
            };
            pair(walk, old, left.remove(index), null);
            false
        });
    }
    // Forms that are no components are told apart by their type and their members; a title may have
    // changed.
    let unnamed = |form: &Node<'a>| match component(form) {
        None => Some(Schema::new(std::slice::from_ref(form))),
        Some(_) => None,
    };
    let mut others: Vec<Option<Schema<'a>>> = left.iter().map(|new| unnamed(new)).collect();
    unpaired.retain(|old| {
        let Some(schema) = unnamed(old) else {
            return true;
        };
        let alike = others.iter().enumerate().filter_map(|(index, other)| {
            let other = other.as_ref()?;
            let likeness = match (schema.kind(), other.kind()) {
                (None, None) => 0,
                _ => likeness(&schema, other)?,
            };
            Some((likeness, std::cmp::Reverse(index)))
        });
        let Some((_, std::cmp::Reverse(index))) = alike.max() else {
            return true;
        };
        others.remove(index);
        pair(walk, old, left.remove(index), null);
        false
    });
    for old in unpaired {
        walk.removed(walk.sided(&rules::VARIANT_REMOVED), old);
    }
    for new in left {
        walk.added(walk.sided(&rules::VARIANT_ADDED), new);
    }
}

/// Compares whether forms of which exactly one must fit exclude each other.
fn overlap<'a>(
    walk: &mut Walk<'a>,
    base: Option<&Choice<'a>>,
    revision: Option<&Choice<'a>>,
    at: &Node<'a>,
) {
    let of = |choice: Option<&Choice<'a>>| choice.map(overlapping).unwrap_or_default();
    let (before, after) = (of(base), of(revision));
    if before.len() != after.len() {
        let values = (json!(before), json!(after));
        walk.tell(walk.sided(&rules::VARIANTS_OVERLAP), at, [], values);
    }
}

/// The forms that share values with a form before them, where exactly one form must fit. Only what
/// is certain counts.
fn overlapping<'a>(choice: &Choice<'a>) -> Vec<&'a Value> {
    if !choice.exclusive {
        return Vec::new();
    }
    let share = |one: &Node<'a>, other: &Node<'a>| match (component(one), component(other)) {
        (Some(one), Some(other)) => one == other,
        _ => same(one, other),
    };
    let mut texts = BTreeSet::new();
    let shares = |(index, form): &(usize, &Node<'a>)| {
        let listed = lists_texts(form).then(|| form.resolved().raw("enum"));
        let listed = listed.flatten().into_iter().flat_map(|list| {
            let texts = list.elements().filter_map(|text| text.value.as_str());
            texts.collect::<BTreeSet<_>>()
        });
        // Each text is to be kept, not only those before the first that is there twice.
        let known = listed.filter(|text| !texts.insert(*text)).count() > 0;
        known
            || choice.forms[..*index]
                .iter()
                .any(|other| share(form, other))
            || Schema::new(std::slice::from_ref(*form)).is_anything()
    };
    let forms = choice.forms.iter().enumerate();
    forms.filter(shares).map(|(_, form)| form.value).collect()
}

fn pair<'a>(walk: &mut Walk<'a>, old: &Node<'a>, new: &Node<'a>, null: bool) {
    let (old, new) = (std::slice::from_ref(old), std::slice::from_ref(new));
    if null {
        walk.schemas(&or_null(old), &or_null(new));
    } else {
        walk.schemas(old, new);
    }
}

/// The form that stays, and null if both schemas allow it.
fn null_beside<'a>(base: &Schema<'a>, revision: &Schema<'a>, form: &[Node<'a>]) -> Vec<Node<'a>> {
    if base.nullable() && revision.nullable() {
        or_null(form)
    } else {
        form.to_vec()
    }
}

fn name<'a>(form: &Node<'a>) -> Option<&'a str> {
    component(form).or_else(|| {
        let schema = Schema::new(std::slice::from_ref(form));
        schema.first("title")?.value.as_str()
    })
}

fn same_name(old: &Node<'_>, new: &Node<'_>) -> bool {
    name(old).is_some() && name(old) == name(new)
}

/// Compares what tells the forms apart: the member, and which of its values means which form.
fn discriminator<'a>(walk: &mut Walk<'a>, base: &Schema<'a>, revision: &Schema<'a>) {
    let (old, new) = (base.first("discriminator"), revision.first("discriminator"));
    let (Some(before), Some(after)) = (old, new) else {
        walk.differs(walk.sided(&rules::DISCRIMINATOR_CHANGED), old, new);
        return;
    };
    let (named, renamed) = (before.raw("propertyName"), after.raw("propertyName"));
    if named.as_ref().map(|node| node.value) != renamed.as_ref().map(|node| node.value) {
        let rule = walk.sided(&rules::DISCRIMINATOR_CHANGED);
        walk.differs(rule, named.as_ref(), renamed.as_ref());
    }
    let (tags, values) = (tags(base, before), tags(revision, after));
    let (had, has) = (names(base), names(revision));
    for tag in tags.keys().chain(values.keys()).collect::<BTreeSet<_>>() {
        let rule = match (tags.get(tag), values.get(tag)) {
            // With its form goes the value that means it.
            (Some(form), None) if had.contains(form) && !has.contains(form) => {
                &rules::DISCRIMINATOR_VALUE_REMOVED
            }
            (None, Some(_)) => &rules::DISCRIMINATOR_VALUE_ADDED,
            (old, new) if old == new => continue,
            _ => &rules::DISCRIMINATOR_CHANGED,
        };
        let values = (json!(tags.get(tag)), json!(values.get(tag)));
        walk.tell(walk.sided(rule), after, [], values);
    }
    let side = Some(walk.current_side());
    let mapping = (before.raw("mapping"), after.raw("mapping"));
    walk.coverage.cover_both(side, &mapping.0, &mapping.1);
}

/// The form that each value of the discriminator means, by the name of its component. A form that
/// no value is mapped to is meant by its own name.
fn tags<'a>(schema: &Schema<'a>, discriminator: &Node<'a>) -> BTreeMap<&'a str, &'a str> {
    let mapping = discriminator.raw("mapping");
    let mut tags: BTreeMap<&'a str, &'a str> = mapping
        .iter()
        .flat_map(Node::members)
        .filter_map(|(tag, target)| {
            let target = target.value.as_str()?;
            // A component may be named by its name or by a reference; other documents are kept
            // apart.
            let component = target.strip_prefix("#/components/schemas/");
            Some((tag, component.unwrap_or(target)))
        })
        .collect();
    for name in names(schema) {
        if !tags.values().any(|target| *target == name) {
            tags.insert(name, name);
        }
    }
    tags
}

/// The components that are forms.
fn names<'a>(schema: &Schema<'a>) -> BTreeSet<&'a str> {
    let forms = schema.choices.iter().flat_map(|choice| &choice.forms);
    forms.filter_map(component).collect()
}
