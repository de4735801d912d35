//! What serde asks of a value of a reply, for any type.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::de::{self, Deserializer, IntoDeserializer, Unexpected, Visitor};

use super::{
    access::{Elements, Members, TypedValue, Variant, visit_text},
    cursor::Cursor,
    read_error::ReadError,
    reader::{Form, Next, Place},
    wrapper::{self, Wrapper},
};
use crate::value::kind::{self, Kind};

/// What a value takes with its name or its place in a list, and an object with members beside them:
/// a tree has room for eleven. By estimate.
const VALUE: usize = 64;
const OBJECT: usize = 11 * VALUE;

impl<'t> Next<'_, 't> {
    /// The value as it is written.
    #[inline]
    fn plain<V: Visitor<'t>>(self, kind: Option<Kind>, visitor: V) -> Result<V::Value, ReadError> {
        self.reader.count(VALUE)?;
        let cursor = &mut self.reader.cursor;
        match cursor.peek() {
            Some(b'"') => visit_text(cursor.string()?, visitor),
            Some(b'{') => self.object(visitor),
            Some(b'[') => self.list(visitor),
            Some(b'n') => {
                cursor.literal("null")?;
                visitor.visit_unit()
            }
            Some(b't') => {
                cursor.literal("true")?;
                visitor.visit_bool(true)
            }
            Some(b'f') => {
                cursor.literal("false")?;
                visitor.visit_bool(false)
            }
            _ => {
                let number = cursor.number()?;
                if kind == Some(Kind::Float) {
                    return visitor.visit_f64(number.as_f64()?);
                }
                if let Some(number) = number.as_u64() {
                    visitor.visit_u64(number)
                } else if let Some(number) = number.as_i64() {
                    visitor.visit_i64(number)
                } else {
                    visitor.visit_f64(number.as_f64()?)
                }
            }
        }
    }

    fn object<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let reader = self.reader;
        reader.count(OBJECT)?;
        let outer = (reader.record, reader.is_typed);
        if self.place == Place::Record {
            (reader.record, reader.is_typed) = (reader.cursor.at, None);
        }
        reader.cursor.enter()?;
        let value = visitor.visit_map(Members::new(reader, self.place))?;
        reader.cursor.leave(b'}')?;
        (reader.record, reader.is_typed) = outer;
        Ok(value)
    }

    fn list<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let reader = self.reader;
        let place = match self.place {
            Place::Joined => Place::Record,
            Place::Verbatim => Place::Verbatim,
            _ => Place::Nested,
        };
        reader.cursor.enter()?;
        let value = visitor.visit_seq(Elements {
            reader,
            place,
            first: true,
        })?;
        reader.cursor.leave(b']')?;
        Ok(value)
    }

    /// A struct or a map, or the wrapper with one if `is_wrapped` says so. As for serde_json, a
    /// list is a struct too.
    fn members<V: Visitor<'t>>(
        mut self,
        visitor: V,
        is_struct: bool,
        is_wrapped: impl FnOnce(&Self, &Wrapper) -> bool,
    ) -> Result<V::Value, ReadError> {
        let read = |next: Next<'_, 't>| match next.reader.cursor.peek() {
            Some(b'{') => next.object(visitor),
            Some(b'[') if is_struct => next.list(visitor),
            first => Err(mismatch(first, &visitor)),
        };
        match self.wrapper()? {
            Some(wrapper) if is_wrapped(&self, &wrapper) => self.inside(&wrapper, read),
            _ => read(self.reader.next(self.place)),
        }
    }

    /// The wrapper that comes next, if a target that takes anything has its content alone.
    fn bare(&mut self) -> Result<Option<Wrapper>, ReadError> {
        let wrapper = match self.place {
            Place::Member | Place::Joined => self.wrapper()?,
            Place::Record | Place::Nested | Place::Verbatim => None,
        };
        match wrapper {
            Some(wrapper) => {
                let content = self.content(&wrapper);
                let bare = self.reader.is_bare(&wrapper, content)?;
                Ok(bare.then_some(wrapper))
            }
            None => Ok(None),
        }
    }

    /// A [`Value`](crate::Value), with its type where it is in a wrapper.
    fn value<V: Visitor<'t>>(mut self, visitor: V) -> Result<V::Value, ReadError> {
        let wrapper = match self.place {
            Place::Member => self.wrapper()?,
            _ => None,
        };
        if let Some(wrapper) = wrapper {
            let (kind, content) = (wrapper.kind, self.content(&wrapper));
            let is_known = || !kind.is_of_json() && wrapper::keeps_type(kind, content);
            if self.reader.is_typed()? || is_known() {
                return self.inside(&wrapper, |content| {
                    visitor.visit_enum(TypedValue { kind, content })
                });
            }
            return self.plain(None, visitor);
        }
        match self.place {
            Place::Joined => self.deserialize_any(visitor),
            _ => self.plain(None, visitor),
        }
    }
}

macro_rules! scalars {
    ($($method:ident: $first:pat,)*) => {$(
        #[inline]
        fn $method<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, ReadError> {
            self.unwrapped(|next, _| match next.reader.cursor.peek() {
                Some($first) => next.plain(None, visitor),
                first => Err(mismatch(first, &visitor)),
            })
        }
    )*};
}

/// That a value begins with another byte than those of the type that is asked for.
#[cold]
fn mismatch(first: Option<u8>, expected: &dyn de::Expected) -> ReadError {
    let found = match first {
        Some(b'"') => Unexpected::Other("string"),
        Some(b'{') => Unexpected::Map,
        Some(b'[') => Unexpected::Seq,
        Some(b't' | b'f') => Unexpected::Other("boolean"),
        Some(b'n') => Unexpected::Unit,
        _ => Unexpected::Other("number"),
    };
    de::Error::invalid_type(found, expected)
}

macro_rules! wide {
    ($($method:ident($number:ty) -> $visit:ident;)*) => {$(
        fn $method<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, ReadError> {
            self.unwrapped(|next, _| {
                let ahead = next.reader.cursor.clone().skip()?;
                match ahead.parse::<$number>() {
                    Ok(number) => {
                        next.reader.cursor.skip()?;
                        visitor.$visit(number)
                    }
                    Err(_) => next.plain(None, visitor),
                }
            })
        }
    )*};
}

impl<'t> Deserializer<'t> for Next<'_, 't> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'t>>(mut self, visitor: V) -> Result<V::Value, ReadError> {
        match self.bare()? {
            Some(wrapper) => self.inside(&wrapper, |next| next.plain(Some(wrapper.kind), visitor)),
            None => self.plain(None, visitor),
        }
    }

    scalars! {
        deserialize_bool: b't' | b'f',
        deserialize_i8: b'-' | b'0'..=b'9',
        deserialize_i16: b'-' | b'0'..=b'9',
        deserialize_i32: b'-' | b'0'..=b'9',
        deserialize_i64: b'-' | b'0'..=b'9',
        deserialize_u8: b'-' | b'0'..=b'9',
        deserialize_u16: b'-' | b'0'..=b'9',
        deserialize_u32: b'-' | b'0'..=b'9',
        deserialize_u64: b'-' | b'0'..=b'9',
        deserialize_f32: b'-' | b'0'..=b'9',
        deserialize_f64: b'-' | b'0'..=b'9',
        deserialize_char: b'"',
        deserialize_str: b'"',
        deserialize_string: b'"',
        deserialize_identifier: b'"',
        deserialize_unit: b'n',
        deserialize_seq: b'[',
    }

    wide! {
        deserialize_i128(i128) -> visit_i128;
        deserialize_u128(u128) -> visit_u128;
    }

    fn deserialize_unit_struct<V: Visitor<'t>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_tuple<V: Visitor<'t>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'t>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.deserialize_seq(visitor)
    }

    /// Bytes of a member are stored as Bytes, which are text in base64; inside a value they are a
    /// list of numbers.
    fn deserialize_bytes<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let is_member = self.place == Place::Member;
        self.unwrapped(|next, kind| {
            let cursor = &mut next.reader.cursor;
            if cursor.peek() != Some(b'"') {
                return next.plain(None, visitor);
            }
            let text = cursor.string()?;
            let decoded = match kind {
                Some(Kind::Bytes | Kind::Binary) => true,
                Some(_) => false,
                None => is_member,
            };
            if decoded && let Ok(bytes) = STANDARD.decode(&*text.decoded()?) {
                return visitor.visit_byte_buf(bytes);
            }
            visit_text(text, visitor)
        })
    }

    fn deserialize_byte_buf<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'t>>(mut self, visitor: V) -> Result<V::Value, ReadError> {
        if self.reader.cursor.peek() == Some(b'n') {
            self.reader.cursor.literal("null")?;
            return visitor.visit_none();
        }
        if self.place == Place::Member
            && let Some(wrapper) = self.wrapper()?
            && self.content(&wrapper) == "null"
            && (wrapper.kind == Kind::Null || self.reader.is_typed()?)
        {
            return self.inside(&wrapper, |next| next.deserialize_option(visitor));
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'t>>(
        mut self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match name {
            kind::VALUE => {
                self.reader.is_counted = true;
                self.value(visitor)
            }
            kind::RECORD => {
                self.reader.is_counted = true;
                self.deserialize_map(visitor)
            }
            // How serde_json asks for the text itself.
            "$serde_json::private::RawValue" => {
                let raw = match self.bare()? {
                    Some(wrapper) => self.inside(&wrapper, |next| next.reader.cursor.skip())?,
                    None => self.reader.cursor.skip()?,
                };
                let mut raw = serde_json::Deserializer::from_str(raw);
                raw.deserialize_newtype_struct(name, visitor)
                    .map_err(de::Error::custom)
            }
            name if Kind::by_newtype(name).is_some() => self
                .unwrapped(|next, _| visitor.visit_newtype_struct(next.reader.next(Place::Nested))),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_map<V: Visitor<'t>>(mut self, visitor: V) -> Result<V::Value, ReadError> {
        if self.place == Place::Member
            && self.reader.form == Form::Wrapped
            && let Some(wrapper) = self.wrapper()?
            && wrapper.kind == Kind::Object
            && wrapper::keeps_type(Kind::Object, self.content(&wrapper))
        {
            // Written back, the content alone would be taken for the wrapper that it looks like.
            self.reader.left_wrapper = true;
            self.place = Place::Verbatim;
        }
        self.members(visitor, false, |next, wrapper| {
            next.place == Place::Member && next.has_object(wrapper)
        })
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'t>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.members(visitor, true, |next, wrapper| {
            let has = |name: &str| fields.contains(&name);
            let is_member = next.place == Place::Member;
            match (has("type"), has("value")) {
                (false, false) => is_member || next.has_object(wrapper),
                (true, true) => {
                    is_member && wrapper.kind == Kind::Object && next.has_object(wrapper)
                }
                _ => is_member && next.has_object(wrapper),
            }
        })
    }

    fn deserialize_enum<V: Visitor<'t>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.unwrapped(|next, _| {
            let is_record = next.place == Place::Record;
            let outer = (next.reader.record, next.reader.is_typed);
            if is_record {
                (next.reader.record, next.reader.is_typed) = (next.reader.cursor.at, None);
            }
            let cursor = &mut next.reader.cursor;
            match cursor.peek() {
                Some(b'"') => {
                    let name = cursor.string()?.decoded()?;
                    visitor.visit_enum(name.into_deserializer())
                }
                Some(b'{') => {
                    cursor.enter()?;
                    let mut first = true;
                    if is_record {
                        first = pass_over_id(cursor, variants, first)?;
                    }
                    if !cursor.next(first, b'}')? {
                        return Err(de::Error::custom("a variant is missing"));
                    }
                    let name = cursor.name()?;
                    // A variant of a record is a member of it.
                    let place = match is_record {
                        true => Place::Member,
                        false => Place::Nested,
                    };
                    let content = next.reader.next(place);
                    let value = visitor.visit_enum(Variant { name, content })?;
                    if is_record {
                        pass_over_id(&mut next.reader.cursor, variants, false)?;
                    }
                    next.reader.cursor.leave(b'}')?;
                    (next.reader.record, next.reader.is_typed) = outer;
                    Ok(value)
                }
                first => Err(mismatch(first, &visitor)),
            }
        })
    }

    fn deserialize_ignored_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.reader.cursor.skip()?;
        visitor.visit_unit()
    }
}

/// Skips the members of a record that are no variant of its enum: its id and its time to live.
/// Whether the next member would be the first.
fn pass_over_id(
    cursor: &mut Cursor<'_>,
    variants: &[&str],
    mut first: bool,
) -> Result<bool, ReadError> {
    loop {
        let mut ahead = cursor.clone();
        if !ahead.next(first, b'}')? {
            return Ok(first);
        }
        let name = ahead.name()?.decoded()?;
        if !matches!(&*name, "id" | "ttl") || variants.contains(&&*name) {
            return Ok(first);
        }
        ahead.skip()?;
        *cursor = ahead;
        first = false;
    }
}
