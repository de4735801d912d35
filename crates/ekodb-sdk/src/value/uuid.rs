//! UUIDs.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{InvalidValue, content, kind::Kind};

/// A UUID that the server stores as one. A `uuid::Uuid` in a field of your own type is stored as a
/// String.
///
/// ```
/// use ekodb_client::value::Uuid;
///
/// let device: Uuid = "6f1d0f2e-6c1b-4a53-9a3e-0d6f5b0a7c11".parse()?;
/// assert_eq!(device.to_string(), "6f1d0f2e-6c1b-4a53-9a3e-0d6f5b0a7c11");
/// # Ok::<(), ekodb_client::value::InvalidValue>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid(uuid::Uuid);

impl FromStr for Uuid {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        text.parse().map(Self).map_err(|_| {
            InvalidValue::new("not a UUID; write it like 6f1d0f2e-6c1b-4a53-9a3e-0d6f5b0a7c11")
        })
    }
}

#[cfg(feature = "uuid")]
impl From<uuid::Uuid> for Uuid {
    fn from(id: uuid::Uuid) -> Self {
        Self(id)
    }
}

#[cfg(feature = "uuid")]
impl From<Uuid> for uuid::Uuid {
    fn from(id: Uuid) -> Self {
        id.0
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Uuid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(Kind::Uuid.newtype(), &self.to_string())
    }
}

impl<'de> Deserialize<'de> for Uuid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = content::text(Kind::Uuid, deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}
