//! A record without a type of its own.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, Visitor},
    ser::SerializeMap,
};
use serde_json::{Map, Value as Json};

use super::decode::has_types;
use crate::value::Value;

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
/// Written by this client its values keep their types; for any other serializer it is the plain JSON object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    id: Option<String>,
    expires_at: Option<String>,
    fields: BTreeMap<String, Value>,
}

impl Record {
    /// The name by which the decoder of replies tells that values are to keep their types.
    pub(super) const NEWTYPE: &'static str = "ekodb_client::Record";

    /// A record without fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives it an id of your own. Without one the server makes one when it is inserted.
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
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
            Value::String(id) if name == "id" => self.id = Some(id),
            value => {
                self.fields.insert(name, value);
            }
        }
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

    fn from_reply(mut reply: Map<String, Json>) -> Self {
        let typed = has_types(&reply);
        let mut text = |name: &str| match reply.remove(name) {
            Some(Json::String(text)) => Some(text),
            Some(other) => {
                reply.insert(name.to_owned(), other);
                None
            }
            None => None,
        };
        let (id, expires_at) = (text("id"), text("ttl"));
        let value = if typed {
            Value::from_typed
        } else {
            Value::from_plain
        };
        Self {
            id,
            expires_at,
            fields: reply
                .into_iter()
                .map(|(name, member)| (name, value(member)))
                .collect(),
        }
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(id) = &self.id {
            map.serialize_entry("id", id)?;
        }
        for (name, value) in &self.fields {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Record;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a record")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(
                self,
                deserializer: D,
            ) -> Result<Record, D::Error> {
                Map::deserialize(deserializer).map(Record::from_reply)
            }

            fn visit_map<A: de::MapAccess<'de>>(self, members: A) -> Result<Record, A::Error> {
                let members = de::value::MapAccessDeserializer::new(members);
                Map::deserialize(members).map(Record::from_reply)
            }
        }

        deserializer.deserialize_newtype_struct(Self::NEWTYPE, Members)
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
