//! References that lead nowhere.

use serde_json::Value;

use crate::{
    document::{Document, step},
    finding::Finding,
};

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    walk(document, &document.value, String::new(), findings);
}

fn walk(document: &Document, node: &Value, pointer: String, findings: &mut Vec<Finding>) {
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
                    walk(document, member, step(&pointer, name), findings);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(document, item, step(&pointer, &index.to_string()), findings);
            }
        }
        _ => {}
    }
}
