//! Short ways to write filters.

use serde_json::{Value, json};

pub(super) fn condition(field: &str, operator: &str, value: Value) -> Value {
    json!({ "type": "Condition", "content": { "field": field, "operator": operator, "value": value } })
}

pub(super) fn logical(operator: &str, expressions: Value) -> Value {
    json!({ "type": "Logical", "content": { "operator": operator, "expressions": expressions } })
}
