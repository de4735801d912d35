//! Components that nobody refers to, secrets that are not marked, errors that are not told.

use std::collections::BTreeSet;

use serde_json::Value;
use xtask::contract::{Document, members, step, text, walk};

use crate::finding::Finding;

/// Names that hold an API key or a token wherever they stand.
const SECRETS: [&str; 4] = ["api_key", "key", "token", "secret"];
/// The schema that says of a `key` that it is a key of the KV store, which is not a secret.
const KV_KEY: &str = "#/components/schemas/KvKey";

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    unused(document, findings);
    errors(document, findings);
    walk::schemas(document, &mut |pointer, schema| {
        for (name, property) in members(schema.get("properties")) {
            let pointer = step(&step(pointer, "properties"), name);
            secret(document, name, property, &pointer, findings);
        }
    });
}

fn unused(document: &Document, findings: &mut Vec<Finding>) {
    let mut used = BTreeSet::new();
    references(&document.value, &mut used);
    for (kind, components) in members(document.value.get("components")) {
        // A security scheme is named, not referred to.
        if kind == "securitySchemes" {
            continue;
        }
        for (name, _) in members(Some(components)) {
            let pointer = step(&step("/components", kind), name);
            if !used.contains(&format!("#{pointer}")) {
                findings.push(Finding {
                    rule: "component-unused",
                    pointer,
                    problem: format!("nothing refers to `{name}`"),
                    fix: "remove it, or refer to it where it is meant".to_owned(),
                });
            }
        }
    }
}

fn references(node: &Value, used: &mut BTreeSet<String>) {
    match node {
        Value::Object(all) => {
            if let Some(Value::String(reference)) = all.get("$ref") {
                used.insert(reference.clone());
            }
            all.values().for_each(|member| references(member, used));
        }
        Value::Array(all) => all.iter().for_each(|item| references(item, used)),
        _ => {}
    }
}

fn errors(document: &Document, findings: &mut Vec<Finding>) {
    for operation in document.operations() {
        for status in ["4XX", "5XX"] {
            if !operation.responses().contains_key(status) {
                findings.push(Finding {
                    rule: "errors-untold",
                    pointer: step(&operation.node.pointer, "responses"),
                    problem: format!(
                        "{} does not say what its {status} replies are",
                        operation.name()
                    ),
                    fix: format!(
                        "refer to the shared response under `{status}:`, as the other operations do"
                    ),
                });
            }
        }
    }
}

fn secret(
    document: &Document,
    name: &str,
    property: &Value,
    pointer: &str,
    findings: &mut Vec<Finding>,
) {
    if !SECRETS.contains(&name) {
        return;
    }
    let part = property.pointer("/allOf/0").unwrap_or(property);
    if part.get("$ref").is_some_and(|target| target == KV_KEY) {
        return;
    }
    let schema = document.resolve(part);
    if text(schema, "type") == "string" && text(schema, "format") != "password" {
        findings.push(Finding {
            rule: "secret-unmarked",
            pointer: pointer.to_owned(),
            problem: format!("`{name}` holds a secret, but is not marked as one"),
            fix: "refer to `#/components/schemas/SecretString`, which is `format: password` and is never printed".to_owned(),
        });
    }
}
