//! How a value is read.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{self, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor},
};
use serde_json::{Map, Number, Value as Json};

use super::{
    Value,
    kind::{self, Kind},
};

/// A value, and whether the reply named its type.
pub(crate) struct Read {
    pub(crate) value: Value,
    pub(crate) is_typed: bool,
}

impl<'de> Deserialize<'de> for Value {
    /// Reads a value with its type. From other deserializers, plain JSON and the wrappers that this
    /// crate leaves in a [`serde_json::Value`].
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Read::deserialize(deserializer).map(|read| read.value)
    }
}

impl<'de> Deserialize<'de> for Read {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(kind::VALUE, ReadVisitor)
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KindVisitor;

        impl Visitor<'_> for KindVisitor {
            type Value = Kind;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a type")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Kind, E> {
                Kind::by_name(name).ok_or_else(|| de::Error::unknown_variant(name, &[]))
            }
        }

        deserializer.deserialize_identifier(KindVisitor)
    }
}

struct ReadVisitor;

macro_rules! plain {
    ($($method:ident($source:ty);)*) => {$(
        fn $method<E: de::Error>(self, value: $source) -> Result<Read, E> {
            Ok(Read::plain(Json::from(value)))
        }
    )*};
}

impl Read {
    fn plain(json: Json) -> Self {
        Self {
            value: Value::from_plain(json),
            is_typed: false,
        }
    }
}

impl<'de> Visitor<'de> for ReadVisitor {
    type Value = Read;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    /// Other deserializers come here: whatever they have, types are named in it where JSON cannot
    /// tell them.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Read, D::Error> {
        let json = Json::deserialize(inner)?;
        Ok(Read {
            value: Value::from_typed_json(json),
            is_typed: true,
        })
    }

    /// The codec of records comes here with a value whose type is named.
    fn visit_enum<A: EnumAccess<'de>>(self, typed: A) -> Result<Read, A::Error> {
        let (kind, content) = typed.variant()?;
        Ok(Read {
            value: Value::of_kind(kind, content.newtype_variant()?),
            is_typed: true,
        })
    }

    plain! {
        visit_bool(bool);
        visit_i64(i64);
        visit_u64(u64);
        visit_str(&str);
        visit_string(String);
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Read, E> {
        Ok(Read::plain(Number::from_f64(number).into()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Read, E> {
        Ok(Read::plain(Json::Null))
    }

    fn visit_none<E: de::Error>(self) -> Result<Read, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Read, D::Error> {
        Read::deserialize(inner)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Read, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Read::plain(Json::Array(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Read, A::Error> {
        let members = de::value::MapAccessDeserializer::new(members);
        Map::deserialize(members).map(|members| Read::plain(Json::Object(members)))
    }
}
