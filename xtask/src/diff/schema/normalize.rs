//! What a keyword demands where several parts of a schema have it, in one form for all ways of
//! writing the same.

use std::{cmp::Ordering, collections::BTreeSet};

use serde_json::{Number, Value, json};
use xtask::contract::Node;

use super::all_of::{Listed, NOTHING, Schema};
use crate::diff::equality::{integer, order};

/// An end of a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum End {
    Lower,
    Upper,
}

/// A bound: its value, and whether the value itself is excluded.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) value: Number,
    pub(super) exclusive: bool,
}

impl Bound {
    fn new(value: impl Into<Number>) -> Self {
        Self {
            value: value.into(),
            exclusive: false,
        }
    }
}

/// Formats of integers, each with the least and the greatest value.
const INTEGERS: [(&str, i128, i128); 8] = [
    ("int8", i8::MIN as i128, i8::MAX as i128),
    ("int16", i16::MIN as i128, i16::MAX as i128),
    ("int32", i32::MIN as i128, i32::MAX as i128),
    ("int64", i64::MIN as i128, i64::MAX as i128),
    ("uint8", 0, u8::MAX as i128),
    ("uint16", 0, u16::MAX as i128),
    ("uint32", 0, u32::MAX as i128),
    ("uint64", 0, u64::MAX as i128),
];
/// Formats of strings whose values all have one length.
const LENGTHS: [(&str, u64); 2] = [("uuid", 36), ("date", 10)];

impl End {
    /// How strict two bounds are.
    pub(super) fn stricter(self, one: &Bound, other: &Bound) -> Ordering {
        let value = order(&one.value, &other.value).unwrap_or(Ordering::Equal);
        let value = match self {
            Self::Lower => value,
            Self::Upper => value.reverse(),
        };
        value.then(one.exclusive.cmp(&other.exclusive))
    }

    /// The strictest of some bounds.
    pub(super) fn strictest(self, bounds: impl IntoIterator<Item = Bound>) -> Option<Bound> {
        bounds.into_iter().reduce(|one, other| {
            if self.stricter(&one, &other) == Ordering::Less {
                other
            } else {
                one
            }
        })
    }
}

/// The strictest bound that a keyword states; none for a count of at least zero, which every value
/// has.
pub(super) fn stated(schema: &Schema<'_>, end: End, key: &str) -> Option<Bound> {
    let flag = match key {
        "minimum" => "exclusiveMinimum",
        "maximum" => "exclusiveMaximum",
        _ => {
            let numbers = schema.all(key).iter().filter_map(|it| it.value.as_number());
            let found = end.strictest(numbers.cloned().map(Bound::new));
            return found.filter(|found| end == End::Upper || integer(&found.value) != Some(0));
        }
    };
    let integers = schema.kind() == Some("integer");
    let parts = schema.parts.iter();
    end.strictest(parts.filter_map(|part| {
        let bound = Bound {
            value: part.value.get(key)?.as_number()?.clone(),
            exclusive: part.flag(flag),
        };
        Some(if integers { whole(end, bound) } else { bound })
    }))
}

/// The same bound of integers, as an integer that is not excluded: above 1 and from 1.5 on are from
/// 2 on.
fn whole(end: End, bound: Bound) -> Bound {
    let next = match (integer(&bound.value), end) {
        (Some(value), End::Lower) => value.checked_add(i128::from(bound.exclusive)),
        (Some(value), End::Upper) => value.checked_sub(i128::from(bound.exclusive)),
        (None, _) => {
            let value = bound.value.as_f64().map(|value| match end {
                End::Lower => value.ceil(),
                End::Upper => value.floor(),
            });
            value.and_then(|value| integer(&Number::from_f64(value)?))
        }
    };
    next.and_then(Number::from_i128).map_or(bound, Bound::new)
}

/// The strictest bound that follows from other keywords than the one that would state it.
pub(super) fn implied(schema: &Schema<'_>, end: End, key: &str) -> Option<Bound> {
    let formats = schema.all("format").iter();
    let formats = formats.filter_map(|format| format.value.as_str());
    let mut bounds: Vec<Bound> = match key {
        "minimum" | "maximum" if schema.kind() == Some("integer") => {
            let known = |format| INTEGERS.iter().find(move |(name, ..)| *name == format);
            let ends = formats.filter_map(known).map(|(_, least, most)| match end {
                End::Lower => *least,
                End::Upper => *most,
            });
            ends.filter_map(Number::from_i128).map(Bound::new).collect()
        }
        "minLength" | "maxLength" if schema.kind() == Some("string") => {
            let known = |format| LENGTHS.iter().find(move |(name, _)| *name == format);
            let lengths = formats.filter_map(known);
            lengths.map(|(_, length)| Bound::new(*length)).collect()
        }
        _ => Vec::new(),
    };
    // Of listed values, the outermost one.
    let measure = |value: &Value| match (key, value) {
        ("minimum" | "maximum", Value::Number(number)) => Some(number.clone()),
        ("minLength" | "maxLength", Value::String(text)) => Some(text.chars().count().into()),
        _ => None,
    };
    let values = listed(schema, "enum").unwrap_or_default();
    let measured = values.iter().filter_map(|node| measure(node.value));
    let outermost = measured.map(Bound::new).reduce(|one, other| {
        if end.stricter(&one, &other) == Ordering::Less {
            one
        } else {
            other
        }
    });
    bounds.extend(outermost);
    end.strictest(bounds)
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
    let others: Vec<_> = others.iter().map(|list| texts(&list.values)).collect();
    let mut seen = BTreeSet::new();
    let found = first.values.iter().filter(|value| {
        let text = text(value.value);
        others.iter().all(|list| list.contains(&text)) && seen.insert(text)
    });
    Some(found.cloned().collect())
}

/// The values of a list, each as a text that equal ones have in common.
pub(super) fn texts(values: &[Node<'_>]) -> BTreeSet<String> {
    values.iter().map(|value| text(value.value)).collect()
}

/// A value as a text that equal ones have in common.
pub(super) fn text(value: &Value) -> String {
    plain(value).to_string()
}

/// What a keyword demands, in a form that is equal for equal demands. None if the keyword says
/// nothing, or if something else than its value says what it means.
pub(crate) fn normalized(schema: &Schema<'_>, key: &str) -> Option<Value> {
    let bound = |bound: Option<Bound>| {
        bound.map(|bound| json!([plain(&Value::Number(bound.value)), bound.exclusive]))
    };
    match key {
        "minLength" | "minItems" | "minProperties" => bound(stated(schema, End::Lower, key)),
        "maxLength" | "maxItems" | "maxProperties" => bound(stated(schema, End::Upper, key)),
        "minimum" | "exclusiveMinimum" => bound(stated(schema, End::Lower, "minimum")),
        "maximum" | "exclusiveMaximum" => bound(stated(schema, End::Upper, "maximum")),
        // Types that contradict each other may do so in many ways.
        "type" if schema.kind() != Some(NOTHING) => schema.kind().map(Value::from),
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
        "items" | "additionalProperties" | "not" | "nullable" => None,
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
