//! What becomes a value, and what becomes the operand of a condition.

use serde_json::{Map, Number, Value as Json};

use super::{Bytes, DateTime, Decimal, Duration, Uuid, Value, Vector};

macro_rules! from {
    ($($source:ty => $variant:ident;)*) => {$(
        impl From<$source> for Value {
            fn from(value: $source) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}

from! {
    bool => Boolean;
    i8 => Integer;
    i16 => Integer;
    i32 => Integer;
    i64 => Integer;
    u8 => Integer;
    u16 => Integer;
    u32 => Integer;
    f32 => Float;
    f64 => Float;
    Number => Number;
    &str => String;
    String => String;
    DateTime => DateTime;
    Uuid => Uuid;
    Decimal => Decimal;
    Duration => Duration;
    Bytes => Bytes;
    Vector => Vector;
    Map<String, Json> => Object;
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        i64::try_from(number).map_or_else(|_| Self::Number(number.into()), Self::Integer)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Json>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Self::Array(items.into_iter().map(Into::into).collect())
    }
}

impl From<Json> for Value {
    /// Plain JSON becomes what the server would make of it, but that texts stay texts.
    fn from(json: Json) -> Self {
        Self::from_plain(json)
    }
}

macro_rules! into_json {
    ($($source:ty)*) => {$(
        impl From<$source> for Json {
            /// The plain value, as filters want it.
            fn from(value: $source) -> Self {
                Self::String(value.to_string())
            }
        }
    )*};
}

into_json! { DateTime Uuid Decimal }

impl From<Value> for Json {
    /// The plain value.
    fn from(value: Value) -> Self {
        value.to_json()
    }
}
