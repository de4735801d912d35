//! What serde asks to be written, of any type: JSON has it, or it is refused with the path to it.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{
    compound::Compound,
    cursor::DEEPEST,
    output::{Place, Writer},
    write_error::WriteError,
};
use crate::value::kind::{AS_READ, Kind};

impl<'o> Writer<'o> {
    #[inline]
    fn begin(self, begin: &str, end: &'static str) -> Result<Compound<'o>, WriteError> {
        // A request has some levels around a value.
        if self.depth >= DEEPEST - 10 {
            return Err(WriteError::new("it is nested too deep"));
        }
        let depth = self.depth + 1;
        Ok(Compound::new(self.out, self.place, depth, begin, end))
    }

    /// Writes the value with its type.
    fn wrapped<T: Serialize + ?Sized>(self, kind: Kind, value: &T) -> Result<(), WriteError> {
        self.out.push("{\"type\":\"");
        self.out.push(kind.name());
        self.out.push("\",\"value\":");
        let out = self.out;
        value.serialize(Writer::new(out, Place::Nested, self.depth + 1))?;
        out.push("}");
        Ok(())
    }

    fn wide<N: TryInto<i64> + TryInto<u64> + Copy>(self, number: N) -> Result<(), WriteError> {
        let signed: Result<i64, _> = number.try_into();
        let unsigned: Result<u64, _> = number.try_into();
        match (signed, unsigned) {
            (Ok(number), _) => self.out.leaf(&number),
            (_, Ok(number)) => self.out.leaf(&number),
            _ => Err(WriteError::new(
                "a whole number beyond 64 bits; write it as a Decimal",
            )),
        }
    }
}

fn not_finite() -> WriteError {
    WriteError::new("a float that is not finite")
}

macro_rules! leaves {
    ($($method:ident($leaf:ty);)*) => {$(
        #[inline]
        fn $method(self, leaf: $leaf) -> Result<(), WriteError> {
            self.out.leaf(&leaf)
        }
    )*};
}

impl<'o> Serializer for Writer<'o> {
    type Ok = ();
    type Error = WriteError;
    type SerializeSeq = Compound<'o>;
    type SerializeTuple = Compound<'o>;
    type SerializeTupleStruct = Compound<'o>;
    type SerializeTupleVariant = Compound<'o>;
    type SerializeMap = Compound<'o>;
    type SerializeStruct = Compound<'o>;
    type SerializeStructVariant = Compound<'o>;

    leaves! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_char(char);
        serialize_str(&str);
    }

    fn serialize_i128(self, number: i128) -> Result<(), WriteError> {
        self.wide(number)
    }

    fn serialize_u128(self, number: u128) -> Result<(), WriteError> {
        self.wide(number)
    }

    fn serialize_f32(self, number: f32) -> Result<(), WriteError> {
        match number.is_finite() {
            true => self.out.leaf(&number),
            false => Err(not_finite()),
        }
    }

    fn serialize_f64(self, number: f64) -> Result<(), WriteError> {
        match number.is_finite() {
            true => self.out.leaf(&number),
            false => Err(not_finite()),
        }
    }

    /// Bytes, as [`Bytes`](crate::value::Bytes) writes them; inside a value a list of numbers.
    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), WriteError> {
        match self.place {
            Place::Member => self.wrapped(Kind::Bytes, &STANDARD.encode(bytes)),
            Place::Record | Place::Nested => self.collect_seq(bytes),
        }
    }

    fn serialize_none(self) -> Result<(), WriteError> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), WriteError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), WriteError> {
        self.out.push("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), WriteError> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), WriteError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), WriteError> {
        match (self.place, Kind::by_newtype(name)) {
            (Place::Member, Some(kind)) => self.wrapped(kind, value),
            (Place::Member, None) if name == AS_READ && self.out.is_update => {
                self.out.is_left_out = true;
                Ok(())
            }
            _ => value.serialize(self),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), WriteError> {
        let mut object = self.serialize_struct(name, 1)?;
        SerializeStruct::serialize_field(&mut object, variant, value)?;
        SerializeStruct::end(object)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Compound<'o>, WriteError> {
        self.begin("[", "]")
    }

    fn serialize_tuple(self, _: usize) -> Result<Compound<'o>, WriteError> {
        self.begin("[", "]")
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Compound<'o>, WriteError> {
        self.begin("[", "]")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Compound<'o>, WriteError> {
        variant_of(self, variant, "[", "]}")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Compound<'o>, WriteError> {
        self.begin("{", "}")
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Compound<'o>, WriteError> {
        // How serde_json hands over a number of any precision, and text that is JSON already.
        let is_raw = name.starts_with("$serde_json::private::") && self.place != Place::Record;
        let mut compound = match is_raw {
            true => self.begin("", "")?,
            false => self.begin("{", "}")?,
        };
        compound.is_raw = is_raw;
        Ok(compound)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Compound<'o>, WriteError> {
        variant_of(self, variant, "{", "}}")
    }
}

/// An object of one member with the name of a variant.
fn variant_of<'o>(
    writer: Writer<'o>,
    variant: &'static str,
    begin: &str,
    end: &'static str,
) -> Result<Compound<'o>, WriteError> {
    let place = Place::Nested;
    let compound = Writer { place, ..writer }.begin("{", end)?;
    compound.out.leaf(variant)?;
    compound.out.push(":");
    compound.out.push(begin);
    Ok(compound)
}
