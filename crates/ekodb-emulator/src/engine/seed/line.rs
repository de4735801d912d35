//! A line of the NDJSON form: `{"collection", "schema"?}`, `{"collection", "record"}` or
//! `{"kv", "value", "ttl"?, "links"?}`.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::engine::store::KvLink;

/// What a line says.
#[derive(Debug, PartialEq)]
pub(super) enum Line {
    /// There is such a collection, with this schema if one is given.
    Collection { name: String, schema: Option<Value> },
    Record {
        collection: String,
        record: Map<String, Value>,
    },
    /// A key of the key-value store.
    Kv { key: String, content: KvContent },
}

/// What a seed has of a key of the key-value store.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KvContent {
    pub(super) value: Value,
    #[serde(default)]
    pub(super) ttl: Option<Value>,
    #[serde(default)]
    pub(super) links: Vec<KvLink>,
}

impl Line {
    /// Whether an object could be meant as a line with its collection, rather than as a record.
    pub(super) fn is_tagged(members: &Map<String, Value>) -> bool {
        let known = |name: &String| matches!(name.as_str(), "collection" | "schema" | "record");
        let in_collection =
            members.get("collection").is_some_and(Value::is_string) && members.keys().all(known);
        in_collection || Self::is_kv(members)
    }

    fn is_kv(members: &Map<String, Value>) -> bool {
        let known = |name: &String| matches!(name.as_str(), "kv" | "value" | "ttl" | "links");
        members.get("kv").is_some_and(Value::is_string)
            && members.contains_key("value")
            && members.keys().all(known)
    }

    pub(super) fn new(mut members: Map<String, Value>) -> Result<Self, String> {
        if !members.contains_key("collection")
            && let Some(key) = members.remove("kv")
        {
            let Value::String(key) = key else {
                return Err("'kv' must be a text".to_owned());
            };
            let content = serde_json::from_value(Value::Object(members));
            return match content {
                Ok(content) => Ok(Self::Kv { key, content }),
                Err(problem) => Err(problem.to_string()),
            };
        }
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
    fn a_line_has_a_key_of_the_key_value_store() {
        let content = json!({ "value": { "n": 1 }, "ttl": "1h", "links": [{ "collection": "c", "document_id": "d" }] });
        let mut members = content.clone();
        members["kv"] = json!("a:b");
        assert!(Line::is_tagged(members.as_object().unwrap()));
        assert_eq!(
            line(members),
            Ok(Line::Kv {
                key: "a:b".to_owned(),
                content: serde_json::from_value(content).unwrap(),
            })
        );
        let record = json!({ "kv": "a record of a file that is named after its collection" });
        assert!(!Line::is_tagged(record.as_object().unwrap()));
    }

    #[test]
    fn anything_else_is_refused_in_words() {
        for (value, problem) in [
            (json!({ "kv": 1, "value": 1 }), "'kv' must be a text"),
            (json!({ "kv": "a" }), "missing field `value`"),
            (
                json!({ "kv": "a", "value": 1, "tll": 1 }),
                "unknown field `tll`",
            ),
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
