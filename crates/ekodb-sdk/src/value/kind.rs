//! The type names of the server's values.

use serde_json::{Map, Value as Json};

/// The type that the server gives a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    String,
    Integer,
    Float,
    Number,
    Boolean,
    Object,
    Array,
    Set,
    Vector,
    DateTime,
    Uuid,
    Decimal,
    Duration,
    Binary,
    Bytes,
    Null,
}

/// Every kind with its name on the wire, and the name that a value of it has for a serde serializer.
const KINDS: [(Kind, &str, &str); 16] = [
    (Kind::String, "String", "ekodb_client::String"),
    (Kind::Integer, "Integer", "ekodb_client::Integer"),
    (Kind::Float, "Float", "ekodb_client::Float"),
    (Kind::Number, "Number", "ekodb_client::Number"),
    (Kind::Boolean, "Boolean", "ekodb_client::Boolean"),
    (Kind::Object, "Object", "ekodb_client::Object"),
    (Kind::Array, "Array", "ekodb_client::Array"),
    (Kind::Set, "Set", "ekodb_client::Set"),
    (Kind::Vector, "Vector", "ekodb_client::Vector"),
    (Kind::DateTime, "DateTime", "ekodb_client::DateTime"),
    (Kind::Uuid, "UUID", "ekodb_client::UUID"),
    (Kind::Decimal, "Decimal", "ekodb_client::Decimal"),
    (Kind::Duration, "Duration", "ekodb_client::Duration"),
    (Kind::Binary, "Binary", "ekodb_client::Binary"),
    (Kind::Bytes, "Bytes", "ekodb_client::Bytes"),
    (Kind::Null, "Null", "ekodb_client::Null"),
];

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        self.row().1
    }

    /// The name of the newtype that a value of this kind serializes as. Only the encoder of records looks at it; other serializers
    /// write the plain value.
    pub(crate) fn newtype(self) -> &'static str {
        self.row().2
    }

    pub(crate) fn by_name(name: &str) -> Option<Self> {
        KINDS.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    pub(crate) fn by_newtype(name: &str) -> Option<Self> {
        KINDS.iter().find(|row| row.2 == name).map(|row| row.0)
    }

    /// A value written with this type.
    pub(crate) fn wrap(self, value: Json) -> Json {
        let mut wrapped = Map::new();
        wrapped.insert("type".to_owned(), Json::from(self.name()));
        wrapped.insert("value".to_owned(), value);
        Json::Object(wrapped)
    }

    fn row(self) -> &'static (Kind, &'static str, &'static str) {
        // The table stands in the order of the enum, which a test holds it to.
        &KINDS[self as usize]
    }
}

/// The type of a value that is written with one: an object of exactly the two members `type` and `value`, with a known name.
pub(crate) fn kind_of(value: &Json) -> Option<Kind> {
    let members = value.as_object()?;
    if members.len() != 2 || !members.contains_key("value") {
        return None;
    }
    Kind::by_name(members.get("type")?.as_str()?)
}

/// The type and the content of a value that is written with its type; the value itself if it is not.
pub(crate) fn unwrap(value: Json) -> Result<(Kind, Json), Json> {
    match (kind_of(&value), value) {
        (Some(kind), Json::Object(mut members)) => {
            Ok((kind, members.remove("value").unwrap_or_default()))
        }
        (_, value) => Err(value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_table_stands_in_the_order_of_the_enum() {
        for (index, (kind, name, newtype)) in KINDS.iter().enumerate() {
            assert_eq!(*kind as usize, index);
            assert_eq!(kind.name(), *name);
            assert_eq!(Kind::by_name(name), Some(*kind));
            assert_eq!(Kind::by_newtype(newtype), Some(*kind));
        }
    }

    #[test]
    fn only_exactly_type_and_value_with_a_known_name_is_a_typed_value() {
        assert_eq!(
            kind_of(&json!({"type": "UUID", "value": "x"})),
            Some(Kind::Uuid)
        );
        for other in [
            json!({"type": "uuid", "value": "x"}),
            json!({"type": "Invoice", "value": 1}),
            json!({"type": "String"}),
            json!({"type": "String", "value": "x", "more": 1}),
            json!({"type": 1, "value": "x"}),
            json!("String"),
            json!(null),
        ] {
            assert_eq!(kind_of(&other), None, "{other}");
        }
    }
}
