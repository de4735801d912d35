//! Replies made by chance, and what they mean by the documented rules: a plain and slow reading of
//! them.

use serde_json::{Map, Value as Json, json};

use crate::value::{Bytes, DateTime, Decimal, Duration, Uuid, Vector};

pub(super) type Rng = fastrand::Rng;

/// What a field asks for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ask {
    /// The content of a wrapper, always.
    Content,
    /// The content if it is an object, for a map.
    Object,
    /// The same, with the content of each wrapper in it.
    ObjectOfTexts,
    /// The content if it is an object, for a struct.
    AnyObject,
    /// The content if it is an object and said to be one.
    ObjectOfObject,
    /// Anything.
    Any,
    /// A value with its type.
    Value,
    /// Nothing, or what is asked for.
    OrNull(&'static Ask),
}

const OF_JSON: [&str; 7] = [
    "String", "Integer", "Float", "Boolean", "Object", "Array", "Null",
];
const FOREIGN: [&str; 9] = [
    "Number", "Set", "Vector", "DateTime", "UUID", "Decimal", "Duration", "Binary", "Bytes",
];

pub(super) fn text(rng: &mut Rng) -> String {
    let texts = ["", "x", "ä\"\\\n", "2026", "12.5", "a-b-c", "Decimal"];
    match rng.u8(..8) {
        0 => moment(rng),
        _ => texts[rng.usize(..texts.len())].to_owned(),
    }
}

pub(super) fn moment(rng: &mut Rng) -> String {
    format!("2026-01-{:02}T12:00:0{}Z", rng.u8(1..29), rng.u8(..10))
}

/// A value of any type.
pub(super) fn any_value(rng: &mut Rng) -> (&'static str, Json) {
    match rng.u8(..16) {
        0 => ("Null", Json::Null),
        1 => ("Boolean", rng.bool().into()),
        2 => ("Integer", rng.i64(..).into()),
        3 => ("Float", (f64::from(rng.i16(..)) / 4.0).into()),
        4 | 5 => ("String", text(rng).into()),
        6 => (
            "Array",
            json!([text(rng), {"type": "Integer", "value": {"n": 1}}]),
        ),
        7 => object(rng),
        8 => own_object(rng),
        9 => ("Decimal", format!("{}.50", rng.i16(..)).into()),
        10 => (
            "UUID",
            uuid::Uuid::from_u128(rng.u128(..)).to_string().into(),
        ),
        11 => ("DateTime", moment(rng).into()),
        12 => ("Vector", json!([0.5, f64::from(rng.i8(..))])),
        13 => ("Bytes", "AQI=".into()),
        14 => ("Set", json!([1, "a"])),
        _ => ("Number", rng.u8(..).into()),
    }
}

pub(super) fn object(rng: &mut Rng) -> (&'static str, Json) {
    let inner = wrapper(any_value(rng));
    ("Object", json!({"a": text(rng), "b": inner}))
}

/// An object of the user's own that looks like a wrapper.
pub(super) fn own_object(rng: &mut Rng) -> (&'static str, Json) {
    let inner = match rng.u8(..4) {
        0 => own_object(rng),
        1 => (FOREIGN[rng.usize(..9)], json!(["none"])),
        2 => ("Invoice", 1.into()),
        _ => any_value(rng),
    };
    ("Object", wrapper(inner))
}

pub(super) fn wrapper((kind, content): (&str, Json)) -> Json {
    json!({"type": kind, "value": content})
}

/// The type and the content of what is exactly a wrapper.
pub(super) fn unwrapped(member: &Json) -> Option<(&str, &Json)> {
    let members = member.as_object().filter(|members| members.len() == 2)?;
    let (kind, content) = (members.get("type")?.as_str()?, members.get("value")?);
    let is_known = OF_JSON.contains(&kind) || FOREIGN.contains(&kind);
    is_known.then_some((kind, content))
}

fn reads<T: serde::de::DeserializeOwned>(content: &Json) -> bool {
    serde_json::from_value::<T>(content.clone()).is_ok()
}

/// Whether content is of a type that JSON does not have.
fn is_foreign(kind: &str, content: &Json) -> bool {
    match kind {
        "Number" => content.is_number(),
        "Set" => content.is_array(),
        "Vector" => reads::<Vector>(content),
        "DateTime" => reads::<DateTime>(content),
        "UUID" => reads::<Uuid>(content),
        "Decimal" => reads::<Decimal>(content),
        "Duration" => reads::<Duration>(content),
        "Binary" | "Bytes" => reads::<Bytes>(content),
        _ => false,
    }
}

/// Whether content is not of the type that JSON does not have.
pub(super) fn is_unknown_form(member: &Json) -> bool {
    unwrapped(member)
        .is_some_and(|(kind, content)| FOREIGN.contains(&kind) && !is_foreign(kind, content))
}

/// Whether the wrapper is needed to write the value back.
fn is_needed(kind: &str, content: &Json) -> bool {
    match kind {
        "String" => reads::<DateTime>(content),
        "Object" => unwrapped(content).is_some_and(|(kind, content)| is_needed(kind, content)),
        kind => is_foreign(kind, content),
    }
}

/// Whether a record is written in wrappers.
pub(super) fn is_typed(record: &Map<String, Json>) -> bool {
    record.iter().all(|(name, member)| match member {
        Json::String(_) | Json::Array(_) => true,
        Json::Object(members) => members.get("type").is_some_and(Json::is_string),
        _ => name == "id" || name == "ttl",
    })
}

/// What a member is to a field that asks for it so. `kept` if a wrapper stays that is needed.
pub(super) fn meant(ask: Ask, member: &Json, is_typed: bool, kept: bool) -> Json {
    if matches!(ask, Ask::ObjectOfTexts) {
        let mut object = meant(Ask::Object, member, is_typed, kept);
        let is_kept =
            kept && unwrapped(member).is_some_and(|(kind, content)| is_needed(kind, content));
        for value in object.as_object_mut().into_iter().flat_map(Map::values_mut) {
            if let Some((_, content)) = unwrapped(value).filter(|_| !is_kept) {
                *value = content.clone();
            }
        }
        return object;
    }
    if let Ask::OrNull(ask) = ask
        && !unwrapped(member)
            .is_some_and(|(kind, content)| content.is_null() && (kind == "Null" || is_typed))
    {
        return meant(*ask, member, is_typed, kept);
    }
    let Some((kind, content)) = unwrapped(member) else {
        // A value is the text that is written, moment or not.
        let is_text = matches!(ask, Ask::Value) && reads::<DateTime>(member);
        return match is_text {
            true => wrapper(("String", member.clone())),
            false => member.clone(),
        };
    };
    let bare = match ask {
        Ask::Content => true,
        Ask::Object => {
            content.is_object() && !(kept && kind == "Object" && is_needed(kind, content))
        }
        Ask::AnyObject => content.is_object(),
        Ask::ObjectOfObject => content.is_object() && kind == "Object",
        Ask::OrNull(_) | Ask::ObjectOfTexts => true,
        Ask::Any | Ask::Value => {
            let is_value = is_typed || is_foreign(kind, content);
            let is_needed = is_needed(kind, content);
            if matches!(ask, Ask::Value) && !is_value && is_needed {
                return wrapper(("Object", member.clone()));
            }
            is_value && !(kept && kind != "DateTime" && is_needed)
        }
    };
    match (bare, kind, content.as_f64()) {
        (true, "Float", Some(number)) if matches!(ask, Ask::Any | Ask::Value) => number.into(),
        (true, ..) => content.clone(),
        (false, ..) => member.clone(),
    }
}

/// What a server stores for a member of a request, as its replies name it.
pub(super) fn stored(member: Json) -> Json {
    if unwrapped(&member).is_some() {
        return member;
    }
    let kind = match &member {
        Json::Null => "Null",
        Json::Bool(_) => "Boolean",
        Json::Number(number) if number.is_f64() => "Float",
        Json::Number(_) => "Integer",
        Json::String(_) if reads::<DateTime>(&member) => "DateTime",
        Json::String(_) => "String",
        Json::Array(_) => "Array",
        Json::Object(_) => "Object",
    };
    wrapper((kind, member))
}

/// The text of a reply, with white space, orders and escapes by chance.
pub(super) fn render(json: &Json, rng: &mut Rng, out: &mut String) {
    let space = |rng: &mut Rng, out: &mut String| {
        if rng.u8(..8) == 0 {
            out.push_str([" ", "\n", "\t "][rng.usize(..3)]);
        }
    };
    space(rng, out);
    match json {
        Json::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            if rng.u8(..4) == 0 {
                rng.shuffle(&mut members);
            }
            out.push('{');
            for (index, (name, value)) in members.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                space(rng, out);
                let name = Json::from(name.as_str()).to_string();
                match rng.u8(..16) {
                    0 => out.push_str(&name.replace('e', "\\u0065")),
                    _ => out.push_str(&name),
                }
                space(rng, out);
                out.push(':');
                render(value, rng, out);
            }
            out.push('}');
        }
        Json::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                render(item, rng, out);
            }
            out.push(']');
        }
        other => out.push_str(&other.to_string()),
    }
    space(rng, out);
}
