//! What becomes a value, and what becomes the operand of a condition.

use serde_json::{Map, Number, Value as Json};

use super::{Bytes, DateTime, Decimal, Duration, InvalidValue, Uuid, Value, Vector};

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

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        (number as u64).into()
    }
}

impl From<isize> for Value {
    fn from(number: isize) -> Self {
        (number as i64).into()
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Value {
    /// A list, whose items are plain JSON. One with a float that is not finite is
    /// [`Value::Invalid`].
    fn from(items: Vec<T>) -> Self {
        let mut list = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let item = item.into();
            if let Some(reason) = item.invalid() {
                return Self::Invalid(InvalidValue::new(format!("[{index}]{reason}")));
            }
            list.push(item.to_json());
        }
        Self::Array(list)
    }
}

impl<T: Into<Self>, const N: usize> From<[T; N]> for Value {
    fn from(items: [T; N]) -> Self {
        Vec::from(items).into()
    }
}

impl Value {
    /// Why it cannot be written, if it cannot.
    fn invalid(&self) -> Option<String> {
        const NOT_FINITE: &str = ": a float that is not finite";

        match self {
            Self::Invalid(reason) => Some(reason.to_string()),
            Self::Float(number) if !number.is_finite() => Some(NOT_FINITE.to_owned()),
            Self::Vector(numbers) => {
                let index = numbers.iter().position(|number| !number.is_finite())?;
                Some(format!("[{index}]{NOT_FINITE}"))
            }
            _ => None,
        }
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
