//! Edits of a schema.

use fastrand::Rng;
use serde_json::{Value, json};

use super::change::{drop_key, list, push, rename, set};
use super::{BREAKING, COMPATIBLE, Class, DOCUMENTATION, NOTHING};

type Kind = (&'static str, fn(&mut Value, &mut Rng) -> bool, Class, Class);

/// Each with its class in a request and in a response.
#[rustfmt::skip]
pub(super) const EDITS: &[Kind] = &[
    ("an optional member comes", |s, _| open(s) && add(s, "new", json!({ "type": "string" })), COMPATIBLE, COMPATIBLE),
    ("a required member comes", |s, _| open(s) && add(s, "new", json!({ "type": "string" })) && require(s, "new"), BREAKING, COMPATIBLE),
    ("a member comes to a closed object", |s, _| s["additionalProperties"] == false && add(s, "new", json!({})), COMPATIBLE, BREAKING),
    ("a required member with a default comes", |s, _| open(s) && add(s, "new", json!({ "default": 1 })) && require(s, "new"), COMPATIBLE, COMPATIBLE),
    ("a member goes", remove, BREAKING, BREAKING),
    ("a member becomes required", |s, r| member(s, r).is_some_and(|name| !required(s, &name) && require(s, &name)), BREAKING, COMPATIBLE),
    ("a member becomes optional", |s, r| { member(s, r).is_some_and(|name| s["properties"][&name].is_object() && optional(s, &name)) }, COMPATIBLE, BREAKING),
    ("a member becomes read-only", |s, r| flag_member(s, r, "readOnly"), BREAKING, COMPATIBLE),
    ("a member becomes write-only", |s, r| flag_member(s, r, "writeOnly"), COMPATIBLE, BREAKING),
    ("text becomes a number", |s, _| replace(s, "type", "string", json!("number")), BREAKING, BREAKING),
    ("a boolean becomes a text", |s, _| replace(s, "type", "boolean", json!("string")), BREAKING, BREAKING),
    ("an integer becomes a number", |s, _| replace(s, "type", "integer", json!("number")), COMPATIBLE, BREAKING),
    ("a number becomes an integer", |s, _| replace(s, "type", "number", json!("integer")), BREAKING, COMPATIBLE),
    ("a type goes", |s, _| replace(s, "type", "boolean", Value::Null), COMPATIBLE, BREAKING),
    ("null is allowed", |s, _| typed(s) && s["nullable"].is_null() && set(s, "nullable", json!(true)), COMPATIBLE, BREAKING),
    ("null is forbidden", |s, _| typed(s) && s["nullable"] == true && set(s, "nullable", json!(false)), BREAKING, COMPATIBLE),
    ("a value comes", |s, _| has(s, "enum") && push(s, "enum", json!("new")), COMPATIBLE, BREAKING),
    ("a value goes", |s, _| list(s, "enum").is_some_and(|all| all.pop().is_some()), BREAKING, COMPATIBLE),
    ("a list of values goes", |s, _| drop_key(s, "enum"), COMPATIBLE, BREAKING),
    ("a list of values comes", |s, _| s["type"] == "string" && !has(s, "enum") && set(s, "enum", json!(["abc"])), BREAKING, COMPATIBLE),
    ("a text must be longer", |s, _| has(s, "minLength") && set(s, "minLength", json!(3)), BREAKING, COMPATIBLE),
    ("a text may be shorter", |s, _| has(s, "minLength") && set(s, "minLength", json!(1)), COMPATIBLE, BREAKING),
    ("a text must be shorter", |s, _| has(s, "maxLength") && set(s, "maxLength", json!(8)), BREAKING, COMPATIBLE),
    ("a text may be of any length", |s, _| drop_key(s, "maxLength"), COMPATIBLE, BREAKING),
    ("a number must be higher", |s, _| has(s, "minimum") && set(s, "minimum", json!(2)), BREAKING, COMPATIBLE),
    ("a number may be lower", |s, _| has(s, "minimum") && set(s, "minimum", json!(0)), COMPATIBLE, BREAKING),
    ("a number may be of any size", |s, _| drop_key(s, "maximum"), COMPATIBLE, BREAKING),
    ("a bound is excluded", |s, _| has(s, "minimum") && set(s, "exclusiveMinimum", json!(true)), BREAKING, COMPATIBLE),
    ("a pattern comes", |s, _| s["type"] == "string" && !has(s, "pattern") && set(s, "pattern", json!("^x")), BREAKING, COMPATIBLE),
    ("a pattern changes", |s, _| has(s, "pattern") && set(s, "pattern", json!("^b")), BREAKING, BREAKING),
    ("a number takes coarser steps", |s, _| has(s, "multipleOf") && set(s, "multipleOf", json!(4)), BREAKING, COMPATIBLE),
    ("a number takes finer steps", |s, _| has(s, "multipleOf") && set(s, "multipleOf", json!(1)), COMPATIBLE, BREAKING),
    ("elements must be unique", |s, _| s["type"] == "array" && set(s, "uniqueItems", json!(true)), BREAKING, COMPATIBLE),
    ("a list may be longer", |s, _| has(s, "maxItems") && set(s, "maxItems", json!(6)), COMPATIBLE, BREAKING),
    ("an object needs members", |s, _| s["type"] == "object" && set(s, "minProperties", json!(1)), BREAKING, COMPATIBLE),
    ("a default changes", |s, _| has(s, "default") && set(s, "default", json!(11)), BREAKING, BREAKING),
    ("a default comes", |s, _| s["type"] == "boolean" && set(s, "default", json!(true)), COMPATIBLE, COMPATIBLE),
    ("a format comes", |s, _| s["type"] == "string" && set(s, "format", json!("date-time")), BREAKING, COMPATIBLE),
    ("a format is widened", |s, _| has(s, "format") && set(s, "format", json!("int64")), COMPATIBLE, BREAKING),
    ("a format changes", |s, _| has(s, "format") && set(s, "format", json!("unix")), BREAKING, BREAKING),
    ("an object is closed", |s, _| further(s, json!({}), json!(false)), BREAKING, COMPATIBLE),
    ("an object is opened", |s, _| further(s, json!(false), json!({})), COMPATIBLE, BREAKING),
    ("further members get a type", |s, _| further(s, json!({}), json!({ "type": "string" })), BREAKING, COMPATIBLE),
    ("further members lose their type", |s, _| further(s, json!({ "type": "string" }), json!({})), COMPATIBLE, BREAKING),
    ("further members get another type", |s, _| further(s, json!({ "type": "string" }), json!({ "type": "array" })), BREAKING, BREAKING),
    ("a form comes", |s, _| push(s, "oneOf", json!({ "title": "Four", "type": "boolean" })), COMPATIBLE, BREAKING),
    ("a form goes", |s, r| { list(s, "oneOf").is_some_and(|all| { all.remove(r.usize(..all.len())); true }) }, BREAKING, COMPATIBLE),
    ("a form is listed twice", |s, _| { let first = s.get("oneOf").and_then(|all| all.get(0)).cloned(); first.is_some_and(|form| push(s, "oneOf", form)) }, BREAKING, BREAKING),
    ("one form becomes any", |s, _| rename(s, "oneOf", "anyOf"), BREAKING, BREAKING),
    ("forms are told apart by another member", |s, _| { has(s, "discriminator") && set(s, "discriminator", json!({ "propertyName": "type" })) }, BREAKING, BREAKING),
    ("forms are no longer told apart", |s, _| drop_key(s, "discriminator"), BREAKING, BREAKING),
    ("a plain schema becomes one of two", |s, _| { s["type"] == "string" && wrap(s, |old| json!({ "oneOf": [old, { "type": "object" }] })) }, COMPATIBLE, BREAKING),
    ("a plain schema becomes another choice", |s, _| { s["type"] == "boolean" && wrap(s, |_| json!({ "oneOf": [{ "type": "string" }, { "type": "object" }] })) }, BREAKING, BREAKING),
    ("a part of a conjunction asks for more", |s, _| { s["type"] == "string" && wrap(s, |old| json!({ "allOf": [old, { "minLength": 7 }] })) }, BREAKING, COMPATIBLE),
    ("a part of a conjunction requires a member", |s, _| has(s, "allOf") && push(s, "allOf", json!({ "required": ["part"] })), BREAKING, COMPATIBLE),
    ("a part of a conjunction goes", |s, _| list(s, "allOf").is_some_and(|all| all.pop().is_some()), BREAKING, BREAKING),
    ("something is excluded", |s, _| typed(s) && set(s, "not", json!({ "enum": ["n"] })), BREAKING, BREAKING),
    ("it is deprecated", |s, _| set(s, "deprecated", json!(true)), COMPATIBLE, COMPATIBLE),
    ("a keyword comes that no rule knows", |s, _| typed(s) && set(s, "contentEncoding", json!("base64")), BREAKING, BREAKING),
    ("an extension comes", |s, _| set(s, "x-audience", json!("all")), COMPATIBLE, COMPATIBLE),
    ("it is described", |s, _| set(s, "description", json!("Something else.")), DOCUMENTATION, DOCUMENTATION),
    ("it gets an example", |s, _| set(s, "example", json!("else")), DOCUMENTATION, DOCUMENTATION),
    ("a type gets another name", |s, _| s["title"] == "Letter" && set(s, "title", json!("Character")), BREAKING, BREAKING),
    ("it is wrapped", |s, _| s["deprecated"].is_null() && wrap(s, |old| json!({ "allOf": [old] })), NOTHING, NOTHING),
    ("it is a choice of one form", |s, _| wrap(s, |old| json!({ "oneOf": [old] })), NOTHING, NOTHING),
    ("zero is written out", |s, _| !has(s, "minLength") && s["type"] == "string" && set(s, "minLength", json!(0)), NOTHING, NOTHING),
    ("false is written out", |s, _| s["nullable"].is_null() && set(s, "nullable", json!(false)), NOTHING, NOTHING),
    ("a number is written otherwise", |s, _| has(s, "minimum") && set(s, "minimum", json!(1.0)), NOTHING, NOTHING),
    ("a bound of integers is written otherwise", |s, _| { s["type"] == "integer" && s["minimum"] == 1 && set(s, "minimum", json!(0)) && set(s, "exclusiveMinimum", json!(true)) }, NOTHING, NOTHING),
    ("values change places", |s, _| { list(s, "enum").is_some_and(|all| { all.reverse(); true }) }, NOTHING, NOTHING),
    ("required members change places", |s, _| { list(s, "required").is_some_and(|all| { all.reverse(); true }) }, NOTHING, NOTHING),
    ("members are split over parts", split, NOTHING, NOTHING),
    ("openness is written otherwise", |s, _| further(s, json!({}), json!(true)), NOTHING, NOTHING),
];

fn has(schema: &Value, key: &str) -> bool {
    schema.get(key).is_some()
}

fn typed(schema: &Value) -> bool {
    has(schema, "type")
}

fn open(schema: &Value) -> bool {
    schema["additionalProperties"] == json!({}) && has(schema, "properties")
}

fn replace(schema: &mut Value, key: &str, from: &str, to: Value) -> bool {
    if schema.get(key).is_none_or(|value| value != from) {
        return false;
    }
    if to.is_null() {
        drop_key(schema, key)
    } else {
        set(schema, key, to)
    }
}

fn further(schema: &mut Value, from: Value, to: Value) -> bool {
    schema.get("additionalProperties") == Some(&from) && set(schema, "additionalProperties", to)
}

fn wrap(schema: &mut Value, wrapped: fn(Value) -> Value) -> bool {
    let old = schema.take();
    *schema = wrapped(old);
    true
}

fn add(schema: &mut Value, name: &str, member: Value) -> bool {
    schema["properties"][name] = member;
    true
}

fn required(schema: &Value, name: &str) -> bool {
    schema["required"]
        .as_array()
        .is_some_and(|all| all.iter().any(|one| one == name))
}

fn require(schema: &mut Value, name: &str) -> bool {
    if !has(schema, "required") {
        schema["required"] = json!([]);
    }
    push(schema, "required", json!(name))
}

fn optional(schema: &mut Value, name: &str) -> bool {
    let Some(all) = list(schema, "required") else {
        return false;
    };
    let before = all.len();
    all.retain(|one| one != name);
    all.len() < before
}

/// A member of an object, chosen at random.
fn member(schema: &Value, random: &mut Rng) -> Option<String> {
    let names: Vec<&String> = schema.get("properties")?.as_object()?.keys().collect();
    Some(random.choice(names)?.clone())
}

fn remove(schema: &mut Value, random: &mut Rng) -> bool {
    let Some(name) = member(schema, random) else {
        return false;
    };
    optional(schema, &name);
    drop_key(&mut schema["properties"], &name)
}

fn flag_member(schema: &mut Value, random: &mut Rng, flag: &str) -> bool {
    let Some(name) = member(schema, random) else {
        return false;
    };
    let member = &mut schema["properties"][&name];
    member.get("$ref").is_none() && set(member, flag, json!(true))
}

/// The same object in two parts.
fn split(schema: &mut Value, random: &mut Rng) -> bool {
    let Some(name) = member(schema, random) else {
        return false;
    };
    let mut whole = schema.take();
    let apart = whole["properties"][&name].take();
    drop_key(&mut whole["properties"], &name);
    *schema = json!({ "allOf": [whole, { "type": "object", "properties": { name: apart } }] });
    true
}
