//! One value of a record, with its type.

use serde::{Serialize, Serializer, ser};
use serde_json::{Map, Number, Value as Json};

use super::{
    Bytes, DateTime, Decimal, Duration, InvalidValue, Uuid, Vector,
    date_time::is_moment,
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
    /// What could not be made a value, such as a list with a float that is not finite. A record
    /// with it is refused when it is sent.
    Invalid(InvalidValue),
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

    /// The value of content with the type that is named for it.
    pub(super) fn of_kind(kind: Kind, content: Json) -> Self {
        fn read<T: serde::de::DeserializeOwned>(
            content: Json,
            value: impl FnOnce(T) -> Value,
        ) -> Result<Value, Json> {
            T::deserialize(&content).map(value).map_err(|_| content)
        }
        let value = match (kind, content) {
            (_, Json::Null) => Ok(Self::Null),
            (Kind::Boolean, Json::Bool(value)) => Ok(Self::Boolean(value)),
            (Kind::Integer, Json::Number(number)) => Ok(Self::from_plain(number.into())),
            (Kind::Float, Json::Number(number)) => {
                number.as_f64().map(Self::Float).ok_or(Json::Number(number))
            }
            (Kind::Number, Json::Number(number)) => Ok(Self::Number(number)),
            (Kind::String, Json::String(text)) => Ok(Self::String(text)),
            (Kind::Set, Json::Array(items)) => Ok(Self::Set(items)),
            (Kind::Array, Json::Array(items)) => Ok(Self::Array(items)),
            (Kind::Object, Json::Object(members)) => Ok(Self::Object(members)),
            (Kind::DateTime, content) => read(content, Self::DateTime),
            (Kind::Uuid, content) => read(content, Self::Uuid),
            (Kind::Decimal, content) => read(content, Self::Decimal),
            (Kind::Duration, content) => read(content, Self::Duration),
            (Kind::Bytes, content) => read(content, Self::Bytes),
            (Kind::Binary, content) => read(content, Self::Binary),
            (Kind::Vector, content) => read(content, Self::Vector),
            (_, content) => Err(content),
        };
        value.unwrap_or_else(|value| Self::Other {
            type_name: kind.name(),
            value,
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
            Self::Invalid(reason) => Err(ser::Error::custom(format!("item {reason}"))),
            Self::Number(number) => {
                serializer.serialize_newtype_struct(Kind::Number.newtype(), number)
            }
            // The server would take it for a moment.
            Self::String(text) if is_moment(text) => {
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
            // The server would take it for the wrapper of another type.
            Self::Object(members) if kind::is_wrapper(members) => {
                serializer.serialize_newtype_struct(Kind::Object.newtype(), members)
            }
            Self::Object(members) => members.serialize(serializer),
            Self::Other { type_name, value } => match Kind::by_name(type_name) {
                Some(kind) => serializer.serialize_newtype_struct(kind.newtype(), value),
                None => value.serialize(serializer),
            },
        }
    }
}
