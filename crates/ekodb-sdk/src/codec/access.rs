//! The parts of a value: members with their names, items, variants.

use std::borrow::Cow;

use serde::{
    de::{
        DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
        VariantAccess, Visitor,
    },
    forward_to_deserialize_any,
};

use super::{
    cursor::Text,
    read_error::ReadError,
    reader::{Next, Place, Reader},
};
use crate::value::kind::Kind;

/// The members of an object.
pub(super) struct Members<'r, 't> {
    reader: &'r mut Reader<'t>,
    /// What the object is.
    place: Place,
    /// What the value after the name is.
    value: Place,
    first: bool,
}

impl<'r, 't> Members<'r, 't> {
    pub(super) fn new(reader: &'r mut Reader<'t>, place: Place) -> Self {
        let value = match place {
            Place::Record => Place::Member,
            Place::Verbatim => Place::Verbatim,
            _ => Place::Nested,
        };
        Self {
            reader,
            place,
            value,
            first: true,
        }
    }
}

impl<'t> MapAccess<'t> for Members<'_, 't> {
    type Error = ReadError;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'t>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ReadError> {
        if !self.reader.cursor.next(self.first, b'}')? {
            return Ok(None);
        }
        self.first = false;
        let name = self.reader.cursor.name()?;
        if self.place == Place::Record
            && let Some(joined) = self.reader.joined
        {
            self.value = match name.decoded()? == joined {
                true => Place::Joined,
                false => Place::Member,
            };
        }
        seed.deserialize(Name(name)).map(Some)
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'t>>(&mut self, seed: V) -> Result<V::Value, ReadError> {
        seed.deserialize(self.reader.next(self.value))
    }
}

/// The items of a list.
pub(super) struct Elements<'r, 't> {
    pub(super) reader: &'r mut Reader<'t>,
    pub(super) place: Place,
    pub(super) first: bool,
}

impl<'t> SeqAccess<'t> for Elements<'_, 't> {
    type Error = ReadError;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'t>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ReadError> {
        if !self.reader.cursor.next(self.first, b']')? {
            return Ok(None);
        }
        self.first = false;
        seed.deserialize(self.reader.next(self.place)).map(Some)
    }
}

/// The name of a member, as the key of a map: a text, or what is written as one.
struct Name<'t>(Text<'t>);

macro_rules! parsed {
    ($($method:ident -> $visit:ident;)*) => {$(
        fn $method<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, ReadError> {
            match self.0.decoded()?.parse() {
                Ok(key) => visitor.$visit(key),
                Err(_) => self.deserialize_any(visitor),
            }
        }
    )*};
}

impl<'t> Deserializer<'t> for Name<'t> {
    type Error = ReadError;

    #[inline]
    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visit_text(self.0, visitor)
    }

    parsed! {
        deserialize_bool -> visit_bool;
        deserialize_i8 -> visit_i8;
        deserialize_i16 -> visit_i16;
        deserialize_i32 -> visit_i32;
        deserialize_i64 -> visit_i64;
        deserialize_i128 -> visit_i128;
        deserialize_u8 -> visit_u8;
        deserialize_u16 -> visit_u16;
        deserialize_u32 -> visit_u32;
        deserialize_u64 -> visit_u64;
        deserialize_u128 -> visit_u128;
    }

    fn deserialize_option<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'t>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'t>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_enum(self.0.decoded()?.into_deserializer())
    }

    forward_to_deserialize_any! {
        <V: Visitor<'t>>
        f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// A variant of an enum, with its content.
pub(super) struct Variant<'r, 't> {
    pub(super) name: Text<'t>,
    pub(super) content: Next<'r, 't>,
}

impl<'r, 't> EnumAccess<'t> for Variant<'r, 't> {
    type Error = ReadError;
    type Variant = Next<'r, 't>;

    fn variant_seed<V: DeserializeSeed<'t>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Self::Variant), ReadError> {
        let variant = seed.deserialize(Name(self.name))?;
        Ok((variant, self.content))
    }
}

/// A value with the type that its wrapper names: the type is the variant, as text.
pub(super) struct TypedValue<'r, 't> {
    pub(super) kind: Kind,
    pub(super) content: Next<'r, 't>,
}

impl<'r, 't> EnumAccess<'t> for TypedValue<'r, 't> {
    type Error = ReadError;
    type Variant = Next<'r, 't>;

    fn variant_seed<V: DeserializeSeed<'t>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Self::Variant), ReadError> {
        let kind = seed.deserialize(self.kind.name().into_deserializer())?;
        Ok((kind, self.content))
    }
}

impl<'t> VariantAccess<'t> for Next<'_, 't> {
    type Error = ReadError;

    fn unit_variant(self) -> Result<(), ReadError> {
        serde::Deserialize::deserialize(self)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'t>>(self, seed: T) -> Result<T::Value, ReadError> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'t>>(self, _: usize, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'t>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.deserialize_struct("", fields, visitor)
    }
}

#[inline]
pub(super) fn visit_text<'t, V: Visitor<'t>>(
    text: Text<'t>,
    visitor: V,
) -> Result<V::Value, ReadError> {
    match text.decoded()? {
        Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
        Cow::Owned(text) => visitor.visit_string(text),
    }
}
