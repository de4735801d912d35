//! Keys that OpenAPI 3.0 does not have: the generator ignores them in silence.

use serde_json::Value;

use super::{METHODS, members, operations};
use crate::{
    document::{Document, step},
    finding::Finding,
};

const ROOT: &[&str] = &[
    "openapi",
    "info",
    "servers",
    "paths",
    "components",
    "security",
    "tags",
    "externalDocs",
];
const COMPONENTS: &[&str] = &[
    "schemas",
    "responses",
    "parameters",
    "examples",
    "requestBodies",
    "headers",
    "securitySchemes",
    "links",
    "callbacks",
];
const PATH_ITEM: &[&str] = &["$ref", "summary", "description", "servers", "parameters"];
const OPERATION: &[&str] = &[
    "tags",
    "summary",
    "description",
    "externalDocs",
    "operationId",
    "parameters",
    "requestBody",
    "responses",
    "callbacks",
    "deprecated",
    "security",
    "servers",
];
const SCHEMA: &[&str] = &[
    "$ref",
    "title",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
    "required",
    "enum",
    "type",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
    "items",
    "properties",
    "additionalProperties",
    "description",
    "format",
    "default",
    "nullable",
    "discriminator",
    "readOnly",
    "writeOnly",
    "xml",
    "externalDocs",
    "example",
    "deprecated",
];
const EXTENSIONS: &[&str] = &[
    "x-ekodb-privilege",
    "x-ekodb-idempotent",
    "x-ekodb-evidence",
    "x-ekodb-assumption",
];

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    let root = &document.value;
    object(root, "", "the document", ROOT, findings);
    if let Some(components) = root.get("components") {
        object(
            components,
            "/components",
            "`components`",
            COMPONENTS,
            findings,
        );
    }
    let path_item: Vec<&str> = PATH_ITEM.iter().chain(&METHODS).copied().collect();
    for (path, item) in members(root.get("paths")) {
        object(item, &step("/paths", path), "a path", &path_item, findings);
    }
    for operation in operations(document) {
        object(
            operation.value,
            &operation.pointer,
            "an operation",
            OPERATION,
            findings,
        );
        for (key, _) in members(Some(operation.value)) {
            if key.starts_with("x-ekodb-") && !EXTENSIONS.contains(&key) {
                findings.push(unknown(
                    &step(&operation.pointer, key),
                    "an operation",
                    key,
                    EXTENSIONS,
                ));
            }
        }
    }
    super::schemas::walk(document, &mut |pointer, schema| {
        object(schema, pointer, "a schema", SCHEMA, findings);
    });
}

fn object(value: &Value, pointer: &str, what: &str, known: &[&str], findings: &mut Vec<Finding>) {
    for (key, _) in members(Some(value)) {
        if !key.starts_with("x-") && !known.contains(&key) {
            findings.push(unknown(&step(pointer, key), what, key, known));
        }
    }
}

fn unknown(pointer: &str, what: &str, key: &str, known: &[&str]) -> Finding {
    let nearest = known
        .iter()
        .max_by(|a, b| likeness(a, key).total_cmp(&likeness(b, key)));
    let mend = match nearest {
        Some(near) if likeness(near, key) > 0.6 => format!("write `{near}`, or remove it"),
        _ => "remove it, or begin it with `x-`".to_owned(),
    };
    Finding {
        rule: "unknown-key",
        pointer: pointer.to_owned(),
        problem: format!("{what} has no member `{key}` in OpenAPI 3.0: it would be ignored"),
        mend,
    }
}

fn likeness(one: &str, other: &str) -> f32 {
    similar::TextDiff::from_chars(one, other).ratio()
}
