//! Filters, and a collection with a rule.

use serde_json::{Value, json};

use crate::support::Admin;

pub(super) fn condition(field: &str, operator: &str, value: Value) -> Value {
    json!({ "type": "Condition", "content": { "field": field, "operator": operator, "value": value } })
}

pub(super) fn logical(operator: &str, expressions: Value) -> Value {
    json!({ "type": "Logical", "content": { "operator": operator, "expressions": expressions } })
}

/// A collection `t`, in which the values of a field are unique.
pub(super) async fn with_unique(field: &str, field_type: &str) -> Admin {
    let admin = Admin::plain().await;
    let unique = json!({ "field_type": field_type, "unique": true });
    admin.with_schema("t", json!({ field: unique })).await;
    admin
}
