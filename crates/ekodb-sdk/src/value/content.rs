//! The content of the types of this module, for their `Deserialize`.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{self, Visitor},
};
use serde_json::Value as Json;

use super::kind::{self, Kind};

/// The content of a value of one of this module's types, for its `Deserialize`: plain, or with the
/// type as a target has it that takes anything.
pub(super) fn content<'de, D: Deserializer<'de>>(
    kind: Kind,
    deserializer: D,
) -> Result<Json, D::Error> {
    if deserializer.is_human_readable() {
        deserializer.deserialize_newtype_struct(kind.newtype(), ContentVisitor(kind))
    } else {
        // It does not name the types of its values, so it cannot be asked for any.
        String::deserialize(deserializer).map(Json::String)
    }
}

/// The content of a value that is written as text.
pub(super) fn text<'de, D: Deserializer<'de>>(
    kind: Kind,
    deserializer: D,
) -> Result<String, D::Error> {
    match content(kind, deserializer)? {
        Json::String(text) => Ok(text),
        other => String::deserialize(other).map_err(de::Error::custom),
    }
}

struct ContentVisitor(Kind);

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Json, D::Error> {
        Json::deserialize(inner).map(|json| unwrapped(self.0, json))
    }
}

/// The content of a value of this type, written with it or plain.
pub(super) fn unwrapped(kind: Kind, json: Json) -> Json {
    match json {
        Json::Object(mut members) if kind::named(&members).is_some_and(|named| named.0 == kind) => {
            members.remove("value").unwrap_or_default()
        }
        plain => plain,
    }
}
