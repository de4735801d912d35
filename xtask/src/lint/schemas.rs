//! Schemas that the generator cannot turn into types.

use serde_json::Value;

use super::{items, members, operations};
use crate::{
    document::{Document, step},
    finding::Finding,
};

const TYPES: [&str; 6] = ["string", "number", "integer", "boolean", "array", "object"];

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    walk(document, &mut |pointer, schema| {
        let mut report = |rule, member: &str, problem: String, mend: &str| {
            findings.push(Finding {
                rule,
                pointer: step(pointer, member),
                problem,
                mend: mend.to_owned(),
            });
        };
        if let Some(kind) = schema.get("type") {
            match kind.as_str() {
                Some("array") if schema.get("items").is_none() => report(
                    "array-items",
                    "type",
                    "an array without `items`".to_owned(),
                    "say what it holds; `items: {}` allows anything",
                ),
                Some(kind) if TYPES.contains(&kind) => {}
                _ => report(
                    "schema-type",
                    "type",
                    format!("{kind} is no type"),
                    "write string, number, integer, boolean, array or object; for null, write `nullable: true`",
                ),
            }
        }
        match schema.get("additionalProperties") {
            Some(Value::Bool(false)) => report(
                "closed-object",
                "additionalProperties",
                "the object is closed: a newer server that adds a member would break every client"
                    .to_owned(),
                "leave it out, or write `additionalProperties: {}` to keep unknown members",
            ),
            Some(Value::Bool(true)) => report(
                "lossy-object",
                "additionalProperties",
                "`true` drops unknown members in silence".to_owned(),
                "write `additionalProperties: {}` to keep them",
            ),
            _ => {}
        }
    });
}

/// Shows every schema of the document to `visit`, each with its JSON pointer.
pub(super) fn walk(document: &Document, visit: &mut dyn FnMut(&str, &Value)) {
    let components = document.value.get("components");
    for (name, value) in members(components.and_then(|all| all.get("schemas"))) {
        schema(value, &step("/components/schemas", name), visit);
    }
    for (name, value) in members(components.and_then(|all| all.get("parameters"))) {
        inner(
            value,
            "schema",
            &step("/components/parameters", name),
            visit,
        );
    }
    for (name, value) in members(components.and_then(|all| all.get("responses"))) {
        content(value, &step("/components/responses", name), visit);
    }
    for operation in operations(document) {
        for (index, parameter) in items(operation.value.get("parameters")).enumerate() {
            inner(
                parameter,
                "schema",
                &format!("{}/parameters/{index}", operation.pointer),
                visit,
            );
        }
        if let Some(body) = operation.value.get("requestBody") {
            content(body, &step(&operation.pointer, "requestBody"), visit);
        }
        for (status, response) in members(operation.value.get("responses")) {
            content(
                response,
                &step(&step(&operation.pointer, "responses"), status),
                visit,
            );
        }
    }
}

fn content(body: &Value, pointer: &str, visit: &mut dyn FnMut(&str, &Value)) {
    for (media_type, media) in members(body.get("content")) {
        inner(
            media,
            "schema",
            &step(&step(pointer, "content"), media_type),
            visit,
        );
    }
}

fn inner(parent: &Value, name: &str, pointer: &str, visit: &mut dyn FnMut(&str, &Value)) {
    if let Some(value) = parent.get(name) {
        schema(value, &step(pointer, name), visit);
    }
}

fn schema(value: &Value, pointer: &str, visit: &mut dyn FnMut(&str, &Value)) {
    visit(pointer, value);
    for (name, property) in members(value.get("properties")) {
        schema(property, &step(&step(pointer, "properties"), name), visit);
    }
    for keyword in ["items", "additionalProperties", "not"] {
        if value.get(keyword).is_some_and(Value::is_object) {
            inner(value, keyword, pointer, visit);
        }
    }
    for keyword in ["allOf", "oneOf", "anyOf"] {
        for (index, part) in items(value.get(keyword)).enumerate() {
            schema(part, &format!("{pointer}/{keyword}/{index}"), visit);
        }
    }
}
