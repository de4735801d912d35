//! The lists, maps and structs of a value that is written.

use std::any::type_name;

use serde::{
    Serialize,
    ser::{
        SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
        SerializeTupleStruct, SerializeTupleVariant,
    },
};

use super::{
    cursor::Cursor,
    output::{Output, Place, Writer, is_plain},
    wrapper::{self, Wrapper},
    write_error::WriteError,
};

/// A list, a map or a struct that is not ended.
pub(super) struct Compound<'o> {
    pub(super) out: &'o mut Output,
    place: Place,
    depth: u8,
    start: usize,
    /// Where the member of a map begins whose name is written.
    start_of_member: usize,
    count: usize,
    /// What ends it.
    end: &'static str,
    /// How many names there were before its own.
    names: usize,
    /// Whether no value of a map is of a type of texts, so that they may be of one that takes
    /// anything.
    is_any: bool,
    /// Whether a struct is text that serde_json hands over as it is to be written.
    pub(super) is_raw: bool,
}

impl<'o> Compound<'o> {
    #[inline]
    pub(super) fn new(
        out: &'o mut Output,
        place: Place,
        depth: u8,
        begin: &str,
        end: &'static str,
    ) -> Self {
        let (start, names) = (out.bytes.len(), out.names.len());
        out.push(begin);
        Self {
            out,
            place,
            depth,
            start,
            start_of_member: start,
            count: 0,
            end,
            names,
            is_any: true,
            is_raw: false,
        }
    }

    /// Writes a value inside this one.
    #[inline]
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
        value.serialize(Writer::new(self.out, Place::Nested, self.depth))
    }

    /// Begins the next member or item, and gives where.
    #[inline]
    fn comma(&mut self) -> usize {
        let start = self.out.bytes.len();
        if self.count > 0 {
            self.out.push(",");
        }
        self.count += 1;
        start
    }

    fn item<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), WriteError> {
        self.comma();
        self.value(item)
            .map_err(|refused| refused.in_item(self.count - 1))
    }

    fn field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        is_plain: bool,
        value: &T,
    ) -> Result<(), WriteError> {
        let start = self.comma();
        if self.is_raw {
            let text = self.out.bytes.len();
            self.value(value)?;
            let raw = self.out.name(&(text..self.out.bytes.len()));
            self.out.bytes.truncate(text);
            self.out.push(&raw);
            return Ok(());
        }
        self.out.write_field_name(name, is_plain)?;
        self.member(start, name, value)
            .map_err(|refused| refused.in_member(name))
    }

    /// Writes the value of a member whose name is written.
    #[inline]
    fn member<V: Serialize + ?Sized>(
        &mut self,
        start: usize,
        name: &str,
        value: &V,
    ) -> Result<(), WriteError> {
        if self.place != Place::Record {
            return self.value(value);
        }
        self.out.write_member(start, name, value)?;
        if std::mem::take(&mut self.out.is_left_out) {
            self.count -= 1;
            self.out.bytes.truncate(start);
            // The name of a member of a map is noted; that of a field of a struct is not.
            self.out.names.pop_if(|name| name.start >= start);
        }
        Ok(())
    }

    /// Ends an object. As a member of a record, one that the server would take for a wrapper is put
    /// into one of its own; `is_own` if it is none for sure.
    fn end_object(self, is_own: bool) -> Result<(), WriteError> {
        self.out.bytes.extend(self.end.bytes());
        if self.place == Place::Member && (self.count == 2 || self.is_raw) {
            wrap_own(&mut self.out.bytes, self.start, is_own);
        }
        Ok(())
    }
}

/// Whether a type is one of texts. Such values were not read by way of a type that takes anything,
/// which would have kept the wrapper of a value.
fn is_text<T: ?Sized>() -> bool {
    let name = type_name::<T>().trim_start_matches('&');
    let name = ["alloc::boxed::Box<", "alloc::rc::Rc<", "alloc::sync::Arc<"]
        .iter()
        .find_map(|pointer| name.strip_prefix(pointer)?.strip_suffix('>'))
        .unwrap_or(name);
    name == type_name::<str>()
        || name == type_name::<String>()
        || name.starts_with("alloc::borrow::Cow<") && name.ends_with("str>")
}

/// Puts an object that only looks like a wrapper into one.
#[inline]
fn wrap_own(bytes: &mut Vec<u8>, start: usize, is_own: bool) {
    if !matches!(bytes.get(start + 1..start + 4), Some(b"\"ty" | b"\"va")) {
        return;
    }
    let Ok(object) = std::str::from_utf8(&bytes[start..]) else {
        return;
    };
    let Ok(Some(wrapper)) = Wrapper::at(&Cursor::new(object, 0)) else {
        return;
    };
    if is_own || !wrapper::keeps_type(wrapper.kind, &object[wrapper.content]) {
        bytes.splice(start..start, *b"{\"type\":\"Object\",\"value\":");
        bytes.push(b'}');
    }
}

macro_rules! items {
    ($($trait:ident $method:ident;)*) => {$(
        impl $trait for Compound<'_> {
            type Ok = ();
            type Error = WriteError;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), WriteError> {
                self.item(item)
            }

            fn end(self) -> Result<(), WriteError> {
                self.out.bytes.extend(self.end.bytes());
                Ok(())
            }
        }
    )*};
}

items! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

impl SerializeMap for Compound<'_> {
    type Ok = ();
    type Error = WriteError;

    fn serialize_key<K: Serialize + ?Sized>(&mut self, key: &K) -> Result<(), WriteError> {
        self.start_of_member = self.comma();
        self.out.write_name(self.place, key)
    }

    fn serialize_value<V: Serialize + ?Sized>(&mut self, value: &V) -> Result<(), WriteError> {
        let Some(key) = self.out.names.last().cloned() else {
            return Err(WriteError::new("a value came before its name"));
        };
        self.is_any &= !is_text::<V>();
        let outcome = if self.place == Place::Record {
            let name = match &self.out.bytes[key.clone()] {
                br#""id""# => "id",
                br#""ttl""# => "ttl",
                br#""ttl_update_on_access""# => "ttl_update_on_access",
                _ => "",
            };
            self.member(self.start_of_member, name, value)
        } else {
            self.value(value)
        };
        outcome.map_err(|refused| refused.in_member(&self.out.name(&key)))
    }

    fn end(self) -> Result<(), WriteError> {
        self.out.end_names(self.names)?;
        let is_own = !self.is_any;
        self.end_object(is_own)
    }
}

impl SerializeStruct for Compound<'_> {
    type Ok = ();
    type Error = WriteError;

    #[inline]
    fn serialize_field<V: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &V,
    ) -> Result<(), WriteError> {
        self.field(name, is_plain(name), value)
    }

    fn end(self) -> Result<(), WriteError> {
        let is_own = !self.is_raw;
        self.end_object(is_own)
    }
}

impl SerializeStructVariant for Compound<'_> {
    type Ok = ();
    type Error = WriteError;

    #[inline]
    fn serialize_field<V: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &V,
    ) -> Result<(), WriteError> {
        self.field(name, is_plain(name), value)
    }

    fn end(self) -> Result<(), WriteError> {
        self.out.bytes.extend(self.end.bytes());
        Ok(())
    }
}
