//! Components that types written by hand stand for.
//!
//! The generator takes such a type whatever the schema says, so the schema must be the one that the
//! type was written for.

use serde_json::{Map, Value, json};
use xtask::contract::{Document, step};

use crate::finding::Finding;

/// Keywords that are for people.
const TEXTS: [&str; 4] = ["title", "description", "example", "externalDocs"];

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    let schemas = "/components/schemas";
    let replaced = [
        (
            "SecretString",
            json!({ "type": "string", "format": "password" }),
        ),
        (
            "NullableStringList",
            json!({ "type": "array", "nullable": true, "items": { "type": "string" } }),
        ),
        (
            "KeyId",
            json!({ "type": "string", "pattern": "^([0-9a-f]{32}|me)$" }),
        ),
    ];
    for (name, expected) in replaced {
        let pointer = step(schemas, name);
        if let Some(found) = document.value.pointer(&pointer)
            && without_texts(found) != expected
        {
            findings.push(Finding {
                rule: "schema-replaced",
                pointer,
                problem: format!(
                    "`{name}` is not `{expected}`, for which the type of this name in `ekodb-api` is written by hand"
                ),
                fix: "write it so, or give the schema another name".to_owned(),
            });
        }
    }
    let operations = document.operations();
    if !operations.is_empty()
        && document
            .value
            .pointer(&step(schemas, "ErrorReply"))
            .is_none()
    {
        findings.push(Finding {
            rule: "error-reply-missing",
            pointer: schemas.to_owned(),
            problem: "there is no `ErrorReply`, of which the errors of `ekodb-api` are made"
                .to_owned(),
            fix: "add it, and refer to it from the responses `4XX` and `5XX`".to_owned(),
        });
    }
}

/// What a schema demands.
fn without_texts(schema: &Value) -> Value {
    let Value::Object(members) = schema else {
        return schema.clone();
    };
    let demands = members
        .iter()
        .filter(|(key, _)| !TEXTS.contains(&key.as_str()));
    let demands = demands.map(|(key, value)| match key.as_str() {
        "items" => (key.clone(), without_texts(value)),
        _ => (key.clone(), value.clone()),
    });
    demands.collect::<Map<_, _>>().into()
}
