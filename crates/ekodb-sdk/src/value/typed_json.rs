//! Plain JSON in which a value is written with its type where JSON cannot tell it.
//!
//! It is what a target gets that takes anything, such as [`serde_json::Value`], and what it is
//! written back from.

use serde_json::Value as Json;

use super::{
    Value,
    date_time::is_moment,
    kind::{self, Kind},
};

/// Whether content can be that of a type which JSON does not have.
fn fits(kind: Kind, content: &Json) -> bool {
    !matches!(
        Value::of_kind(kind, content.clone()),
        Value::Null | Value::Other { .. }
    )
}

/// Whether a value of this type is written with it: where the server would give the content alone
/// another type.
pub(crate) fn keeps_type(kind: Kind, content: &Json) -> bool {
    match (kind, content) {
        (Kind::String, Json::String(text)) => is_moment(text),
        // An object of the user's own that looks like such a value.
        (Kind::Object, Json::Object(members)) => {
            kind::named(members).is_some_and(|(kind, content)| keeps_type(kind, content))
        }
        (kind, content) => !kind.is_of_json() && fits(kind, content),
    }
}

impl Value {
    /// The value that the server makes of a member of a request.
    pub(crate) fn from_request(json: Json) -> Self {
        match json {
            Json::Object(mut members) => match kind::named(&members).map(|(kind, _)| kind) {
                Some(kind) => Self::of_kind(kind, members.remove("value").unwrap_or_default()),
                None => Self::Object(members),
            },
            plain => Self::from_typed_json(plain),
        }
    }

    /// The value that such JSON stands for.
    pub(super) fn from_typed_json(json: Json) -> Self {
        match json {
            Json::String(text) if is_moment(&text) => {
                text.parse().map_or(Self::String(text), Self::DateTime)
            }
            Json::Object(mut members) => match kind::named(&members) {
                Some((kind, content)) if keeps_type(kind, content) => {
                    let content = members.remove("value").unwrap_or_default();
                    Self::of_kind(kind, content)
                }
                _ => Self::Object(members),
            },
            plain => Self::from_plain(plain),
        }
    }
}
