//! An example, decoded and encoded again, says the same.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Decodes and encodes an example: everything that it says is still there. A member that it leaves
/// out may come with its default. Members that mean the same as their absence are left out of the
/// comparison: null, false, and what is empty.
pub(crate) fn round_trip<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(
    place: &str,
    json: &str,
) {
    let decoded: T = serde_json::from_str(json)
        .unwrap_or_else(|error| panic!("{place}: {json} cannot be decoded: {error}"));
    let encoded = serde_json::to_value(&decoded).unwrap();
    let example: Value = serde_json::from_str(json).unwrap();
    assert!(
        says_all(&encoded, &example),
        "{place}: {example} became {encoded}"
    );
    let again: T = serde_json::from_value(encoded).unwrap();
    assert_eq!(again, decoded, "{place}");
}

fn says_all(encoded: &Value, example: &Value) -> bool {
    match (encoded, example) {
        (Value::Object(encoded), Value::Object(example)) => example.iter().all(|(name, member)| {
            let encoded = encoded.get(name).unwrap_or(&Value::Null);
            says_nothing(member) && says_nothing(encoded) || says_all(encoded, member)
        }),
        (Value::Array(encoded), Value::Array(example)) => {
            let mut items = encoded.iter().zip(example);
            encoded.len() == example.len()
                && items.all(|(encoded, example)| says_all(encoded, example))
        }
        // 1 and 1.0 are the same number.
        (Value::Number(encoded), Value::Number(example)) => encoded.as_f64() == example.as_f64(),
        _ => encoded == example,
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(says_nothing),
        _ => false,
    }
}
