//! Asks a value, through serde, whether it is one of the typed values.

use std::fmt;

use serde::{
    Serialize, Serializer,
    ser::{self, Impossible},
};

use crate::value::kind::Kind;

/// The type that a value is to be written with, if it is one of [`crate::value`].
pub(super) fn kind_of<T: Serialize + ?Sized>(value: &T) -> Option<Kind> {
    value.serialize(Probe).ok()
}

struct Probe;

/// It is none of them. That is all the probe can be told.
#[derive(Debug)]
struct Plain;

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a plain value")
    }
}

impl std::error::Error for Plain {}

impl ser::Error for Plain {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

macro_rules! plain {
    ($($method:ident($($argument:ty),*) -> $ok:ty;)*) => {$(
        fn $method(self, $(_: $argument),*) -> Result<$ok, Plain> {
            Err(Plain)
        }
    )*};
}

impl Serializer for Probe {
    type Ok = Kind;
    type Error = Plain;
    type SerializeSeq = Impossible<Kind, Plain>;
    type SerializeTuple = Impossible<Kind, Plain>;
    type SerializeTupleStruct = Impossible<Kind, Plain>;
    type SerializeTupleVariant = Impossible<Kind, Plain>;
    type SerializeMap = Impossible<Kind, Plain>;
    type SerializeStruct = Impossible<Kind, Plain>;
    type SerializeStructVariant = Impossible<Kind, Plain>;

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<Kind, Plain> {
        match Kind::by_newtype(name) {
            Some(kind) => Ok(kind),
            None => value.serialize(self),
        }
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Kind, Plain> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Kind, Plain> {
        Err(Plain)
    }

    plain! {
        serialize_bool(bool) -> Kind;
        serialize_i8(i8) -> Kind;
        serialize_i16(i16) -> Kind;
        serialize_i32(i32) -> Kind;
        serialize_i64(i64) -> Kind;
        serialize_u8(u8) -> Kind;
        serialize_u16(u16) -> Kind;
        serialize_u32(u32) -> Kind;
        serialize_u64(u64) -> Kind;
        serialize_f32(f32) -> Kind;
        serialize_f64(f64) -> Kind;
        serialize_char(char) -> Kind;
        serialize_str(&str) -> Kind;
        serialize_bytes(&[u8]) -> Kind;
        serialize_none() -> Kind;
        serialize_unit() -> Kind;
        serialize_unit_struct(&'static str) -> Kind;
        serialize_unit_variant(&'static str, u32, &'static str) -> Kind;
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct(&'static str, usize) -> Self::SerializeStruct;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }
}
