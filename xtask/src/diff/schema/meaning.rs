//! What a keyword demands where several parts of a schema have it, in one form for all ways of writing the same.

use std::cmp::Ordering;

use serde_json::{Number, Value, json};
use xtask::contract::Node;

use super::conjunction::{Listed, Schema};
use crate::diff::same::{equal, integer, order};

/// A bound of a number: its value, and whether it is excluded itself.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) value: Number,
    pub(super) exclusive: bool,
}

/// The highest lower bound.
pub(super) fn lower(schema: &Schema<'_>) -> Option<Bound> {
    let bounds = bounds(schema, "minimum", "exclusiveMinimum", 1);
    bounds.into_iter().reduce(|one, other| {
        if stricter(&one, &other) == Ordering::Less {
            other
        } else {
            one
        }
    })
}

/// The lowest upper bound.
pub(super) fn upper(schema: &Schema<'_>) -> Option<Bound> {
    let bounds = bounds(schema, "maximum", "exclusiveMaximum", -1);
    bounds.into_iter().reduce(|one, other| {
        let value = order(&other.value, &one.value).unwrap_or(Ordering::Equal);
        match value.then(one.exclusive.cmp(&other.exclusive)) {
            Ordering::Less => other,
            _ => one,
        }
    })
}

/// How strict two lower bounds are.
pub(super) fn stricter(one: &Bound, other: &Bound) -> Ordering {
    let value = order(&one.value, &other.value).unwrap_or(Ordering::Equal);
    value.then(one.exclusive.cmp(&other.exclusive))
}

fn bounds(schema: &Schema<'_>, limit: &str, flag: &str, next: i128) -> Vec<Bound> {
    let integers = schema.kind() == Some("integer");
    let parts = schema.parts.iter();
    let bounds = parts.filter_map(|part| {
        let value = part.value.get(limit)?.as_number()?.clone();
        let exclusive = part.flag(flag);
        // Above 1 and from 2 on are the same integers.
        let after = integer(&value).and_then(|value| Number::from_i128(value.checked_add(next)?));
        Some(match after {
            Some(value) if exclusive && integers => Bound {
                value,
                exclusive: false,
            },
            _ => Bound { value, exclusive },
        })
    });
    bounds.collect()
}

/// The strictest value of a keyword that counts at least so many; none for zero, which every value fits.
pub(super) fn at_least<'a, 'b>(schema: &'b Schema<'a>, key: &str) -> Option<&'b Node<'a>> {
    let found = schema.all(key).iter().reduce(|one, other| {
        if compare(one, other) == Some(Ordering::Less) {
            other
        } else {
            one
        }
    });
    found.filter(|node| !equal(node.value, &json!(0)))
}

/// The strictest value of a keyword that counts at most so many.
pub(super) fn at_most<'a, 'b>(schema: &'b Schema<'a>, key: &str) -> Option<&'b Node<'a>> {
    schema.all(key).iter().reduce(|one, other| {
        if compare(one, other) == Some(Ordering::Greater) {
            other
        } else {
            one
        }
    })
}

pub(super) fn compare(one: &Node<'_>, other: &Node<'_>) -> Option<Ordering> {
    order(one.value.as_number()?, other.value.as_number()?)
}

/// The lists of values of a keyword in the parts that have one.
pub(super) fn lists<'a>(schema: &Schema<'a>, key: &str) -> Vec<Listed<'a>> {
    let forms = schema.listed.iter().filter(|_| key == "enum").cloned();
    let lists = schema.all(key).iter().map(|list| Listed {
        list: list.clone(),
        values: list.elements().collect(),
    });
    lists.chain(forms).collect()
}

/// The values that every list of a keyword allows.
pub(super) fn listed<'a>(schema: &Schema<'a>, key: &str) -> Option<Vec<Node<'a>>> {
    let lists = lists(schema, key);
    let (first, others) = lists.split_first()?;
    let holds =
        |list: &Listed<'a>, value: &Value| list.values.iter().any(|one| equal(one.value, value));
    let mut found: Vec<Node<'a>> = Vec::new();
    for value in &first.values {
        let twice = found.iter().any(|one| equal(one.value, value.value));
        if !twice && others.iter().all(|list| holds(list, value.value)) {
            found.push(value.clone());
        }
    }
    Some(found)
}

/// What a keyword demands, in a form that is equal for equal demands. None if the keyword says nothing, or if
/// something else than its value says what it means.
pub(crate) fn meaning(schema: &Schema<'_>, key: &str) -> Option<Value> {
    let bound = |bound: Option<Bound>| {
        bound.map(|bound| json!([plain(&Value::Number(bound.value)), bound.exclusive]))
    };
    match key {
        "minLength" | "minItems" | "minProperties" => Some(plain(at_least(schema, key)?.value)),
        "maxLength" | "maxItems" | "maxProperties" => Some(plain(at_most(schema, key)?.value)),
        "minimum" | "exclusiveMinimum" => bound(lower(schema)),
        "maximum" | "exclusiveMaximum" => bound(upper(schema)),
        "type" => schema.kind().map(Value::from),
        "enum" | "x-extensible-enum" => {
            let values = listed(schema, key)?;
            Some(sorted(
                values.iter().map(|node| plain(node.value)).collect(),
            ))
        }
        "uniqueItems" | "deprecated" | "readOnly" | "writeOnly" => {
            schema.flag(key).map(|node| node.value.clone())
        }
        // Pairs of schemas of their own, or part of another keyword's meaning.
        "items" | "additionalProperties" | "nullable" => None,
        _ => {
            let all = schema.all(key).iter().map(|node| plain(node.value));
            // A default of null is none.
            let all: Vec<Value> = all
                .filter(|value| key != "default" || !value.is_null())
                .collect();
            (!all.is_empty()).then(|| sorted(all))
        }
    }
}

fn sorted(mut values: Vec<Value>) -> Value {
    values.sort_by_key(Value::to_string);
    values.dedup();
    Value::Array(values)
}

/// A piece of JSON with every integer in one notation.
fn plain(value: &Value) -> Value {
    match value {
        Value::Number(number) => match integer(number).and_then(Number::from_i128) {
            Some(whole) => Value::Number(whole),
            None => value.clone(),
        },
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), plain(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}
