//! What a person needs to be told.

use std::collections::BTreeMap;

use serde_json::Value;
use xtask::contract::{Document, Kind, items, members, step, text, walk::walk};

use crate::finding::Finding;

/// A summary is a line in a table of contents.
const LONGEST_SUMMARY: usize = 80;

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    let tags = tags(document, findings);
    for operation in document.operations() {
        let name = operation.name();
        let mut report = |rule, member: &str, problem: &str, fix: &str| {
            findings.push(Finding {
                rule,
                pointer: match member {
                    "" => operation.node.pointer.clone(),
                    member => step(&operation.node.pointer, member),
                },
                problem: format!("{name} {problem}"),
                fix: fix.to_owned(),
            });
        };
        let summary = operation.text("summary").trim();
        if summary.is_empty() {
            report(
                "summary-missing",
                "",
                "has no summary",
                "write `summary:` and what it does, in a few words",
            );
        } else if summary.ends_with('.') || summary.chars().count() > LONGEST_SUMMARY {
            report(
                "summary-form",
                "summary",
                "has a summary that is a sentence",
                "a few words without a full stop, at most 80 letters",
            );
        }
        if operation.text("description").trim().is_empty() {
            report(
                "description-missing",
                "",
                "has no description",
                "write what it changes, who may call it, and where the evidence is thin",
            );
        }
        let own: Vec<&str> = items(operation.node.value.get("tags"))
            .filter_map(Value::as_str)
            .collect();
        match own.as_slice() {
            [tag] if tags.contains_key(*tag) => {}
            [tag] => report(
                "tag-unknown",
                "tags",
                &format!("has the tag `{tag}`, which is not declared"),
                "add it under `tags:`, with a description",
            ),
            _ => report(
                "tag-count",
                "tags",
                "does not have exactly one tag",
                "write `tags: [Collections]` or another of the document's",
            ),
        }
        if operation.node.value.get("x-ekodb-evidence").is_none() {
            report(
                "evidence-missing",
                "",
                "does not say where it is known from",
                "write `x-ekodb-evidence:` and one of documented, recorded, tested, inferred",
            );
        }
    }
    parameters(document, findings);
    schemas(document, findings);
}

fn tags<'a>(document: &'a Document, findings: &mut Vec<Finding>) -> BTreeMap<&'a str, &'a Value> {
    let mut tags = BTreeMap::new();
    for (index, tag) in items(document.value.get("tags")).enumerate() {
        let name = text(tag, "name");
        if !described(tag) {
            findings.push(undescribed(
                &format!("/tags/{index}"),
                &format!("the tag `{name}`"),
            ));
        }
        tags.insert(name, tag);
    }
    tags
}

fn parameters(document: &Document, findings: &mut Vec<Finding>) {
    walk(document, &mut |kind, pointer, parameter| {
        if kind == Kind::Parameter && parameter.get("$ref").is_none() && !described(parameter) {
            let name = text(parameter, "name");
            findings.push(undescribed(pointer, &format!("the parameter `{name}`")));
        }
    });
}

fn schemas(document: &Document, findings: &mut Vec<Finding>) {
    for (name, schema) in members(document.value.pointer("/components/schemas")) {
        let pointer = step("/components/schemas", name);
        if !described(schema) {
            findings.push(undescribed(&pointer, &format!("the schema `{name}`")));
        }
        for (property, value) in members(schema.get("properties")) {
            if value.get("$ref").is_none() && !described(value) {
                let pointer = step(&step(&pointer, "properties"), property);
                findings.push(undescribed(&pointer, &format!("`{property}` of `{name}`")));
            }
        }
    }
}

fn described(value: &Value) -> bool {
    !text(value, "description").trim().is_empty()
}

fn undescribed(pointer: &str, what: &str) -> Finding {
    Finding {
        rule: "description-missing",
        pointer: pointer.to_owned(),
        problem: format!("{what} has no description"),
        fix: "write `description:` and what it is, with its unit and its default if it has one"
            .to_owned(),
    }
}
