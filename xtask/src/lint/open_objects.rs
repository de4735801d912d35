//! Replies keep what a newer server adds.

use std::collections::HashSet;

use serde_json::Value;
use xtask::contract::{Document, items, members, step};

use crate::finding::Finding;

/// Objects that drop members.
pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    schemas(document, &mut |pointer, schema| {
        if schema.get("properties").is_some() && schema.get("additionalProperties").is_none() {
            findings.push(Finding {
                rule: "lossy-reply",
                pointer: pointer.to_owned(),
                problem:
                    "the object is part of a reply, and drops the members that a newer server adds"
                        .to_owned(),
                fix: "write `additionalProperties: {}` to keep them".to_owned(),
            });
        }
    });
}

/// Lists of values that cannot grow. One value alone is a constant, which tells the forms of a
/// choice apart.
pub(super) fn closed_lists(document: &Document, findings: &mut Vec<Finding>) {
    schemas(document, &mut |pointer, schema| {
        let values = items(schema.get("enum")).filter(|value| !value.is_null());
        if values.count() > 1 {
            findings.push(Finding {
                rule: "closed-list",
                pointer: step(pointer, "enum"),
                problem:
                    "the list is part of a reply, which cannot be read if a newer server sends another value"
                        .to_owned(),
                fix: "write `x-extensible-enum`, which names the known values and allows others"
                    .to_owned(),
            });
        }
    });
}

/// Shows every schema of a reply to `visit`, shared ones once.
fn schemas<'a>(document: &'a Document, visit: &mut dyn FnMut(&str, &'a Value)) {
    let mut replies = Replies {
        document,
        seen: HashSet::new(),
        visit,
    };
    for operation in document.operations() {
        let responses = step(&operation.node.pointer, "responses");
        for (status, response) in members(operation.node.value.get("responses")) {
            replies.response(response, &step(&responses, status));
        }
    }
}

struct Replies<'a, 'v> {
    document: &'a Document,
    /// The references that have been followed.
    seen: HashSet<&'a str>,
    visit: &'v mut dyn FnMut(&str, &'a Value),
}

impl<'a> Replies<'a, '_> {
    fn response(&mut self, response: &'a Value, pointer: &str) {
        let Some((response, pointer)) = self.follow(response, pointer) else {
            return;
        };
        for (media_type, media) in members(response.get("content")) {
            if let Some(schema) = media.get("schema") {
                let media = step(&step(&pointer, "content"), media_type);
                self.schema(schema, &step(&media, "schema"));
            }
        }
    }

    fn schema(&mut self, schema: &'a Value, pointer: &str) {
        let Some((schema, pointer)) = self.follow(schema, pointer) else {
            return;
        };
        (self.visit)(&pointer, schema);
        for (name, property) in members(schema.get("properties")) {
            self.schema(property, &step(&step(&pointer, "properties"), name));
        }
        for keyword in ["items", "additionalProperties"] {
            if let Some(inner) = schema.get(keyword) {
                self.schema(inner, &step(&pointer, keyword));
            }
        }
        for keyword in ["allOf", "oneOf", "anyOf"] {
            for (index, part) in items(schema.get(keyword)).enumerate() {
                let place = step(&step(&pointer, keyword), &index.to_string());
                self.schema(part, &place);
            }
        }
    }

    /// What a reference leads to, with its place, and anything else itself; none where it has been
    /// seen.
    fn follow(&mut self, node: &'a Value, pointer: &str) -> Option<(&'a Value, String)> {
        let Some(reference) = node.get("$ref").and_then(Value::as_str) else {
            return Some((node, pointer.to_owned()));
        };
        if !self.seen.insert(reference) {
            return None;
        }
        let pointer = reference.strip_prefix('#')?;
        let target = self.document.value.pointer(pointer)?;
        self.follow(target, pointer)
    }
}
