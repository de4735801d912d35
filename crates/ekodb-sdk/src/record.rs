//! A record without a type of its own.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
    ser::SerializeMap,
};

use crate::value::{
    Read, Value,
    kind::{AS_READ, RECORD},
};

/// A record without a type of its own: named values.
///
/// ```
/// use ekodb_client::{Record, value::{Decimal, Vector}};
///
/// let user = Record::new()
///     .with("name", "Ada")
///     .with("age", 36)
///     .with("face", Vector::from([0.1, 0.2]));
/// assert_eq!(user.get("age").and_then(|age| age.as_i64()), Some(36));
/// ```
///
/// Written by this client its values keep their types; for any other serializer it is the plain
/// JSON object.
///
/// # Servers that do not name types
///
/// With `use_typed_values` off, a server answers plain JSON: a Decimal or a UUID reads as
/// [`Value::String`], a Vector as [`Value::Array`]. So that it keeps its type, an update with a
/// record that was read sends only the fields that were set since. A record that is inserted again,
/// or updated under another id, has the types that JSON tells.
#[derive(Clone, Default)]
pub struct Record {
    id: Option<String>,
    expires_at: Option<String>,
    fields: BTreeMap<String, Value>,
    as_read: AsRead,
}

/// The fields that are as they were read, and whose types the reply did not name.
#[derive(Clone, Debug, Default)]
struct AsRead {
    /// Whether these are all fields but those of `names`, and not those of `names` only.
    all: bool,
    names: Vec<String>,
}

impl Record {
    /// A record without fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives it an id of your own. Without one the server makes one when it is inserted.
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.set_id(id.into());
        self
    }

    /// Sets a field. `id` sets the id, if the value is a text.
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    /// Sets a field. `id` sets the id, if the value is a text.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        match value {
            Value::String(id) if name == "id" => self.set_id(id),
            value => {
                self.as_read.remove(&name);
                self.fields.insert(name, value);
            }
        }
    }

    fn set_id(&mut self, id: String) {
        if self.id.as_deref() != Some(&id) {
            self.as_read = AsRead::default();
        }
        self.id = Some(id);
    }

    /// The id. A record that was read has one.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// When the record expires, RFC 3339, if the server says so. It is not sent back: see
    /// [`RecordRequest::ttl`](crate::records::RecordRequest::ttl).
    pub fn expires_at(&self) -> Option<&str> {
        self.expires_at.as_deref()
    }

    /// A field.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    /// Takes a field out.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.fields.remove(name)
    }

    /// The fields, sorted by name, without the id.
    pub fn fields(&self) -> &BTreeMap<String, Value> {
        &self.fields
    }

    /// The fields, sorted by name, without the id.
    pub fn into_fields(self) -> BTreeMap<String, Value> {
        self.fields
    }
}

impl AsRead {
    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|other| other == name) != self.all
    }

    fn remove(&mut self, name: &str) {
        if self.all && !self.names.iter().any(|other| other == name) {
            self.names.push(name.to_owned());
        } else if !self.all {
            self.names.retain(|other| other != name);
        }
    }

    /// Notes the next field that is read, after those of `before`.
    fn note(&mut self, before: &BTreeMap<String, Value>, name: &str, is_typed: bool) {
        if before.is_empty() {
            self.all = !is_typed;
        } else if self.all && is_typed {
            self.all = false;
            self.names = before.keys().cloned().collect();
        } else if !self.all && !is_typed {
            self.names.push(name.to_owned());
        }
    }
}

impl PartialEq for Record {
    /// Whether id, expiry and fields are equal.
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.expires_at == other.expires_at && self.fields == other.fields
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("id", &self.id)
            .field("expires_at", &self.expires_at)
            .field("fields", &self.fields)
            .finish()
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(id) = &self.id {
            map.serialize_entry("id", id)?;
        }
        for (name, value) in &self.fields {
            match self.as_read.has(name) {
                true => map.serialize_entry(name, &Unchanged(value))?,
                false => map.serialize_entry(name, value)?,
            }
        }
        map.end()
    }
}

/// A value that is as it was read, from a reply that did not name its type.
struct Unchanged<'a>(&'a Value);

impl Serialize for Unchanged<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            // It may have been a moment, and is one again.
            Value::String(text) => serializer.serialize_newtype_struct(AS_READ, text),
            value => serializer.serialize_newtype_struct(AS_READ, value),
        }
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(RECORD, RecordVisitor)
    }
}

struct RecordVisitor;

impl<'de> Visitor<'de> for RecordVisitor {
    type Value = Record;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Record, D::Error> {
        inner.deserialize_map(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Record, A::Error> {
        let mut record = Record::new();
        while let Some(name) = members.next_key::<String>()? {
            let Read { value, is_typed } = members.next_value()?;
            match (name.as_str(), value) {
                ("id", Value::String(id)) => record.id = Some(id),
                ("ttl", Value::String(moment)) => record.expires_at = Some(moment),
                ("ttl", Value::DateTime(moment)) => record.expires_at = Some(moment.to_string()),
                (_, value) => {
                    record.as_read.note(&record.fields, &name, is_typed);
                    record.fields.insert(name, value);
                }
            }
        }
        Ok(record)
    }
}

impl<N: Into<String>, V: Into<Value>> FromIterator<(N, V)> for Record {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        fields
            .into_iter()
            .fold(Self::new(), |record, (name, value)| {
                record.with(name, value)
            })
    }
}
