//! From the schema dialect of OpenAPI 3.0 to JSON Schema.

use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// A validator for a schema of a document, whose `$ref`s lead to the document's component schemas.
///
/// # Errors
///
/// What is wrong with the schema itself.
pub fn validator(document: &Value, schema: &Value) -> Result<Validator, String> {
    let mut schemas = Map::new();
    collect(document, schema, &mut schemas);
    let mut schema = schema.clone();
    convert(&mut schema);
    // `$ref`s are relative to the document: give the schema the place they name.
    let root = json!({ "allOf": [schema], "components": { "schemas": schemas } });
    jsonschema::options()
        .should_validate_formats(true)
        .with_format("byte", |text: &str| {
            let letters = text.trim_end_matches('=');
            text.len().is_multiple_of(4)
                && text.len() - letters.len() <= 2
                && letters
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(&byte))
        })
        .build(&root)
        .map_err(|error| error.to_string())
}

/// Gathers, rewritten, the component schemas that a schema leads to: a document has many more than
/// one schema needs.
fn collect(document: &Value, node: &Value, schemas: &mut Map<String, Value>) {
    match node {
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect(document, item, schemas)),
        Value::Object(members) => {
            let name = members
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|target| target.strip_prefix("#/components/schemas/"));
            if let Some(name) = name
                && !schemas.contains_key(name)
                && let Some(schema) = document["components"]["schemas"].get(name)
            {
                let mut rewritten = schema.clone();
                convert(&mut rewritten);
                schemas.insert(name.to_owned(), rewritten);
                collect(document, schema, schemas);
            }
            members
                .values()
                .for_each(|member| collect(document, member, schemas));
        }
        _ => {}
    }
}

/// Rewrites every schema below `node` in place: `nullable` becomes a choice with null, and the
/// boolean `exclusiveMinimum`/`exclusiveMaximum` become numbers.
pub fn convert(node: &mut Value) {
    match node {
        Value::Array(items) => items.iter_mut().for_each(convert),
        Value::Object(members) => {
            members.values_mut().for_each(convert);
            for (flag, bound) in [
                ("exclusiveMinimum", "minimum"),
                ("exclusiveMaximum", "maximum"),
            ] {
                if let Some(Value::Bool(exclusive)) = members.get(flag).cloned() {
                    members.remove(flag);
                    if exclusive && let Some(limit) = members.remove(bound) {
                        members.insert(flag.to_owned(), limit);
                    }
                }
            }
            if let Some((least, most)) = bounds(members) {
                let number = |value: &Value| value.as_f64().unwrap_or_default();
                for (key, limit, keeps) in [
                    ("minimum", least, f64::ge as fn(&f64, &f64) -> bool),
                    ("maximum", most, f64::le),
                ] {
                    let given = members.get(key).map(number);
                    if given.is_none_or(|given| !keeps(&given, &number(&limit))) {
                        members.insert(key.to_owned(), limit);
                    }
                }
            }
            // A property may be called `nullable` too: only the keyword has a boolean.
            if members.get("nullable") == Some(&Value::Bool(true)) {
                members.remove("nullable");
                let schema = Value::Object(std::mem::take(members));
                *node = json!({ "anyOf": [schema, { "type": "null" }] });
            }
        }
        _ => {}
    }
}

/// The least and the greatest integer that a format has room for.
fn bounds(schema: &Map<String, Value>) -> Option<(Value, Value)> {
    if schema.get("type")?.as_str()? != "integer" {
        return None;
    }
    Some(match schema.get("format")?.as_str()? {
        "int8" => (i8::MIN.into(), i8::MAX.into()),
        "uint8" => (0.into(), u8::MAX.into()),
        "int16" => (i16::MIN.into(), i16::MAX.into()),
        "uint16" => (0.into(), u16::MAX.into()),
        "int32" => (i32::MIN.into(), i32::MAX.into()),
        "uint" | "uint32" => (0.into(), u32::MAX.into()),
        "int64" => (i64::MIN.into(), i64::MAX.into()),
        "uint64" => (0.into(), u64::MAX.into()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_judged_with_those_it_leads_to() {
        let document = json!({ "components": { "schemas": {
            "List": { "type": "array", "items": { "$ref": "#/components/schemas/Item" } },
            "Item": {
                "type": "object",
                "properties": { "parts": { "$ref": "#/components/schemas/List" }, "name": { "type": "string", "nullable": true } },
                "additionalProperties": false,
            },
        } } });
        let schema = json!({ "$ref": "#/components/schemas/List" });
        let validator = validator(&document, &schema).unwrap();
        assert!(validator.is_valid(&json!([{ "name": null, "parts": [{ "name": "a" }] }])));
        assert!(!validator.is_valid(&json!([{ "parts": [{ "name": 1 }] }])));
    }

    #[test]
    fn a_reference_that_leads_nowhere_is_an_error() {
        let schema = json!({ "$ref": "#/components/schemas/Nothing" });
        assert!(validator(&json!({}), &schema).is_err());
    }

    #[test]
    fn nullable_admits_null_beside_the_type() {
        let mut schema = json!({ "type": "string", "nullable": true });
        convert(&mut schema);
        let validator = jsonschema::validator_for(&schema).unwrap();
        assert!(validator.is_valid(&json!(null)));
        assert!(validator.is_valid(&json!("a")));
        assert!(!validator.is_valid(&json!(1)));
    }

    #[test]
    fn formats_are_checked() {
        // A schema, a value that fits it, and one that does not.
        let cases = json!([
            [{ "type": "integer", "format": "int32" }, 7, 3_000_000_000_u32],
            [{ "type": "integer", "format": "uint8", "nullable": true }, null, 256],
            [{ "type": "integer", "format": "int64" }, 1, u64::MAX],
            [{ "type": "string", "format": "date-time" }, "2026-01-01T00:00:00Z", "today"],
            [{ "type": "string", "format": "date" }, "2026-01-31", "2026-02-31"],
            [{ "type": "string", "format": "uuid" }, "67e55044-10b1-426f-9247-bb680e5fe0c8", "a"],
            [{ "type": "string", "format": "ipv4" }, "127.0.0.1", "127.0.0"],
            [{ "type": "string", "format": "uri" }, "https://a.b/c", "a b"],
            [{ "type": "string", "format": "byte" }, "YQ==", "a*"],
        ]);
        for case in cases.as_array().unwrap() {
            let validator = validator(&json!({}), &case[0]).unwrap();
            assert!(validator.is_valid(&case[1]), "{case}");
            assert!(!validator.is_valid(&case[2]), "{case}");
        }
    }

    #[test]
    fn a_boolean_exclusive_bound_becomes_the_bound_itself() {
        let mut schema = json!({ "minimum": 0, "exclusiveMinimum": true });
        convert(&mut schema);
        let validator = jsonschema::validator_for(&schema).unwrap();
        assert!(!validator.is_valid(&json!(0)));
        assert!(validator.is_valid(&json!(0.5)));
    }
}
