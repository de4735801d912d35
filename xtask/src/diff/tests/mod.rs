mod cases;
mod edits;
mod robustness;
mod written;

use serde_json::{Value, json};
use xtask::contract::Document;

use super::Comparison;

/// A document around the members given, with one operation where `fragment` has no paths.
pub(super) fn document(version: &str, fragment: &Value) -> Document {
    let mut document = json!({
        "openapi": "3.0.3",
        "info": { "title": "Case", "version": version },
        "paths": {},
    });
    merge(&mut document, fragment);
    Document::new(document)
}

pub(super) fn compare(base: &Value, revision: &Value) -> Comparison {
    Comparison::new(&document("1.0.0", base), &document("1.0.0", revision))
        .expect("both documents are sound")
}

fn merge(target: &mut Value, source: &Value) {
    match (target, source) {
        (Value::Object(target), Value::Object(source)) => {
            for (key, value) in source {
                merge(target.entry(key).or_insert(Value::Null), value);
            }
        }
        (target, source) => *target = source.clone(),
    }
}
