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

macro_rules! kinds {
    ($($kind:ident = $name:literal;)*) => {
        impl Kind {
            #[cfg(test)]
            pub(crate) const ALL: &[Self] = &[$(Self::$kind),*];

            /// The name on the wire.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }

            pub(crate) fn by_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$kind),)*
                    _ => None,
                }
            }

            /// The name of the newtype that a value of this kind serializes as. Only the codec of
            /// records looks at it; for other serializers it is the plain value.
            pub(crate) fn newtype(self) -> &'static str {
                match self {
                    $(Self::$kind => concat!("ekodb_client::", $name),)*
                }
            }
        }
    };
}

kinds! {
    String = "String";
    Integer = "Integer";
    Float = "Float";
    Number = "Number";
    Boolean = "Boolean";
    Object = "Object";
    Array = "Array";
    Set = "Set";
    Vector = "Vector";
    DateTime = "DateTime";
    Uuid = "UUID";
    Decimal = "Decimal";
    Duration = "Duration";
    Binary = "Binary";
    Bytes = "Bytes";
    Null = "Null";
}

/// What a [`Record`](crate::Record) is called for the codec.
pub(crate) const RECORD: &str = "ekodb_client::Record";
/// What a [`Value`](super::Value) is called for the codec when it is read.
pub(crate) const VALUE: &str = "ekodb_client::Value";
/// What a value is called for the codec that is as it was read, from a reply that did not name its
/// type.
pub(crate) const AS_READ: &str = "ekodb_client::AsRead";

impl Kind {
    /// Whether the server gives plain JSON of this kind the same type by itself.
    pub(crate) fn is_of_json(self) -> bool {
        matches!(
            self,
            Self::String
                | Self::Integer
                | Self::Float
                | Self::Boolean
                | Self::Object
                | Self::Array
                | Self::Null
        )
    }

    pub(crate) fn by_newtype(name: &str) -> Option<Self> {
        Self::by_name(name.strip_prefix("ekodb_client::")?)
    }
}

/// The type that an object names, if it has exactly the two members `type` and `value`, and the
/// name is known.
pub(super) fn named(members: &Map<String, Json>) -> Option<(Kind, &Json)> {
    if members.len() != 2 {
        return None;
    }
    let content = members.get("value")?;
    Some((Kind::by_name(members.get("type")?.as_str()?)?, content))
}

/// Whether the server takes an object for a value with its type.
pub(crate) fn is_wrapper(members: &Map<String, Json>) -> bool {
    named(members).is_some()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_kind_is_found_by_each_of_its_names() {
        for kind in Kind::ALL {
            assert_eq!(Kind::by_name(kind.name()), Some(*kind));
            assert_eq!(Kind::by_newtype(kind.newtype()), Some(*kind));
        }
    }

    #[test]
    fn only_exactly_type_and_value_with_a_known_name_is_a_typed_value() {
        let kind_of = |value: &Json| Some(named(value.as_object()?)?.0);
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
