//! An example, decoded and encoded again, says the same.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Decodes and encodes an example. Members that mean the same as their absence are left out of the
/// comparison: null, false, and what is empty.
pub(crate) fn round_trip<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(
    place: &str,
    json: &str,
) {
    let decoded: T = serde_json::from_str(json)
        .unwrap_or_else(|error| panic!("{place}: {json} cannot be decoded: {error}"));
    let encoded = serde_json::to_value(&decoded).unwrap();
    let example: Value = serde_json::from_str(json).unwrap();
    assert_eq!(meaning(&encoded), meaning(&example), "{place}");
    let again: T = serde_json::from_value(encoded).unwrap();
    assert_eq!(again, decoded, "{place}");
}

fn meaning(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), meaning(member)))
            .filter(|(_, member)| !says_nothing(member))
            .collect(),
        Value::Array(items) => items.iter().map(meaning).collect(),
        // 1 and 1.0 are the same number.
        Value::Number(number) => number.as_f64().map_or(value.clone(), Value::from),
        value => value.clone(),
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}
