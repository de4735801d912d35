//! JSON documents that a person or a file gives: records, schemas, bodies.

use std::io::{self, Read};

use ekodb_client::Record;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};
use serde_json::Value as Json;

use crate::{failure::Failure, output::Object};

/// Members of a record that say how it is kept, and are no fields.
const LIFETIME: [&str; 2] = ["ttl", "ttl_update_on_access"];

/// A record as a request has it: fields that are plain or `{"type", "value"}`, and its time to
/// live.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    record: Record,
    lifetime: Object,
}

impl Document {
    pub(crate) fn new(mut members: Object) -> Self {
        let lifetime = LIFETIME
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), members.remove(name)?)))
            .collect();
        Self {
            record: Record::from_request_json(members),
            lifetime,
        }
    }

    pub(crate) fn id(&self) -> Option<&str> {
        self.record.id()
    }

    pub(crate) fn record(&self) -> &Record {
        &self.record
    }

    pub(crate) fn set_id(&mut self, id: String) {
        self.record.set("id", id);
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(id) = self.record.id() {
            map.serialize_entry("id", id)?;
        }
        for (name, value) in self.record.fields() {
            map.serialize_entry(name, value)?;
        }
        for (name, value) in &self.lifetime {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let record = Record::deserialize(deserializer)?;
        let lifetime = Object::new();
        Ok(Self { record, lifetime })
    }
}

/// The members of a record as people and programs read them: the id first, then plain values.
pub(crate) fn members(record: &Record) -> Object {
    let mut members = Object::new();
    if let Some(id) = record.id() {
        members.insert("id".to_owned(), id.into());
    }
    for (name, value) in record.fields() {
        members.insert(name.clone(), value.to_json());
    }
    if let Some(expires_at) = record.expires_at() {
        members.insert("ttl".to_owned(), expires_at.into());
    }
    members
}

/// The text of an argument: as it is, of the file in `@FILE`, or of standard input in `-`.
pub(crate) fn read_text(argument: &str) -> Result<String, Failure> {
    if argument == "-" {
        let mut text = String::new();
        io::stdin()
            .lock()
            .read_to_string(&mut text)
            .map_err(|error| Failure::io("cannot read standard input", &error))?;
        return Ok(text);
    }
    match argument.strip_prefix('@') {
        None => Ok(argument.to_owned()),
        Some(path) => std::fs::read_to_string(path)
            .map_err(|error| Failure::io(format_args!("cannot read {path}"), &error)),
    }
}

/// The JSON of an argument, see [`read_text`].
pub(crate) fn read_json(argument: &str) -> Result<Json, Failure> {
    let text = read_text(argument)?;
    serde_json::from_str(&text).map_err(|error| {
        Failure::usage(format!("the argument is not valid JSON: {error}"))
            .hint("write it in single quotes, such as '{\"name\": \"Ada\"}', or as @FILE, or - for standard input")
    })
}

/// The JSON object of an argument, see [`read_text`].
pub(crate) fn read_object(argument: &str) -> Result<Object, Failure> {
    match read_json(argument)? {
        Json::Object(members) => Ok(members),
        _ => Err(Failure::usage(
            "the argument must be a JSON object, such as '{\"name\": \"Ada\"}'",
        )),
    }
}
