//! Writes records and operands as the bodies of requests.

use std::{borrow::Cow, ops::Range, time::Duration};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{
    output::{Output, Place, whole_seconds},
    write_error::WriteError,
};
use crate::Error;

/// What a record is written for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Target {
    /// A new record.
    Insert,
    /// Changes. Fields are left out that are as they were read, from a reply that did not name
    /// their types.
    Update,
}

/// The JSON of a record.
#[derive(Debug)]
pub(crate) struct Encoded {
    bytes: Vec<u8>,
    id: Option<Range<usize>>,
    ttl: Option<Range<usize>>,
}

/// The records of a batch in one buffer, each in its item.
#[derive(Debug, Default)]
pub(crate) struct Items {
    bytes: Vec<u8>,
    /// Where each item ends.
    ends: Vec<usize>,
}

/// The JSON of a record: values with their type where JSON cannot tell it, and all else plain.
pub(crate) fn encode<T: Serialize + ?Sized>(record: &T, target: Target) -> Result<Encoded, Error> {
    // Enough for most records, so that it rarely grows.
    encode_into(Vec::with_capacity(256), record, target)
}

/// The plain JSON of an operand.
pub(crate) fn operand<T: Serialize + ?Sized>(operand: &T) -> Result<Json, WriteError> {
    let mut out = Output::default();
    out.write(Place::Nested, operand)?;
    serde_json::from_slice(&out.bytes).map_err(serde::ser::Error::custom)
}

/// The JSON of a value that stands alone, written as a member of a record is.
pub(crate) fn encode_value<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Error> {
    let mut out = Output::default();
    out.write(Place::Member, value)
        .map(|()| out.bytes)
        .map_err(|refused| {
            Error::invalid_argument(format!("the value cannot be written: {refused}"))
        })
}

fn encode_into<T: Serialize + ?Sized>(
    bytes: Vec<u8>,
    record: &T,
    target: Target,
) -> Result<Encoded, Error> {
    let start = bytes.len();
    let mut out = Output {
        bytes,
        is_update: target == Target::Update,
        ..Output::default()
    };
    let written = match out.write(Place::Record, record) {
        Ok(()) if out.bytes.get(start) != Some(&b'{') => {
            Err(WriteError::new("a record must be a struct or a map"))
        }
        written => written,
    };
    let encoded = Encoded {
        bytes: out.bytes,
        id: out.id,
        ttl: out.ttl,
    };
    match written {
        Ok(()) => Ok(encoded),
        Err(refused) => {
            let record = match encoded.id() {
                Some(id) => format!("the record `{}`", id.escape_debug()),
                None => "the record".to_owned(),
            };
            Err(Error::invalid_argument(format!(
                "{record} cannot be written: {refused}"
            )))
        }
    }
}

impl Encoded {
    /// The id of the record.
    pub(crate) fn id(&self) -> Option<Cow<'_, str>> {
        let member = &self.bytes[self.id.clone()?];
        let member = member.strip_prefix(b",").unwrap_or(member);
        let quoted = member.strip_prefix(br#""id":"#)?;
        let text = std::str::from_utf8(quoted).ok()?;
        match text.contains('\\') {
            true => serde_json::from_str(text).ok(),
            false => Some(Cow::Borrowed(text.trim_matches('"'))),
        }
    }

    /// Takes the id out of changes: it is in the URL. Another one there would be a mistake.
    pub(crate) fn without_id(mut self, id: &str) -> Result<Self, Error> {
        if self.id().is_some_and(|other| other != id) {
            return Err(Error::invalid_argument(
                "the changes have another `id` than the record to change: an id cannot be changed",
            ));
        }
        if let Some(member) = self.id.take() {
            self.remove(member);
        }
        Ok(self)
    }

    /// Gives the record an id. It must have none.
    pub(crate) fn with_id(mut self, id: &str) -> Self {
        self.push("id", &Json::from(id));
        self
    }

    /// Sets what a record has in addition to its fields.
    pub(crate) fn with_options(mut self, ttl: Option<Duration>, renew_ttl: bool) -> Self {
        if let Some(ttl) = ttl {
            if let Some(member) = self.ttl.take() {
                self.remove(member);
            }
            self.push("ttl", &Json::from(whole_seconds(ttl)));
        }
        if renew_ttl {
            self.push("ttl_update_on_access", &Json::Bool(true));
        }
        self
    }

    pub(crate) fn into_body(self) -> Bytes {
        self.bytes.into()
    }

    /// Removes a member with one of its commas.
    fn remove(&mut self, member: Range<usize>) {
        let end = match self.bytes.get(member.end) {
            Some(b',') if self.bytes[member.start] != b',' => member.end + 1,
            _ => member.end,
        };
        let length = end - member.start;
        self.bytes.drain(member.start..end);
        for other in [&mut self.id, &mut self.ttl].into_iter().flatten() {
            if other.start >= end {
                *other = other.start - length..other.end - length;
            }
        }
    }

    fn push(&mut self, name: &str, value: &Json) {
        self.bytes.pop();
        if self.bytes.last() != Some(&b'{') {
            self.bytes.push(b',');
        }
        let member = format!("\"{name}\":{value}}}");
        self.bytes.extend_from_slice(member.as_bytes());
    }
}

impl Items {
    /// Adds a record to insert.
    pub(crate) fn insert<T: Serialize + ?Sized>(&mut self, record: &T) -> Result<(), Error> {
        self.bytes.extend_from_slice(b",{\"data\":");
        let bytes = std::mem::take(&mut self.bytes);
        let encoded = encode_into(bytes, record, Target::Insert)?;
        self.end(encoded.bytes);
        Ok(())
    }

    /// Adds changes of a record.
    pub(crate) fn update<T: Serialize + ?Sized>(
        &mut self,
        id: &str,
        changes: &T,
    ) -> Result<(), Error> {
        let item = format!(",{{\"id\":{},\"data\":", Json::from(id));
        self.bytes.extend_from_slice(item.as_bytes());
        let bytes = std::mem::take(&mut self.bytes);
        let encoded = encode_into(bytes, changes, Target::Update)?;
        self.end(encoded.without_id(id)?.bytes);
        Ok(())
    }

    /// Adds a record to delete.
    pub(crate) fn delete(&mut self, id: &str) {
        let item = format!(",{{\"id\":{}", Json::from(id));
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.extend_from_slice(item.as_bytes());
        self.end(bytes);
    }

    fn end(&mut self, mut bytes: Vec<u8>) {
        bytes.push(b'}');
        self.ends.push(bytes.len());
        self.bytes = bytes;
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The id that was given for an item.
    pub(crate) fn id(&self, index: usize) -> Option<String> {
        #[derive(Deserialize)]
        struct Item {
            id: Option<String>,
            data: Option<Data>,
        }
        #[derive(Deserialize)]
        struct Data {
            id: Option<String>,
        }
        let item = serde_json::from_slice::<Item>(self.items(index..index + 1)).ok()?;
        item.id.or_else(|| item.data?.id)
    }

    /// Some of the items, with the commas between them.
    fn items(&self, items: Range<usize>) -> &[u8] {
        let end = |index: usize| index.checked_sub(1).map_or(0, |index| self.ends[index]);
        // Without the comma before the first.
        self.bytes[end(items.start)..end(items.end)]
            .strip_prefix(b",")
            .unwrap_or_default()
    }

    /// The body of a call with some of the items, under the name that the operation has for them.
    pub(crate) fn body(&self, name: &str, items: Range<usize>) -> Bytes {
        let items = self.items(items);
        let mut body = Vec::with_capacity(items.len() + name.len() + 7);
        body.extend_from_slice(format!("{{\"{name}\":[").as_bytes());
        body.extend_from_slice(items);
        body.extend_from_slice(b"]}");
        body.into()
    }
}
