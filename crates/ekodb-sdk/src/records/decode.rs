//! Reading records: a reply's members lose their types and become a value of the caller's type.

use serde::{
    de::{DeserializeOwned, Deserializer, Visitor},
    forward_to_deserialize_any,
};
use serde_json::{Map, Value as Json};

use super::record::Record;
use crate::{Error, ErrorKind, value::kind};

/// What a record of an operation's reply is in the caller's type. `joined` is the field that a query puts joined records in.
pub(crate) fn decode<T: DeserializeOwned>(
    mut reply: Map<String, Json>,
    joined: Option<&str>,
    operation: &'static str,
) -> Result<T, Error> {
    if let Some(field) = joined
        && let Some(value) = reply.get_mut(field)
    {
        *value = joined_records(value.take());
    }
    let id = reply.get("id").and_then(Json::as_str).map(str::to_owned);
    serde_path_to_error::deserialize(Reply(reply)).map_err(|error| {
        let path = error.path().to_string();
        failure(id.as_deref(), &path, &error.into_inner().to_string()).with_operation(operation)
    })
}

/// Whether the members of a reply are written with their types. In a reply that is, no number, boolean or null stands bare, nor an
/// object without a `type`. The id under another name does, and so do joined records; and a newer server may have types that
/// are not known here.
pub(super) fn has_types(reply: &Map<String, Json>) -> bool {
    reply.iter().all(|(name, value)| match value {
        Json::String(_) | Json::Array(_) => true,
        Json::Object(members) => members.get("type").is_some_and(Json::is_string),
        Json::Null | Json::Bool(_) | Json::Number(_) => name == "id" || name == "ttl",
    })
}

/// The members without their types.
fn plain(reply: Map<String, Json>) -> Map<String, Json> {
    if !has_types(&reply) {
        return reply;
    }
    reply
        .into_iter()
        .map(|(name, value)| match kind::unwrap(value) {
            Ok((_, content)) => (name, content),
            Err(bare) => (name, bare),
        })
        .collect()
}

/// Joined records, each without its types.
fn joined_records(value: Json) -> Json {
    let list = kind::unwrap(value).map_or_else(|bare| bare, |(_, content)| content);
    match list {
        Json::Array(records) => records
            .into_iter()
            .map(|record| match record {
                Json::Object(members) => Json::Object(plain(members)),
                other => other,
            })
            .collect(),
        other => other,
    }
}

/// What is wrong with a record, without its data: the field, and for a missing one where to look.
fn failure(id: Option<&str>, path: &str, text: &str) -> Error {
    let record = id.map_or("a record".to_owned(), |id| {
        format!("the record `{}`", id.escape_debug())
    });
    let text = if text.starts_with("missing field") {
        format!(
            "{record} cannot be read: {text}; it was never stored, the query leaves it out, or the key's grant hides it \
             (`select_fields`, `exclude_fields`): make it an `Option` or ask for the grant"
        )
    } else {
        format!(
            "{record} cannot be read: field `{path}`: {}",
            without_data(text)
        )
    };
    Error::new(ErrorKind::InvalidReply, text)
}

/// serde's words without the value that they quote, which is the user's.
fn without_data(text: &str) -> String {
    let what = text.split([':', '`']).next().unwrap_or_default().trim();
    match text.rsplit_once(", expected ") {
        Some((_, expected)) => format!("{what}, expected {expected}"),
        None => "the type refused the value".to_owned(),
    }
}

/// The members of a reply, for serde. [`Record`] takes them with their types, all else without.
struct Reply(Map<String, Json>);

impl Reply {
    fn plain(self) -> Json {
        Json::Object(plain(self.0))
    }
}

impl<'de> Deserializer<'de> for Reply {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.plain().deserialize_any(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        if name == Record::NEWTYPE {
            visitor.visit_newtype_struct(Json::Object(self.0))
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.plain().deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    fn members(json: Json) -> Map<String, Json> {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn only_the_outermost_type_of_a_member_goes() {
        let reply = json!({
            "id": "a",
            "own": {"type": "Object", "value": {"type": "Object", "value": {"n": 1}}},
            "list": {"type": "Array", "value": [{"type": "Integer", "value": 1}]},
        });
        let read: Json = decode(members(reply), None, "get_record").unwrap();
        let expected = json!({
            "id": "a",
            "own": {"type": "Object", "value": {"n": 1}},
            "list": [{"type": "Integer", "value": 1}],
        });
        assert_eq!(read, expected);
    }

    #[test]
    fn a_plain_reply_stays_as_it_is() {
        let reply = json!({"id": "a", "n": 1, "own": {"type": "String", "value": "x"}});
        let read: Json = decode(members(reply.clone()), None, "get_record").unwrap();
        assert_eq!(read, reply);
    }

    #[test]
    fn enums_and_newtypes_are_read() {
        #[derive(Debug, PartialEq, Deserialize)]
        #[serde(tag = "kind")]
        enum Event {
            Paid { amount: u32 },
        }
        #[derive(Debug, PartialEq, Deserialize)]
        struct Wrapped(Option<Event>);
        let reply = json!({
            "id": "a",
            "kind": {"type": "String", "value": "Paid"},
            "amount": {"type": "Integer", "value": 3},
        });
        let read: Wrapped = decode(members(reply), None, "get_record").unwrap();
        assert_eq!(read, Wrapped(Some(Event::Paid { amount: 3 })));
    }

    #[test]
    fn a_wrong_value_is_named_by_its_path_and_never_quoted() {
        #[derive(Debug, Deserialize)]
        #[allow(dead_code, reason = "it is only read")]
        struct User {
            address: Address,
        }
        #[derive(Debug, Deserialize)]
        #[allow(dead_code, reason = "it is only read")]
        struct Address {
            zip: u32,
            kind: Kind,
        }
        #[derive(Debug, Deserialize)]
        enum Kind {
            Home,
        }
        for (address, expected) in [
            (
                json!({"zip": "s3cret: `x`, expected"}),
                "field `address.zip`: invalid type, expected u32",
            ),
            (
                json!({"zip": -77}),
                "field `address.zip`: invalid value, expected u32",
            ),
            (
                json!({"zip": 1, "kind": "s3cret"}),
                "field `address.kind`: unknown variant, expected `Home`",
            ),
        ] {
            let reply = json!({"id": "a", "address": {"type": "Object", "value": address}});
            let error = decode::<User>(members(reply), None, "get_record").unwrap_err();
            let text = error.to_string();
            assert_eq!(
                text,
                format!("get_record: the record `a` cannot be read: {expected}")
            );
        }
    }

    #[test]
    fn what_a_type_says_of_a_value_is_not_repeated() {
        #[derive(Debug, Deserialize)]
        #[allow(dead_code, reason = "it is only read")]
        struct User {
            id: crate::value::Uuid,
        }
        let error =
            decode::<User>(members(json!({"id": "s3cret"})), None, "get_record").unwrap_err();
        assert_eq!(
            error.to_string(),
            "get_record: the record `s3cret` cannot be read: field `id`: the type refused the value"
        );
    }
}
