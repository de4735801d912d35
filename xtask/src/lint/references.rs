//! References: where they lead, and what they hide.

use std::collections::HashSet;

use serde_json::Value;
use xtask::contract::{Document, items, members, step};

use super::walk::walk;
use crate::finding::Finding;

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    dangling(document, &document.value, String::new(), findings);
    kinds(document, findings);
    cycles(document, findings);
}

/// References that lead nowhere.
fn dangling(document: &Document, node: &Value, pointer: String, findings: &mut Vec<Finding>) {
    match node {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                let target = reference
                    .strip_prefix('#')
                    .and_then(|target| document.value.pointer(target));
                if target.is_none() {
                    findings.push(Finding {
                        rule: "dangling-reference",
                        pointer: step(&pointer, "$ref"),
                        problem: format!("`{reference}` leads nowhere"),
                        mend: "name something under `components` of this document, such as `#/components/schemas/Health`".to_owned(),
                    });
                }
            }
            for (name, member) in members {
                // Examples are data.
                if name != "example" && name != "examples" {
                    dangling(document, member, step(&pointer, name), findings);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                dangling(document, item, step(&pointer, &index.to_string()), findings);
            }
        }
        _ => {}
    }
}

/// References to another kind of thing, and what stands beside a reference.
fn kinds(document: &Document, findings: &mut Vec<Finding>) {
    walk(document, &mut |kind, pointer, value| {
        let grammar = kind.grammar();
        let (Some(reference), Some(component)) =
            (value.get("$ref").and_then(Value::as_str), grammar.component)
        else {
            return;
        };
        let home = format!("#/components/{component}/");
        let exists = reference
            .strip_prefix('#')
            .and_then(|target| document.value.pointer(target))
            .is_some();
        let direct = reference
            .strip_prefix(&home)
            .is_some_and(|name| !name.contains('/'));
        if exists && !direct {
            findings.push(Finding {
                rule: "reference-kind",
                pointer: step(pointer, "$ref"),
                problem: format!(
                    "`{reference}` stands where {} must, and the generator finds it by its last part only",
                    grammar.name
                ),
                mend: format!("refer to something directly under `{home}`"),
            });
        }
        for (key, _) in members(Some(value)).filter(|(key, _)| *key != "$ref") {
            findings.push(Finding {
                rule: "reference-sibling",
                pointer: step(pointer, key),
                problem: format!("`{key}` stands beside a `$ref`: OpenAPI 3.0 ignores it"),
                mend: if component == "schemas" {
                    "write `allOf: [{ $ref: ... }]` in place of the `$ref` to keep it".to_owned()
                } else {
                    format!("move it to `{reference}`, or write the whole thing here")
                },
            });
        }
    });
}

/// Schemas that are made of themselves.
fn cycles(document: &Document, findings: &mut Vec<Finding>) {
    let schemas = document.value.pointer("/components/schemas");
    for (name, schema) in members(schemas) {
        let pointer = step("/components/schemas", name);
        let mut seen = HashSet::new();
        let mut todo = ingredients(schema);
        while let Some(next) = todo.pop() {
            if !seen.insert(next) {
                continue;
            }
            if let Some(target) = document.value.pointer(next) {
                todo.extend(ingredients(target));
            }
        }
        if seen.contains(pointer.as_str()) {
            findings.push(Finding {
                rule: "reference-cycle",
                pointer,
                problem: format!("`{name}` is made of itself"),
                mend: "let it refer to itself in a member or in the items of a list only"
                    .to_owned(),
            });
        }
    }
}

/// The schemas that one is, or is put together from.
fn ingredients(schema: &Value) -> Vec<&str> {
    std::iter::once(schema)
        .chain(items(schema.get("allOf")))
        .filter_map(|part| part.get("$ref")?.as_str()?.strip_prefix('#'))
        .collect()
}
