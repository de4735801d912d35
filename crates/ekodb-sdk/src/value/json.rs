//! One value of a record, with its type.

use serde::{Serialize, Serializer, ser};
use serde_json::{Map, Number, Value as Json};

use super::{
    Bytes, DateTime, Decimal, Duration, Uuid, Vector,
    kind::{self, Kind},
};

/// One value of a record, with the type that the server gives it.
///
/// What an Object, an Array or a Set holds has no types: it is plain JSON.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// Nothing.
    Null,
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction. One that is not finite cannot be written.
    Float(f64),
    /// A number that is neither: one of a field of the type Number, or a whole number beyond `i64`.
    Number(Number),
    /// A text.
    String(String),
    /// A moment.
    DateTime(DateTime),
    /// A UUID.
    Uuid(Uuid),
    /// An exact decimal number.
    Decimal(Decimal),
    /// A length of time.
    Duration(Duration),
    /// Bytes of a field of the type Bytes.
    Bytes(Bytes),
    /// Bytes of a field of the type Binary.
    Binary(Bytes),
    /// A vector, such as an embedding.
    Vector(Vector),
    /// A list without duplicates.
    Set(Vec<Json>),
    /// A list.
    Array(Vec<Json>),
    /// An object.
    Object(Map<String, Json>),
    /// A value whose JSON is not what its type should have. It is kept, and goes back as it came.
    Other {
        /// The type that the server named.
        type_name: &'static str,
        /// The JSON.
        value: Json,
    },
}

impl Value {
    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// The number, if it is one; a large whole number may be rounded.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            Self::Number(number) => number.as_f64(),
            _ => None,
        }
    }

    /// `true` or `false`, if it is one of them.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// Whether there is nothing.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The value as plain JSON, without its type. A float that is not finite is `null`.
    pub fn to_json(&self) -> Json {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The value of a member of a reply that has types.
    pub(crate) fn from_typed(member: Json) -> Self {
        match kind::unwrap(member) {
            Ok((kind, content)) => Self::of_kind(kind, content),
            Err(plain) => Self::from_plain(plain),
        }
    }

    /// The value of plain JSON. Texts stay texts.
    pub(crate) fn from_plain(json: Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Boolean(value),
            Json::Number(number) => match (number.as_i64(), number.is_f64()) {
                (Some(whole), _) => Self::Integer(whole),
                (None, true) => number.as_f64().map_or(Self::Number(number), Self::Float),
                (None, false) => Self::Number(number),
            },
            Json::String(text) => Self::String(text),
            Json::Array(items) => Self::Array(items),
            Json::Object(members) => Self::Object(members),
        }
    }

    fn of_kind(kind: Kind, content: Json) -> Self {
        fn read<T: serde::de::DeserializeOwned>(content: &Json) -> Option<T> {
            serde_json::from_value(content.clone()).ok()
        }
        let value = match (kind, &content) {
            (_, Json::Null) => Some(Self::Null),
            (Kind::Null, _) => None,
            (Kind::Boolean, _) => content.as_bool().map(Self::Boolean),
            (Kind::Integer, _) => match &content {
                Json::Number(_) => Some(Self::from_plain(content.clone())),
                _ => None,
            },
            (Kind::Float, _) => content.as_f64().map(Self::Float),
            (Kind::Number, Json::Number(number)) => Some(Self::Number(number.clone())),
            (Kind::Number, _) => None,
            (Kind::String, _) => read(&content).map(Self::String),
            (Kind::DateTime, _) => read(&content).map(Self::DateTime),
            (Kind::Uuid, _) => read(&content).map(Self::Uuid),
            (Kind::Decimal, _) => read(&content).map(Self::Decimal),
            (Kind::Duration, _) => read(&content).map(Self::Duration),
            (Kind::Bytes, _) => read(&content).map(Self::Bytes),
            (Kind::Binary, _) => read(&content).map(Self::Binary),
            (Kind::Vector, _) => read(&content).map(Self::Vector),
            (Kind::Set, _) => read(&content).map(Self::Set),
            (Kind::Array, _) => read(&content).map(Self::Array),
            (Kind::Object, _) => read(&content).map(Self::Object),
        };
        value.unwrap_or(Self::Other {
            type_name: kind.name(),
            value: content,
        })
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Float(number) if !number.is_finite() => {
                Err(ser::Error::custom("a float that is not finite"))
            }
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::Number(number) => {
                serializer.serialize_newtype_struct(Kind::Number.newtype(), number)
            }
            // The server would take it for a moment.
            Self::String(text) if text.parse::<DateTime>().is_ok() => {
                serializer.serialize_newtype_struct(Kind::String.newtype(), text)
            }
            Self::String(text) => serializer.serialize_str(text),
            Self::DateTime(value) => value.serialize(serializer),
            Self::Uuid(value) => value.serialize(serializer),
            Self::Decimal(value) => value.serialize(serializer),
            Self::Duration(value) => value.serialize(serializer),
            Self::Bytes(value) => value.serialize(serializer),
            Self::Binary(value) => {
                serializer.serialize_newtype_struct(Kind::Binary.newtype(), &value.to_base64())
            }
            Self::Vector(value) => value.serialize(serializer),
            Self::Set(items) => serializer.serialize_newtype_struct(Kind::Set.newtype(), items),
            Self::Array(items) => items.serialize(serializer),
            Self::Object(members) => members.serialize(serializer),
            Self::Other { type_name, value } => match Kind::by_name(type_name) {
                Some(kind) => serializer.serialize_newtype_struct(kind.newtype(), value),
                None => value.serialize(serializer),
            },
        }
    }
}
