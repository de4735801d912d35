//! The JSON of a request so far, and the members of a record that are no fields.

use std::{
    ops::Range,
    time::{Duration, SystemTime},
};

use serde::{Serialize, ser};

use super::{wrapper, write_error::WriteError};
use crate::value::{DateTime, kind::Kind};

/// The JSON so far.
#[derive(Debug, Default)]
pub(super) struct Output {
    pub(super) bytes: Vec<u8>,
    /// Where the names of the maps are that are not ended.
    pub(super) names: Vec<Range<usize>>,
    /// Whether fields are left out that are as they were read.
    pub(super) is_update: bool,
    /// Whether the value that was just to be written is left out.
    pub(super) is_left_out: bool,
    /// The members of the record that are no fields.
    pub(super) id: Option<Range<usize>>,
    pub(super) ttl: Option<Range<usize>>,
}

/// What a value is part of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place {
    /// It is a record.
    Record,
    /// It is a member of a record, and is written with its type where JSON cannot tell it.
    Member,
    /// It is inside a value, where all is plain.
    Nested,
}

/// Writes one value.
pub(super) struct Writer<'o> {
    pub(super) out: &'o mut Output,
    pub(super) place: Place,
    pub(super) depth: u8,
}

impl<'o> Writer<'o> {
    pub(super) fn new(out: &'o mut Output, place: Place, depth: u8) -> Self {
        Self { out, place, depth }
    }
}

impl Output {
    pub(super) fn write<T: Serialize + ?Sized>(
        &mut self,
        place: Place,
        value: &T,
    ) -> Result<(), WriteError> {
        value.serialize(Writer::new(self, place, 0))
    }

    // Short texts that the compiler knows become stores, without a call to copy them.
    #[inline]
    pub(super) fn push(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Writes what JSON always has: a text or a finite number.
    #[inline]
    pub(super) fn leaf<T: Serialize + ?Sized>(&mut self, leaf: &T) -> Result<(), WriteError> {
        serde_json::to_writer(&mut self.bytes, leaf).map_err(ser::Error::custom)
    }

    /// The text of a name that was written.
    pub(super) fn name(&self, range: &Range<usize>) -> String {
        serde_json::from_slice(&self.bytes[range.clone()]).unwrap_or_default()
    }

    /// Writes the name of a field of a struct, and the colon after it. `is_plain` if no character
    /// of it is escaped.
    #[inline]
    pub(super) fn write_field_name(
        &mut self,
        name: &str,
        is_plain: bool,
    ) -> Result<(), WriteError> {
        if is_plain {
            self.push("\"");
            self.push(name);
            self.push("\":");
        } else {
            self.leaf(name)?;
            self.push(":");
        }
        Ok(())
    }

    /// Writes the name of a member, and the colon after it. Numbers and booleans are names as
    /// texts, as for serde_json.
    pub(super) fn write_name<K: Serialize + ?Sized>(
        &mut self,
        place: Place,
        name: &K,
    ) -> Result<(), WriteError> {
        let start = self.bytes.len();
        self.write(Place::Nested, name)?;
        let written = &self.bytes[start..];
        let is_whole = || {
            written
                .iter()
                .all(|byte| matches!(byte, b'-' | b'0'..=b'9'))
        };
        if written.first() != Some(&b'"') {
            let may_be_text = is_whole() || matches!(written, b"true" | b"false");
            if place == Place::Record || !may_be_text {
                return Err(WriteError::new("the name of a field must be a text"));
            }
            self.bytes.insert(start, b'"');
            self.bytes.push(b'"');
        }
        self.names.push(start..self.bytes.len());
        self.bytes.push(b':');
        Ok(())
    }

    /// Forgets the names of a map, which must differ.
    pub(super) fn end_names(&mut self, before: usize) -> Result<(), WriteError> {
        let bytes = &self.bytes;
        let text = |name: &Range<usize>| &bytes[name.clone()];
        let names = &mut self.names[before..];
        names.sort_unstable_by(|a, b| text(a).cmp(text(b)));
        let twice = names
            .windows(2)
            .find(|pair| text(&pair[0]) == text(&pair[1]));
        if let Some(name) = twice.map(|pair| pair[0].clone()) {
            return Err(WriteError::new("it is written twice").in_member(&self.name(&name)));
        }
        self.names.truncate(before);
        Ok(())
    }

    /// Writes a member of a record. `start` is where the member begins.
    #[inline]
    pub(super) fn write_member<V: Serialize + ?Sized>(
        &mut self,
        start: usize,
        name: &str,
        value: &V,
    ) -> Result<(), WriteError> {
        // These say how a record is kept, and are no fields.
        if !matches!(name, "id" | "ttl" | "ttl_update_on_access") {
            return self.write(Place::Member, value);
        }
        let written = self.bytes.len();
        self.write(Place::Nested, value)?;
        match name {
            // An id that is not known yet, as `Option` writes it, is no id.
            "id" if self.bytes[written..] == *b"null" => self.is_left_out = true,
            "id" if self.bytes[written] != b'"' => {
                return Err(WriteError::new("the id of a record must be a text"));
            }
            "id" => self.id = Some(start..self.bytes.len()),
            "ttl" => self.end_ttl(start, written)?,
            _ => {}
        }
        Ok(())
    }

    /// A record that was read has the moment at which it expires, where a write has the time until
    /// then. An update leaves it as it is.
    fn end_ttl(&mut self, start: usize, written: usize) -> Result<(), WriteError> {
        let moment = std::str::from_utf8(&self.bytes[written..])
            .is_ok_and(|text| wrapper::keeps_type(Kind::String, text));
        if moment && self.is_update {
            self.is_left_out = true;
            return Ok(());
        }
        if moment {
            let expires: DateTime =
                serde_json::from_slice(&self.bytes[written..]).map_err(ser::Error::custom)?;
            #[expect(
                clippy::disallowed_methods,
                reason = "a record is encoded without a client"
            )]
            let now = SystemTime::now();
            let Ok(left) = SystemTime::from(expires).duration_since(now) else {
                return Err(WriteError::new(
                    "the moment at which the record expires is past",
                ));
            };
            self.bytes.truncate(written);
            self.leaf(&whole_seconds(left))?;
        }
        self.ttl = Some(start..self.bytes.len());
        Ok(())
    }
}

/// Whether JSON has a text as it is, between quotes. The compiler knows the answer for the names of
/// a struct's fields.
#[inline]
pub(super) fn is_plain(text: &str) -> bool {
    let is_escaped = |byte: u8| (byte < 0x20) | (byte == b'"') | (byte == b'\\');
    !text.bytes().fold(false, |any, byte| any | is_escaped(byte))
}

/// A time to live as the server takes it: in seconds, rounded up.
pub(crate) fn whole_seconds(ttl: Duration) -> u64 {
    let started = u64::from(ttl.subsec_nanos() > 0);
    ttl.as_secs().saturating_add(started).max(1)
}
