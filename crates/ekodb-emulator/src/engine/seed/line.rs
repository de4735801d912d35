//! A line of the NDJSON form: `{"collection", "schema"?}` or `{"collection", "record"}`.

use serde_json::{Map, Value};

/// What a line says.
#[derive(Debug, PartialEq)]
pub(super) enum Line {
    /// There is such a collection, with this schema if one is given.
    Collection { name: String, schema: Option<Value> },
    Record {
        collection: String,
        record: Map<String, Value>,
    },
}

impl Line {
    /// Whether an object could be meant as a line with its collection, rather than as a record.
    pub(super) fn is_tagged(members: &Map<String, Value>) -> bool {
        let known = |name: &String| matches!(name.as_str(), "collection" | "schema" | "record");
        members.get("collection").is_some_and(Value::is_string) && members.keys().all(known)
    }

    pub(super) fn new(mut members: Map<String, Value>) -> Result<Self, String> {
        let collection = match members.remove("collection") {
            Some(Value::String(name)) => name,
            Some(_) => return Err("'collection' must be a text".to_owned()),
            None => return Err("'collection' is missing: name the collection".to_owned()),
        };
        let (schema, record) = (members.remove("schema"), members.remove("record"));
        if let Some(unknown) = members.keys().next() {
            return Err(format!(
                "unknown member '{unknown}': beside 'collection' there is 'schema' or 'record'"
            ));
        }
        match (schema, record) {
            (Some(_), Some(_)) => {
                Err("'schema' and 'record' in one line: make it two lines".to_owned())
            }
            (None, Some(Value::Object(record))) => Ok(Self::Record { collection, record }),
            (None, Some(_)) => Err("'record' must be an object".to_owned()),
            (schema, None) => Ok(Self::Collection {
                name: collection,
                schema: schema.filter(|schema| !schema.is_null()),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn line(value: Value) -> Result<Line, String> {
        Line::new(serde_json::from_value(value).unwrap())
    }

    #[test]
    fn a_line_names_a_collection_and_has_its_schema_or_a_record() {
        let name = "users".to_owned();
        for (value, schema) in [
            (json!({ "collection": "users" }), None),
            (json!({ "collection": "users", "schema": null }), None),
            (
                json!({ "collection": "users", "schema": {} }),
                Some(json!({})),
            ),
        ] {
            let name = name.clone();
            assert_eq!(line(value), Ok(Line::Collection { name, schema }));
        }
        assert_eq!(
            line(json!({ "collection": "users", "record": { "a": 1 } })),
            Ok(Line::Record {
                collection: name,
                record: serde_json::from_value(json!({ "a": 1 })).unwrap()
            })
        );
    }

    #[test]
    fn anything_else_is_refused_in_words() {
        for (value, problem) in [
            (json!({ "record": {} }), "'collection' is missing"),
            (
                json!({ "collection": 1, "record": {} }),
                "'collection' must be a text",
            ),
            (
                json!({ "collection": "a", "record": [] }),
                "'record' must be an object",
            ),
            (
                json!({ "collection": "a", "recrod": {} }),
                "unknown member 'recrod'",
            ),
            (
                json!({ "collection": "a", "schema": {}, "record": {} }),
                "make it two lines",
            ),
        ] {
            let refusal = line(value).unwrap_err();
            assert!(refusal.contains(problem), "{refusal}");
        }
    }
}
