//! MessagePack bodies, read into the values that JSON has.

use std::cell::Cell;
use std::fmt;
use std::io::Cursor;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserializer, Serialize};
use serde_json::{Map, Number, Value};

use super::memory_estimate;

/// How deep lists and maps may be nested, which is where the JSON reader stops too.
const DEEPEST: usize = 128;

/// One whole document. What JSON has no form for (byte strings, extensions, NaN and the infinities)
/// is refused; structs that a client wrote as arrays stay arrays.
pub(super) fn decode(body: &[u8]) -> Result<Value, rmp_serde::decode::Error> {
    let mut reader = rmp_serde::Deserializer::new(Cursor::new(body));
    reader.set_max_depth(DEEPEST);
    let left = Cell::new(memory_estimate::MOST);
    let value = Document(&left).deserialize(&mut reader)?;
    if reader.position() != body.len() as u64 {
        return Err(rmp_serde::decode::Error::custom("trailing bytes"));
    }
    Ok(value)
}

/// Structs become maps.
pub(super) fn encode(value: &impl Serialize) -> Result<Vec<u8>, rmp_serde::encode::Error> {
    rmp_serde::to_vec_named(value)
}

/// Adds a value to others. Structs become maps.
pub(super) fn encode_to(
    written: &mut Vec<u8>,
    value: &impl Serialize,
) -> Result<(), rmp_serde::encode::Error> {
    value.serialize(&mut rmp_serde::Serializer::new(written).with_struct_map())
}

/// What stands before the items of a list; `None` if no list can have so many.
pub(super) fn list_head(items: usize) -> Option<Vec<u8>> {
    let items = u32::try_from(items).ok()?;
    let mut head = Vec::new();
    // The shortest form, which every encoder writes.
    match (u8::try_from(items), u16::try_from(items)) {
        (Ok(few @ ..=15), _) => head.push(0x90 | few),
        (_, Ok(some)) => {
            head.push(0xDC);
            head.extend(some.to_be_bytes());
        }
        _ => {
            head.push(0xDD);
            head.extend(items.to_be_bytes());
        }
    }
    Some(head)
}

/// A document, and how many bytes of memory it may still take.
#[derive(Clone, Copy)]
struct Document<'l>(&'l Cell<usize>);

impl Document<'_> {
    fn spend<E: Error>(self, bytes: usize) -> Result<(), E> {
        let left = self.0.get().checked_sub(bytes);
        let left = left.ok_or_else(|| {
            let limit = memory_estimate::MOST;
            E::custom(format!(
                "more than {limit} bytes of memory once it is read; send less at once"
            ))
        })?;
        self.0.set(left);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON has a form for")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_bytes<E: Error>(self, _value: &[u8]) -> Result<Value, E> {
        // The official Rust and Python clients write a UUID so; how ekoDB reads it back is not
        // known.
        Err(E::custom(
            "a byte string; send it as text with its type, such as {\"type\":\"UUID\",\"value\":\"..\"}",
        ))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        // Not allocated ahead: the length is what the sender says.
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            self.spend(memory_estimate::VALUE)?;
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if map.is_empty() {
                self.spend(memory_estimate::OBJECT)?;
            }
            self.spend(memory_estimate::MEMBER + memory_estimate::VALUE)?;
            map.insert(name, members.next_value_seed(self)?);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_what_json_would_say() {
        let bytes =
            b"\x84\xa1a\xcd\x01\x00\xa1b\xcb\x3f\xf8\0\0\0\0\0\0\xa1c\x92\xc0\xc3\xa1d\xa1x";
        let expected = serde_json::json!({ "a": 256, "b": 1.5, "c": [null, true], "d": "x" });
        assert_eq!(decode(bytes).unwrap(), expected);
    }

    #[test]
    fn what_json_has_no_form_for_is_refused() {
        for (what, bytes) in [
            ("NaN", &b"\xcb\x7f\xf8\0\0\0\0\0\0"[..]),
            ("infinity", b"\xca\x7f\x80\0\0"),
            ("bytes", b"\xc4\x01x"),
            ("an extension", b"\xd4\x01x"),
            ("a number as a name", b"\x81\x01\x02"),
            ("a text that is not UTF-8", b"\xa1\xff"),
            ("the reserved byte", b"\xc1"),
        ] {
            assert!(decode(bytes).is_err(), "{what}");
        }
    }

    #[test]
    fn half_a_document_and_two_are_refused() {
        assert!(decode(b"").is_err());
        assert!(decode(b"\x92\x01").is_err());
        assert!(decode(b"\xdd\xff\xff\xff\xff\x01").is_err());
        assert!(decode(b"\x01\x01").is_err());
    }

    #[test]
    fn nesting_ends_where_the_json_reader_ends() {
        for depth in [1, 100, 126, 127, 128, 129, 100_000] {
            let mut packed = vec![0x91; depth - 1];
            packed.push(0x90);
            let spelled = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            assert_eq!(
                decode(&packed).is_ok(),
                serde_json::from_str::<Value>(&spelled).is_ok(),
                "{depth}"
            );
        }
    }

    mod fuzz {
        use super::*;

        #[test]
        fn what_is_read_of_any_bytes_is_written_and_read_again() {
            ekodb_fuzz::check!(|input: &[u8]| {
                let [bytes, _, json] = ekodb_fuzz::documents(input, &ekodb_fuzz::WORDS);
                let packed =
                    serde_json::from_slice::<Value>(&json).map(|json| encode(&json).unwrap());
                for bytes in [Some(bytes), packed.ok()].into_iter().flatten() {
                    if let Ok(document) = decode(&bytes) {
                        assert_eq!(decode(&encode(&document).unwrap()).unwrap(), document);
                    }
                }
            });
        }
    }
}
