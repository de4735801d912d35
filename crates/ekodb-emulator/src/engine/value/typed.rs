//! A value with its type.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Decimal, FieldType, parse_timestamp};

/// A value with its type. What an Object, an Array or a Set holds is plain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Typed {
    pub(crate) kind: FieldType,
    pub(crate) value: Value,
}

/// A value that is not of the type it is said or needed to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mismatch {
    pub(crate) expected: FieldType,
    pub(crate) got: FieldType,
}

impl Typed {
    /// The value that a request means: `{"type","value"}` says its type, anything else has it
    /// inferred.
    pub(crate) fn from_request(value: Value) -> Result<Self, Mismatch> {
        match said_type(&value) {
            Some(kind) => {
                let inner = match value {
                    Value::Object(mut members) => members.remove("value").unwrap_or_default(),
                    other => other,
                };
                Self::as_said(kind, inner)
            }
            None => Ok(Self::inferred(value)),
        }
    }

    /// A text with an offset is a time; a text that looks like a UUID stays a text.
    pub(crate) fn inferred(value: Value) -> Self {
        let kind = match &value {
            Value::Null => FieldType::Null,
            Value::Bool(_) => FieldType::Boolean,
            Value::Number(number) if number.is_f64() => FieldType::Float,
            Value::Number(_) => FieldType::Integer,
            Value::String(text) if parse_timestamp(text).is_some() => FieldType::DateTime,
            Value::String(_) => FieldType::String,
            Value::Array(_) => FieldType::Array,
            Value::Object(_) => FieldType::Object,
        };
        Self { kind, value }
    }

    fn as_said(kind: FieldType, value: Value) -> Result<Self, Mismatch> {
        let got = Self::inferred(value);
        let found = match (kind, &got.value) {
            // The server was recorded to store any text that is said to be a UUID.
            (FieldType::Uuid, Value::String(_)) => Some(got.value.clone()),
            _ => form(kind, &got.value),
        };
        match found {
            Some(value) => Ok(Self { kind, value }),
            None => Err(Mismatch {
                expected: kind,
                got: got.kind,
            }),
        }
    }

    /// The value as a schema's type. Numbers widen and texts become what they spell; an array
    /// becomes no vector, which the server refuses too.
    pub(crate) fn into_kind(self, kind: FieldType) -> Result<Self, Mismatch> {
        use FieldType as T;

        let mismatch = Mismatch {
            expected: kind,
            got: self.kind,
        };
        let converts = match (self.kind, kind) {
            (got, wanted) if got == wanted => return Ok(self),
            (T::Integer | T::Float, T::Number) | (T::Integer, T::Float | T::Decimal) => true,
            (T::Float, T::Decimal) | (T::Number, T::Float) => true,
            (T::DateTime, T::String) => true,
            (T::String, T::Uuid | T::Decimal | T::Binary | T::Bytes | T::Duration) => true,
            (T::Integer, T::Duration) | (T::Object, T::Duration) => true,
            (T::Array, T::Set | T::Binary | T::Bytes) => true,
            _ => false,
        };
        if !converts {
            return Err(mismatch);
        }
        let value = form(kind, &self.value).ok_or(mismatch)?;
        Ok(Self { kind, value })
    }

    /// The value as replies show it. A time that was sent with `Z` comes back with `+00:00`, as the
    /// server was recorded to do.
    pub(crate) fn into_reply(mut self, typed: bool) -> Value {
        if let (FieldType::DateTime, Value::String(text)) = (self.kind, &mut self.value)
            && text.ends_with(['Z', 'z'])
        {
            text.pop();
            text.push_str("+00:00");
        }
        self.into_json(typed)
    }

    /// The value as it is stored, with its type or without.
    pub(crate) fn into_json(self, typed: bool) -> Value {
        if typed {
            json!({ "type": self.kind, "value": self.value })
        } else {
            self.value
        }
    }

    /// The same text for equal values.
    pub(crate) fn canonical(&self) -> String {
        match self.as_decimal() {
            Some(decimal) => decimal.canonical(),
            None => self.value.to_string(),
        }
    }

    /// The number that a Decimal is.
    pub(crate) fn as_decimal(&self) -> Option<Decimal<'_>> {
        match (self.kind, &self.value) {
            (FieldType::Decimal, Value::String(text)) => Decimal::parse(text),
            _ => None,
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        self.value.is_null()
    }
}

/// Returns the value within a typed wrapper, or the value itself.
pub(crate) fn unwrapped(value: &Value) -> &Value {
    match value.as_object() {
        Some(members) if members.len() == 2 && members.contains_key("type") => {
            members.get("value").unwrap_or(value)
        }
        _ => value,
    }
}

/// The type that a wrapper names: exactly the two members, with a known name.
fn said_type(value: &Value) -> Option<FieldType> {
    let members: &Map<String, Value> = value.as_object()?;
    if members.len() != 2 || !members.contains_key("value") {
        return None;
    }
    FieldType::by_name(members.get("type")?.as_str()?)
}

/// The JSON form of a value of a type, if it can be one.
fn form(kind: FieldType, value: &Value) -> Option<Value> {
    let as_it_is = |fits: bool| fits.then(|| value.clone());
    match kind {
        FieldType::String => as_it_is(value.is_string()),
        FieldType::Integer => as_it_is(value.is_i64() || value.is_u64()),
        FieldType::Float => value.as_f64().map(|number| json!(number)),
        FieldType::Number => as_it_is(value.is_number()),
        FieldType::Boolean => as_it_is(value.is_boolean()),
        FieldType::Object => as_it_is(value.is_object()),
        FieldType::Array => as_it_is(value.is_array()),
        FieldType::Set => value.as_array().map(|items| distinct(items)),
        FieldType::Vector => {
            let items = value.as_array()?;
            as_it_is(items.iter().all(Value::is_number))
        }
        FieldType::DateTime => as_it_is(parse_timestamp(value.as_str()?).is_some()),
        FieldType::Uuid => as_it_is(uuid::Uuid::try_parse(value.as_str()?).is_ok()),
        FieldType::Decimal => match value {
            Value::String(text) => as_it_is(Decimal::parse(text).is_some()),
            Value::Number(number) => Some(Value::String(number.to_string())),
            _ => None,
        },
        // Text in base 64 or a list of bytes: clients differ, so it stays as it was sent.
        FieldType::Binary | FieldType::Bytes => {
            let is_byte = |item: &Value| item.as_u64().is_some_and(|byte| byte <= 255);
            let is_bytes = value
                .as_array()
                .is_some_and(|items| items.iter().all(is_byte));
            as_it_is(value.is_string() || is_bytes)
        }
        // Seconds and nanoseconds, milliseconds or text: clients differ here too.
        FieldType::Duration => {
            let is_parts = value.get("secs").is_some_and(Value::is_u64);
            as_it_is(value.is_string() || value.is_u64() || is_parts)
        }
        FieldType::Null => as_it_is(value.is_null()),
    }
}

fn distinct(items: &[Value]) -> Value {
    let mut seen = BTreeSet::new();
    items
        .iter()
        .filter(|item| seen.insert(item.to_string()))
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_inferred_as_the_server_does() {
        for (value, kind) in [
            (json!(true), FieldType::Boolean),
            (json!(7), FieldType::Integer),
            (json!(7.0), FieldType::Float),
            (json!("text"), FieldType::String),
            (json!("2026-01-02T03:04:05Z"), FieldType::DateTime),
            (json!("2026-01-02T03:04:05+02:00"), FieldType::DateTime),
            (json!("2026-01-02T03:04:05"), FieldType::String),
            (json!("2026-01-02"), FieldType::String),
            (
                json!("6f1d0f2e-6c1b-4a53-9a3e-0d6f5b0a7c11"),
                FieldType::String,
            ),
            (json!([1]), FieldType::Array),
            (json!({ "type": "Vector" }), FieldType::Object),
            (json!({ "type": "Unheard", "value": 1 }), FieldType::Object),
            (
                json!({ "type": "Vector", "value": [], "more": 1 }),
                FieldType::Object,
            ),
            (json!(null), FieldType::Null),
        ] {
            let typed = Typed::from_request(value.clone()).unwrap();
            assert_eq!((typed.kind, typed.value), (kind, value));
        }
    }

    #[test]
    fn a_wrapper_says_the_type_and_must_keep_to_it() {
        let vector = json!({ "type": "Vector", "value": [1, 2.5] });
        let typed = Typed::from_request(vector.clone()).unwrap();
        assert_eq!(typed.kind, FieldType::Vector);
        assert_eq!(typed.into_reply(true), vector);
        for wrong in [
            json!({ "type": "Vector", "value": ["a"] }),
            json!({ "type": "Integer", "value": 1.5 }),
            json!({ "type": "UUID", "value": 1 }),
            json!({ "type": "Decimal", "value": "1.2.3" }),
            json!({ "type": "DateTime", "value": "yesterday" }),
            json!({ "type": "Null", "value": 0 }),
        ] {
            assert!(Typed::from_request(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_schemas_type_takes_what_spells_it_but_no_array_for_a_vector() {
        let into = |value: Value, kind| Typed::inferred(value).into_kind(kind).map(|t| t.value);
        assert_eq!(into(json!(2), FieldType::Float), Ok(json!(2.0)));
        assert_eq!(into(json!(2), FieldType::Decimal), Ok(json!("2")));
        assert_eq!(into(json!([1, 1]), FieldType::Set), Ok(json!([1])));
        assert_eq!(
            into(json!("2026-01-02T03:04:05Z"), FieldType::String).ok(),
            Some(json!("2026-01-02T03:04:05Z"))
        );
        let mismatch = Mismatch {
            expected: FieldType::Vector,
            got: FieldType::Array,
        };
        assert_eq!(into(json!([1.0]), FieldType::Vector), Err(mismatch));
        assert!(into(json!("2"), FieldType::Integer).is_err());
        assert!(into(json!(2.5), FieldType::Integer).is_err());
    }
}
