//! Bytes.

use std::{fmt, ops::Deref};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value as Json;

use super::{InvalidValue, content, kind::Kind};

/// Bytes. They are written in base64; a list of numbers, as some clients write them, is read too.
///
/// ```
/// use ekodb_client::value::Bytes;
///
/// let icon = Bytes::from(vec![1, 2, 3]);
/// assert_eq!(&*icon, [1, 2, 3]);
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Bytes(Vec<u8>);

impl Bytes {
    /// The bytes.
    pub fn into_vec(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn to_base64(&self) -> String {
        STANDARD.encode(&self.0)
    }

    pub(crate) fn from_base64(text: &str) -> Result<Self, InvalidValue> {
        STANDARD
            .decode(text)
            .map(Self)
            .map_err(|_| InvalidValue::new("not bytes in base64"))
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Bytes {
    /// Shows how many there are: they can be many, and they can be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bytes({} bytes)", self.0.len())
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(Kind::Bytes.newtype(), &self.to_base64())
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match content::content(Kind::Bytes, deserializer)? {
            Json::String(text) => Self::from_base64(&text).map_err(de::Error::custom),
            list => Vec::deserialize(list).map(Self).map_err(de::Error::custom),
        }
    }
}
