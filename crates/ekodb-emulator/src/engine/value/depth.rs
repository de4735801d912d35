//! How deep values may be nested.

use serde_json::Value;

/// How deep lists and objects may be nested. Stored and sent values are wrapped, and JSON readers,
/// our own among them, stop at 128.
pub(crate) const DEEPEST: usize = 100;

/// Whether lists and objects are nested deeper than [`DEEPEST`].
pub(crate) fn is_too_deep(value: &Value) -> bool {
    fn exceeds(value: &Value, left: usize) -> bool {
        let within = |value: &Value| left == 0 || exceeds(value, left - 1);
        match value {
            Value::Array(items) => items.iter().any(within),
            Value::Object(members) => members.values().any(within),
            _ => false,
        }
    }
    exceeds(value, DEEPEST)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nesting_is_counted_by_lists_and_objects() {
        let nested = |depth: usize| (0..depth).fold(json!(1), |inner, _| json!([inner]));
        assert!(!is_too_deep(&nested(DEEPEST)));
        assert!(is_too_deep(&nested(DEEPEST + 1)));
        assert!(is_too_deep(&json!({ "a": nested(DEEPEST) })));
    }
}
