//! Random documents, in which every operation has schemas of its own.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::diff::change::Side;

/// How many operations a document has.
pub(super) const OPERATIONS: usize = 2;

pub(super) fn path(operation: usize) -> String {
    format!("/things{operation}/{{id}}")
}

/// A document with operations that use a bit of everything.
pub(super) fn random(random: &mut Rng) -> Value {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    for number in 0..OPERATIONS {
        let named = |side: &str, random: &mut Rng, schemas: &mut Map<String, Value>| {
            let name = format!("{side}{number}");
            schemas.insert(name.clone(), object(random, 2));
            json!({ "$ref": format!("#/components/schemas/{name}") })
        };
        let (sent, received) = (
            named("Sent", random, &mut schemas),
            named("Received", random, &mut schemas),
        );
        let body = |schema: Value, inline: Value| {
            json!({ "application/json": { "schema": {
                "type": "object",
                "required": ["named"],
                "properties": { "named": schema, "inline": inline },
                "additionalProperties": {},
            } }, "application/cbor": {} })
        };
        paths.insert(path(number), json!({
            "parameters": [{ "in": "path", "name": "id", "required": true, "schema": { "type": "string" } }],
            "post": {
                "operationId": format!("do_{number}"),
                "summary": "Do it",
                "tags": ["Things"],
                "security": [{ "bearer": [] }, { "key": [], "bearer": [] }],
                "x-ekodb-privilege": "write",
                "x-ekodb-idempotent": true,
                "parameters": [
                    { "in": "query", "name": "limit", "schema": { "type": "integer", "minimum": 1, "maximum": 99, "default": 10 } },
                    { "in": "query", "name": "needed", "required": true, "schema": { "type": "array", "items": { "type": "string" } } },
                ],
                "requestBody": { "content": body(sent, schema(random, 2)) },
                "responses": {
                    "200": {
                        "description": "Done.",
                        "headers": { "X-Count": { "required": true, "schema": { "type": "integer" } } },
                        "content": body(received, schema(random, 2)),
                    },
                    "4XX": { "description": "Failed.", "content": { "application/json": { "schema": error() } } },
                },
            },
        }));
    }
    json!({
        "openapi": "3.0.3",
        "info": { "title": "T", "version": "1.0.0" },
        "servers": [
            { "url": "https://{host}", "variables": { "host": { "default": "a", "enum": ["a", "b"] } } },
            { "url": "https://second" },
        ],
        "tags": [{ "name": "Things" }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer" },
                "key": { "type": "apiKey", "in": "header", "name": "X-Key" },
            },
        },
    })
}

fn error() -> Value {
    json!({ "type": "object", "properties": { "error": { "type": "string" } }, "additionalProperties": {} })
}

fn object(random: &mut Rng, depth: usize) -> Value {
    let mut properties = Map::new();
    for name in ["a", "b", "c", "d"].iter().take(1 + random.usize(..3)) {
        properties.insert((*name).to_owned(), schema(random, depth - 1));
    }
    let names: Vec<String> = properties.keys().cloned().collect();
    let required: Vec<String> = names.into_iter().filter(|_| random.bool()).collect();
    let further = match random.u8(..3) {
        0 => json!({}),
        1 => json!({ "type": "string" }),
        _ => json!(false),
    };
    json!({ "type": "object", "description": "A thing.", "required": required, "properties": properties, "additionalProperties": further })
}

fn schema(random: &mut Rng, depth: usize) -> Value {
    match random.u8(..if depth == 0 { 5 } else { 9 }) {
        0 => {
            json!({ "type": "string", "minLength": 2, "maxLength": 9, "pattern": "^a", "example": "ab" })
        }
        1 => {
            json!({ "type": "integer", "format": "int32", "minimum": 1, "maximum": 50, "default": 10 })
        }
        2 => json!({ "type": "number", "minimum": 1, "multipleOf": 2 }),
        3 => {
            json!({ "type": "string", "enum": ["x", "y", "z"], "nullable": true, "title": "Letter" })
        }
        4 => json!({ "type": "boolean", "description": "Yes or no." }),
        5 => json!({ "type": "array", "maxItems": 5, "items": schema(random, depth - 1) }),
        6 => json!({
            "oneOf": [
                { "title": "One", "type": "object", "properties": { "one": schema(random, depth - 1) } },
                { "title": "Two", "type": "object", "properties": { "two": { "type": "string" } } },
                { "title": "Three", "type": "integer" },
            ],
            "discriminator": { "propertyName": "kind" },
        }),
        7 => {
            json!({ "allOf": [object(random, depth), { "type": "object", "properties": { "part": { "type": "string" } } }] })
        }
        _ => object(random, depth),
    }
}

/// The places of all schemas of an operation.
pub(super) fn schemas(document: &Value, operation: usize) -> Vec<(Side, String)> {
    let mut found = Vec::new();
    let base = format!("/paths/{}/post", path(operation).replace('/', "~1"));
    let json = "content/application~1json/schema";
    for (side, pointer) in [
        (Side::Request, format!("{base}/parameters/0/schema")),
        (Side::Request, format!("{base}/parameters/1/schema")),
        (Side::Request, format!("{base}/requestBody/{json}")),
        (
            Side::Request,
            format!("/components/schemas/Sent{operation}"),
        ),
        (Side::Response, format!("{base}/responses/200/{json}")),
        (Side::Response, format!("{base}/responses/4XX/{json}")),
        (
            Side::Response,
            format!("/components/schemas/Received{operation}"),
        ),
    ] {
        inner(document, side, pointer, &mut found);
    }
    found
}

fn inner(document: &Value, side: Side, pointer: String, found: &mut Vec<(Side, String)>) {
    let Some(Value::Object(schema)) = document.pointer(&pointer) else {
        return;
    };
    if schema.contains_key("$ref") {
        return;
    }
    for (key, value) in schema {
        match (key.as_str(), value) {
            ("properties", Value::Object(members)) => {
                for name in members.keys() {
                    inner(
                        document,
                        side,
                        format!("{pointer}/properties/{name}"),
                        found,
                    );
                }
            }
            ("items" | "additionalProperties", Value::Object(_)) => {
                inner(document, side, format!("{pointer}/{key}"), found);
            }
            ("oneOf" | "allOf", Value::Array(parts)) => {
                for index in 0..parts.len() {
                    inner(document, side, format!("{pointer}/{key}/{index}"), found);
                }
            }
            _ => {}
        }
    }
    found.push((side, pointer));
}
