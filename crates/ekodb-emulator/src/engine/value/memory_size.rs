//! How much memory values take, roughly.

use serde_json::Value;

/// What a value takes by itself.
const VALUE: usize = 32;
/// What an object with members takes besides them.
const OBJECT: usize = 640;
/// What a text or a name takes besides its bytes.
const TEXT: usize = 32;

/// Returns how many bytes of memory a value takes, roughly.
pub(crate) fn memory_size(value: &Value) -> usize {
    VALUE
        + match value {
            Value::String(text) => TEXT + text.len(),
            Value::Array(items) => items.iter().map(memory_size).sum(),
            Value::Object(members) if !members.is_empty() => {
                let members = members.iter();
                OBJECT
                    + members
                        .map(|(name, value)| TEXT + name.len() + memory_size(value))
                        .sum::<usize>()
            }
            _ => 0,
        }
}
