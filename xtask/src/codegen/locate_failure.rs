//! Where the generator failed: it does not say, so it is asked again about one part of the document
//! at a time.

use std::collections::BTreeSet;
use xtask::contract::{Document, members, step};

use openapiv3::OpenAPI;
use serde_json::{Map, Value, json};

use crate::finding::Finding;

/// The schemas that the generator fails on even alone; if there are none, the operations.
///
/// `failure` runs the generator and gives the reason, if it fails.
pub(super) fn find(
    document: &Document,
    failure: &dyn Fn(&OpenAPI) -> Option<String>,
) -> Vec<Finding> {
    let schemas: Vec<Part<'_>> = members(document.value.pointer("/components/schemas"))
        .filter_map(|(name, schema)| {
            let pointer = step("/components/schemas", name);
            Part::fails(document, pointer, schema, None, failure)
        })
        .collect();
    if !schemas.is_empty() {
        return innermost(&schemas);
    }
    let operations: Vec<Part<'_>> = document
        .operations()
        .iter()
        .filter_map(|operation| {
            let mut item = Map::new();
            if let Some(parameters) = operation.item.value.get("parameters") {
                item.insert("parameters".to_owned(), parameters.clone());
            }
            item.insert(operation.method.to_owned(), operation.node.value.clone());
            let paths = json!({ operation.path: item });
            let pointer = operation.node.pointer.clone();
            Part::fails(
                document,
                pointer,
                operation.item.value,
                Some(paths),
                failure,
            )
        })
        .collect();
    operations.iter().map(Part::finding).collect()
}

/// A part of the document that the generator fails on.
struct Part<'a> {
    pointer: String,
    /// What it refers to, and what that refers to.
    needs: BTreeSet<&'a str>,
    reason: String,
}

impl<'a> Part<'a> {
    fn fails(
        document: &'a Document,
        pointer: String,
        value: &'a Value,
        paths: Option<Value>,
        failure: &dyn Fn(&OpenAPI) -> Option<String>,
    ) -> Option<Self> {
        let mut needs = BTreeSet::new();
        references(document, value, &mut needs);
        let mut alone = json!({
            "openapi": document.value.get("openapi"),
            "info": document.value.get("info"),
            "paths": paths.unwrap_or_else(|| json!({})),
            "components": {},
        });
        for target in needs.iter().copied().chain([pointer.as_str()]) {
            let mut steps = target.split('/').skip(2);
            if let (Some(section), Some(name), Some(part), true) = (
                steps.next(),
                steps.next(),
                document.value.pointer(target),
                target.starts_with("/components/"),
            ) {
                alone["components"][section][name] = part.clone();
            }
        }
        let alone = serde_json::from_value(alone).ok()?;
        let reason = failure(&alone)?;
        Some(Self {
            pointer,
            needs,
            reason,
        })
    }

    fn finding(&self) -> Finding {
        Finding {
            rule: "generator",
            pointer: self.pointer.clone(),
            problem: self.reason.clone(),
            fix: "write it in another way; and add a rule to xtask/src/lint that says so, for the next person".to_owned(),
        }
    }
}

/// Those that do not fail because of another one that they refer to.
fn innermost(parts: &[Part<'_>]) -> Vec<Finding> {
    parts
        .iter()
        .filter(|part| {
            !parts.iter().any(|other| {
                other.pointer != part.pointer
                    && part.needs.contains(other.pointer.as_str())
                    // Of two that refer to each other, both are named.
                    && !other.needs.contains(part.pointer.as_str())
            })
        })
        .map(Part::finding)
        .collect()
}

fn references<'a>(document: &'a Document, node: &'a Value, found: &mut BTreeSet<&'a str>) {
    match node {
        Value::Object(object) => {
            let target = object
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|reference| reference.strip_prefix('#'));
            if let Some(target) = target
                && found.insert(target)
                && let Some(next) = document.value.pointer(target)
            {
                references(document, next, found);
            }
            for member in object.values() {
                references(document, member, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                references(document, item, found);
            }
        }
        _ => {}
    }
}
