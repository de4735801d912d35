//! What a schema asks of a field's value.

use std::cmp::Ordering;
use std::num::NonZeroU32;

use serde_json::Value;

use super::field::FieldSchema;
use super::index::FieldIndex;
use super::pattern;
use super::schema::Schema;
use crate::engine::value::{DEEPEST, Mismatch, Operand, Typed, is_too_deep, unwrapped};

/// Why a record does not fit its schema. The first text is the server's; the others are in its
/// manner.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum Violation {
    #[error("Type mismatch for field '{field}': expected {}, got {}", .mismatch.expected, .mismatch.got)]
    Type { field: String, mismatch: Mismatch },
    #[error("Invalid value for field '{field}': it is nested deeper than {DEEPEST}")]
    TooDeep { field: String },
    #[error("Missing required field '{field}'")]
    Missing { field: String },
    #[error("Invalid value for field '{field}': must be one of {allowed}")]
    NotAllowed { field: String, allowed: String },
    #[error("Invalid value for field '{field}': {what} is greater than the maximum {bound}")]
    TooGreat {
        field: String,
        what: &'static str,
        bound: Value,
    },
    #[error("Invalid value for field '{field}': {what} is less than the minimum {bound}")]
    TooSmall {
        field: String,
        what: &'static str,
        bound: Value,
    },
    #[error("Invalid value for field '{field}': does not match the pattern {pattern}")]
    Pattern { field: String, pattern: String },
    #[error("Invalid value for field '{field}': its index has {expected} dimensions, not {got}")]
    Dimension {
        field: String,
        expected: u32,
        got: usize,
    },
}

impl Schema {
    /// Fills in the default of a field that is not there.
    pub(crate) fn default_of(&self, field: &str) -> Option<&Value> {
        let default = &self.fields.get(field)?.default;
        (!default.is_null()).then_some(default)
    }

    /// The names of the fields a record must have.
    pub(crate) fn required(&self) -> impl Iterator<Item = &str> {
        let required = self.fields.iter().filter(|(_, field)| field.required);
        required.map(|(name, _)| name.as_str())
    }

    /// A value as the schema wants it, or why it cannot be. Fields the schema does not name are
    /// free, and `null` stands for no value.
    pub(crate) fn fit(&self, name: &str, value: Typed) -> Result<Typed, Violation> {
        self.refuse_deep(name, &value)?;
        self.fit_shallow(name, value)
    }

    /// Refuses a value that is nested too deep. This looks at all of it.
    pub(crate) fn refuse_deep(&self, name: &str, value: &Typed) -> Result<(), Violation> {
        match is_too_deep(&value.value) {
            true => Err(Violation::TooDeep {
                field: name.to_owned(),
            }),
            false => Ok(()),
        }
    }

    /// Fits a value like [`Schema::fit`], whatever its depth.
    pub(crate) fn fit_shallow(&self, name: &str, value: Typed) -> Result<Typed, Violation> {
        let Some(schema) = self.fields.get(name) else {
            return Ok(value);
        };
        if value.is_null() {
            return Ok(value);
        }
        let value = value
            .into_kind(schema.field_type)
            .map_err(|mismatch| Violation::Type {
                field: name.to_owned(),
                mismatch,
            })?;
        check(name, schema, &value)?;
        Ok(value)
    }
}

fn check(name: &str, schema: &FieldSchema, value: &Typed) -> Result<(), Violation> {
    let field = || name.to_owned();
    let operand = Operand::typed(value);
    if !schema.enums.is_empty()
        && !schema
            .enums
            .iter()
            .any(|one| operand.equals(unwrapped(one)))
    {
        let allowed: Vec<_> = schema
            .enums
            .iter()
            .map(|one| unwrapped(one).to_string())
            .collect();
        return Err(Violation::NotAllowed {
            field: field(),
            allowed: allowed.join(", "),
        });
    }
    let (max, min) = (unwrapped(&schema.max), unwrapped(&schema.min));
    if let Some((Ordering::Greater, what)) = measure(value, max) {
        return Err(Violation::TooGreat {
            field: field(),
            what,
            bound: max.clone(),
        });
    }
    if let Some((Ordering::Less, what)) = measure(value, min) {
        return Err(Violation::TooSmall {
            field: field(),
            what,
            bound: min.clone(),
        });
    }
    if let (Some(regex), Some(text)) = (&schema.regex, value.value.as_str())
        && !pattern::matches(regex, text)
    {
        return Err(Violation::Pattern {
            field: field(),
            pattern: regex.clone(),
        });
    }
    if let (Some(expected), Some(numbers)) = (dimension(schema), value.value.as_array())
        && usize::try_from(expected) != Ok(numbers.len())
    {
        return Err(Violation::Dimension {
            field: field(),
            expected,
            got: numbers.len(),
        });
    }
    Ok(())
}

/// The length that the field's index asks of every vector.
fn dimension(schema: &FieldSchema) -> Option<u32> {
    match schema.index {
        Some(FieldIndex::Vector { dimension, .. }) => dimension.map(NonZeroU32::get),
        _ => None,
    }
}

/// How a value stands to a bound: the length of a text or a list to a number, else the value
/// itself.
fn measure(value: &Typed, bound: &Value) -> Option<(Ordering, &'static str)> {
    let length = match &value.value {
        _ if !bound.is_number() || value.as_decimal().is_some() => None,
        Value::String(text) => Some(text.chars().count()),
        Value::Array(items) => Some(items.len()),
        _ => None,
    };
    match length {
        Some(length) => {
            let length = Value::from(length);
            let order = Operand::plain(&length).against(bound)?;
            Some((order, "its length"))
        }
        None if bound.is_null() => None,
        None => Some((Operand::typed(value).against(bound)?, "it")),
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use serde_json::json;

    use super::super::SchemaRequest;
    use super::*;
    use crate::engine::input::UnknownMembers;

    fn fit(field: Value, value: Value) -> Result<Value, String> {
        let request: SchemaRequest =
            serde_json::from_value(json!({ "fields": { "f": field } })).unwrap();
        let schema = request
            .into_schema(Utc::now(), UnknownMembers::Refused)
            .unwrap();
        let value = Typed::from_request(value).unwrap();
        schema
            .fit("f", value)
            .map(|typed| typed.value)
            .map_err(|violation| violation.to_string())
    }

    #[test]
    fn the_type_is_checked_with_the_recorded_text() {
        assert_eq!(
            fit(json!({ "field_type": "Vector" }), json!([1.0])),
            Err("Type mismatch for field 'f': expected Vector, got Array".to_owned())
        );
    }

    #[test]
    fn null_is_no_value() {
        let field = json!({ "field_type": "Integer", "min": 1, "enums": [1] });
        assert_eq!(fit(field, json!(null)), Ok(json!(null)));
    }

    #[test]
    fn bounds_are_inclusive_and_come_plain_or_typed() {
        for bound in [json!(10), json!({ "type": "Integer", "value": 10 })] {
            let field = json!({ "field_type": "Integer", "min": 1, "max": bound });
            for (value, fits) in [(0, false), (1, true), (10, true), (11, false)] {
                assert_eq!(fit(field.clone(), json!(value)).is_ok(), fits, "{value}");
            }
        }
    }

    #[test]
    fn the_bounds_of_texts_and_lists_are_lengths() {
        let text = json!({ "field_type": "String", "min": 2, "max": 3 });
        for (value, fits) in [
            ("雪", false),
            ("雪雪", true),
            ("abc", true),
            ("abcd", false),
        ] {
            assert_eq!(fit(text.clone(), json!(value)).is_ok(), fits, "{value}");
        }
        let list = json!({ "field_type": "Array", "max": 1 });
        assert!(fit(list.clone(), json!([1])).is_ok());
        assert!(fit(list, json!([1, 2])).is_err());
    }

    #[test]
    fn the_bounds_and_allowed_values_of_decimals_are_numbers() {
        for (min, max) in [(json!(2), json!(10)), (json!("2.0"), json!("1e1"))] {
            let field = json!({ "field_type": "Decimal", "min": min, "max": max });
            for (value, fits) in [
                ("1.99", false),
                ("2", true),
                ("9.999", true),
                ("10.01", false),
            ] {
                assert_eq!(fit(field.clone(), json!(value)).is_ok(), fits, "{value}");
            }
        }
        let field = json!({ "field_type": "Decimal", "enums": ["3.5", 4] });
        for (value, fits) in [("3.50", true), ("4.0", true), ("5", false)] {
            assert_eq!(fit(field.clone(), json!(value)).is_ok(), fits, "{value}");
        }
    }

    #[test]
    fn allowed_values_and_patterns_are_kept() {
        let field = json!({ "field_type": "String", "enums": ["a", "b"] });
        assert!(fit(field.clone(), json!("a")).is_ok());
        assert_eq!(
            fit(field, json!("c")),
            Err(r#"Invalid value for field 'f': must be one of "a", "b""#.to_owned())
        );
        let field = json!({ "field_type": "String", "regex": "^[a-z]+$" });
        assert!(fit(field.clone(), json!("abc")).is_ok());
        assert!(fit(field, json!("ABC")).is_err());
    }
}
