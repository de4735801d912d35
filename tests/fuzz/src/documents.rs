//! Documents made of random bytes.

use serde_json::{Map, Value};

/// Three documents: the input as it is; one in which bytes stand for a part of JSON; and one that
/// is JSON, but for numbers that nobody can read, with names and texts of `words`.
pub fn documents(input: &[u8], words: &[&str]) -> [Vec<u8>; 3] {
    let mut parts = Vec::new();
    for byte in input {
        match PARTS.get(usize::from(*byte) / 8) {
            Some(part) => parts.extend_from_slice(part.as_bytes()),
            None => parts.push(*byte),
        }
    }
    let mut json = Vec::new();
    value(&mut input.iter().copied(), words, 0, &mut json);
    [input.to_vec(), parts, json]
}

/// A document like `example`, of which the bytes replace, remove, rename or repeat some parts.
pub fn variant(example: &Value, input: &[u8], words: &[&str]) -> Value {
    vary(example, &mut input.iter().copied(), words)
}

fn vary(example: &Value, bytes: &mut impl Iterator<Item = u8>, words: &[&str]) -> Value {
    let choice = bytes.next().unwrap_or(u8::MAX);
    let is_nested = example.is_array() || example.is_object();
    if choice < if is_nested { 16 } else { 64 } {
        let mut json = Vec::new();
        value(bytes, words, 0, &mut json);
        // A number that is too large is `null`.
        return serde_json::from_slice(&json).unwrap_or_default();
    }
    match example {
        Value::Object(members) => {
            let mut varied = Map::new();
            for (name, value) in members {
                let name = match bytes.next().unwrap_or(u8::MAX) {
                    0..16 => continue,
                    16..24 => words[usize::from(choice) % words.len()].to_owned(),
                    _ => name.clone(),
                };
                varied.insert(name, vary(value, bytes, words));
            }
            Value::Object(varied)
        }
        Value::Array(items) => {
            let mut varied = Vec::new();
            for item in items {
                let times = match bytes.next().unwrap_or(u8::MAX) {
                    0..16 => 0,
                    16..32 => 2,
                    _ => 1,
                };
                for _ in 0..times {
                    varied.push(vary(item, bytes, words));
                }
            }
            Value::Array(varied)
        }
        scalar => scalar.clone(),
    }
}

const PARTS: [&str; 28] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "{\"id\":\"a\",",
    "\"type\":\"Integer\"",
    "\"value\":",
    "null",
    "true",
    "0",
    "-1",
    "1e400",
    "0.5",
    "\\u0000",
    "\\ud800",
    "\\\"",
    "\u{2028}",
    " ",
    "(",
    ")",
    " and ",
    " >= ",
    "field",
    "(((((((((((((((((((((((((((((((",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
];

const NUMBERS: [&str; 8] = [
    "0",
    "-0.0",
    "1",
    "1e400",
    "0.1",
    "9223372036854775807",
    "18446744073709551616",
    "-1E-7",
];

/// Writes a value that the bytes choose.
fn value(bytes: &mut impl Iterator<Item = u8>, words: &[&str], depth: usize, json: &mut Vec<u8>) {
    let byte = bytes.next().unwrap_or_default();
    let (kind, rest) = (byte % 8, usize::from(byte / 8));
    match kind {
        0..=2 if depth < 9 => {
            json.push(b'{');
            for index in 0..rest % 5 {
                if index > 0 {
                    json.push(b',');
                }
                text(bytes, words, json);
                json.push(b':');
                value(bytes, words, depth + 1, json);
            }
            json.push(b'}');
        }
        3 if depth < 9 => {
            json.push(b'[');
            for index in 0..rest % 5 {
                if index > 0 {
                    json.push(b',');
                }
                value(bytes, words, depth + 1, json);
            }
            json.push(b']');
        }
        4 => json.extend_from_slice(NUMBERS[rest % NUMBERS.len()].as_bytes()),
        5 => json.extend_from_slice(["null", "true", "false"][rest % 3].as_bytes()),
        _ => text(bytes, words, json),
    }
}

fn text(bytes: &mut impl Iterator<Item = u8>, words: &[&str], json: &mut Vec<u8>) {
    let byte = usize::from(bytes.next().unwrap_or_default());
    json.push(b'"');
    json.extend_from_slice(words[byte % words.len()].as_bytes());
    json.push(b'"');
}

/// Names and texts of records, of filters and of what is around them.
pub const WORDS: [&str; 52] = [
    "id",
    "type",
    "value",
    "ttl",
    "ttl_update_on_access",
    "Integer",
    "Float",
    "Decimal",
    "DateTime",
    "Duration",
    "UUID",
    "Object",
    "Array",
    "Set",
    "Bytes",
    "Binary",
    "Vector",
    "String",
    "Null",
    "filter",
    "content",
    "expressions",
    "operator",
    "field",
    "Condition",
    "Logical",
    "And",
    "Or",
    "Not",
    "Eq",
    "Gt",
    "In",
    "Contains",
    "StartsWith",
    "inserts",
    "updates",
    "deletes",
    "data",
    "sort",
    "ascending",
    "limit",
    "skip",
    "join",
    "fields",
    "api_key",
    "name",
    "permissions",
    "error",
    "message",
    "2026-01-01T00:00:00Z",
    "1.50",
    "\\ud83d\\u0000",
];
