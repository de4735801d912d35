//! Reads the records of a reply.

use std::borrow::Cow;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::{
    cursor::Cursor,
    read_error::ReadError,
    reader::{Form, Place, Reader},
};
use crate::{Error, ErrorKind};

/// The one record of a reply, in the caller's type.
pub(crate) fn decode<T: DeserializeOwned>(reply: Bytes) -> Result<T, Error> {
    let reply = text(reply)?;
    let mut cursor = Cursor::new(&reply, 0);
    let mut budget = ONE_RECORD.max(reply.len().saturating_mul(GROWTH));
    let record = next_record(&mut cursor, None, &mut budget)?;
    check_end(&mut cursor).map(|()| record)
}

/// The records of a reply, read one by one.
#[derive(Debug)]
pub(crate) struct Page {
    text: String,
    at: usize,
    /// The field that a query puts joined records in.
    joined: Option<String>,
    read: u64,
    most: u64,
    /// How much memory the records may take in the types of this crate.
    budget: usize,
    ended: bool,
}

impl Default for Page {
    /// A page without records.
    fn default() -> Self {
        Self {
            text: String::new(),
            at: 0,
            joined: None,
            read: 0,
            most: 0,
            budget: 0,
            ended: true,
        }
    }
}

/// How much of each end of a page is compared.
const END: usize = 128;

impl Page {
    /// The page in a reply, of which none is larger than `max_reply_bytes`.
    pub(crate) fn new(
        reply: Bytes,
        joined: Option<String>,
        max_reply_bytes: usize,
    ) -> Result<Self, Error> {
        let text = text(reply)?;
        let mut cursor = Cursor::new(&text, 0);
        if cursor.peek() != Some(b'[') {
            return Err(Error::invalid_reply(
                "the reply is not the list of records that was asked for",
            ));
        }
        let at = cursor.at + 1;
        Ok(Self {
            text,
            at,
            joined,
            read: 0,
            most: u64::MAX,
            budget: max_reply_bytes.saturating_mul(GROWTH),
            ended: false,
        })
    }

    /// The same page, which must not have more records.
    pub(crate) fn at_most(self, records: u64) -> Self {
        Self {
            most: records,
            ..self
        }
    }

    /// Whether there are no records.
    pub(crate) fn is_empty(&self) -> bool {
        Cursor::new(&self.text, self.at).peek() == Some(b']')
    }

    /// What tells the page from others, for nearly all: its length, its beginning and its end.
    pub(crate) fn ends(&self) -> (usize, &[u8], &[u8]) {
        let bytes = self.text.as_bytes();
        let length = bytes.len();
        let end = END.min(length);
        (length, &bytes[..end], &bytes[length - end..])
    }

    /// How many records have been read.
    pub(crate) fn read(&self) -> u64 {
        self.read
    }

    /// The next record, in the caller's type. After an error there is none.
    pub(crate) fn next<T: DeserializeOwned>(&mut self) -> Option<Result<T, Error>> {
        let mut budget = self.budget;
        let record = self.advance(|cursor, joined| next_record(cursor, joined, &mut budget));
        self.budget = budget;
        record
    }

    /// The next record, as it is written.
    pub(crate) fn text(&mut self) -> Option<Result<String, Error>> {
        self.advance(|cursor, _| skip_record(cursor).map(str::to_owned))
    }

    /// Skips the next record.
    pub(crate) fn pass(&mut self) -> Option<Result<(), Error>> {
        self.advance(|cursor, _| skip_record(cursor).map(drop))
    }

    fn advance<T>(
        &mut self,
        read: impl for<'t> FnOnce(&mut Cursor<'t>, Option<&'t str>) -> Result<T, Error>,
    ) -> Option<Result<T, Error>> {
        if self.ended {
            return None;
        }
        let mut cursor = Cursor::new(&self.text, self.at);
        let next = match cursor.next(self.read == 0, b']') {
            Ok(true) if self.read == self.most => Err(Error::invalid_reply(
                "the reply has more records than were asked for",
            )),
            Ok(true) => read(&mut cursor, self.joined.as_deref()).map(Some),
            Ok(false) => {
                cursor.at += 1;
                check_end(&mut cursor).map(|()| None)
            }
            Err(fault) => Err(broken(fault)),
        };
        self.at = cursor.at;
        match next {
            Ok(Some(record)) => {
                self.read += 1;
                Some(Ok(record))
            }
            end => {
                self.ended = true;
                end.transpose()
            }
        }
    }
}

/// Whether a reply is a record, whatever is in it.
pub(crate) fn is_record(reply: Bytes) -> Result<(), Error> {
    let reply = text(reply)?;
    let mut cursor = Cursor::new(&reply, 0);
    skip_record(&mut cursor)?;
    check_end(&mut cursor)
}

fn skip_record<'t>(cursor: &mut Cursor<'t>) -> Result<&'t str, Error> {
    check_record(cursor)?;
    cursor.skip().map_err(broken)
}

/// The members that errors have. An object with others is none.
pub(crate) const OF_ERRORS: [&str; 14] = [
    "code",
    "detail",
    "details",
    "error",
    "errors",
    "instance",
    "message",
    "path",
    "reason",
    "status",
    "success",
    "timestamp",
    "title",
    "type",
];

/// Refuses what stands where a record is expected and is none: another value, an object without
/// members, or an error that came with a status of success. A record has an `id`, if under another
/// name.
fn check_record(cursor: &mut Cursor<'_>) -> Result<(), Error> {
    let mut record = cursor.clone();
    if record.peek() != Some(b'{') {
        let text = "the reply has something else where a record was expected";
        return Err(Error::invalid_reply(text));
    }
    let mut is_empty = true;
    let found = record.find_member(|name, _| {
        is_empty = false;
        Ok((!OF_ERRORS.contains(&name)).then_some(()))
    });
    match found.map_err(broken)? {
        Some(()) => Ok(()),
        None if is_empty => Err(Error::invalid_reply(
            "the reply has an empty object where a record was expected",
        )),
        None => Err(Error::invalid_reply(
            "the reply has no record, but what looks like an error under a status of success",
        )),
    }
}

/// Refuses an id of a reply that names nothing.
pub(crate) fn check_id(id: &str) -> Result<(), Error> {
    match id.trim().is_empty() {
        true => Err(Error::invalid_reply("the reply has an empty id")),
        false => Ok(()),
    }
}

/// The id of a record, from its text.
pub(crate) fn id_of(record: &str) -> Option<String> {
    let id = Cursor::new(record, 0).find_member(|name, value| {
        let is_id = name == "id" && value.peek() == Some(b'"');
        is_id.then(|| value.string()?.decoded()).transpose()
    });
    id.ok()?.map(Cow::into_owned)
}

/// Reads a record.
fn next_record<'t, T: DeserializeOwned>(
    cursor: &mut Cursor<'t>,
    joined: Option<&'t str>,
    budget: &mut usize,
) -> Result<T, Error> {
    check_record(cursor)?;
    let start = cursor.clone();
    let reader = |at, form| Reader::new(at, joined, form);
    read(cursor, reader, Place::Record, budget).map_err(|unread| match unread {
        Unread::TooLarge => too_large(),
        Unread::WriteError { path, text } => match start.clone().skip().map_err(broken) {
            Ok(record) => failure(id_of(record).as_deref(), &path, &text),
            Err(error) => error,
        },
    })
}

/// The text of a member of a reply that is an object.
pub(crate) fn member_of(reply: Bytes, name: &str) -> Result<Option<String>, Error> {
    let reply = text(reply)?;
    let mut cursor = Cursor::new(&reply, 0);
    // Of several the last counts, and what follows must be JSON too.
    let mut found = None;
    let read = cursor.find_member(|member, value| {
        if member == name {
            found = Some(value.clone().skip()?.to_owned());
        }
        Ok(None::<()>)
    });
    read.map_err(broken)?;
    cursor.at += 1;
    check_end(&mut cursor).map(|()| found)
}

/// The texts of the items of a reply that is a list.
pub(crate) fn items_of(reply: Bytes) -> Result<Vec<String>, Error> {
    let reply = text(reply)?;
    let mut cursor = Cursor::new(&reply, 0);
    let mut items = Vec::new();
    cursor.expect(b'[').map_err(broken)?;
    while cursor.next(items.is_empty(), b']').map_err(broken)? {
        items.push(cursor.skip().map_err(broken)?.to_owned());
    }
    cursor.at += 1;
    check_end(&mut cursor).map(|()| items)
}

/// Refuses what follows where a reply must end.
fn check_end(cursor: &mut Cursor<'_>) -> Result<(), Error> {
    match cursor.is_at_end() {
        true => Ok(()),
        false => Err(not_json(cursor.at)),
    }
}

/// A value that stands alone, in the caller's type: its text is read as the only member of a record
/// is. `what` names it in errors.
pub(crate) fn decode_value<T: DeserializeOwned>(value: &str, what: &str) -> Result<T, Error> {
    const BEFORE: &str = r#"{"value":"#;
    let record = format!("{BEFORE}{value}}}");
    let reader = |at, form| Reader {
        record: 0,
        ..Reader::new(at, None, form)
    };
    let mut cursor = Cursor::new(&record, BEFORE.len());
    let mut budget = ONE_RECORD.max(value.len().saturating_mul(GROWTH));
    read(&mut cursor, reader, Place::Member, &mut budget).map_err(|unread| match unread {
        Unread::TooLarge => too_large(),
        Unread::WriteError { path, text } => {
            let place = match path.as_str() {
                "." => String::new(),
                path => format!(" at `{path}`"),
            };
            let reason = without_data(&text);
            Error::invalid_reply(format!("{what} cannot be read{place}: {reason}"))
        }
    })
}

/// Why a value is not read.
enum Unread {
    /// It takes more memory than is left.
    TooLarge,
    /// The caller's type does not take it.
    WriteError { path: String, text: String },
}

/// Reads what comes next. The first attempt is made without a trace of where it is. Where it fails,
/// a second one gives targets that take anything the plain content, which suits those that are read
/// by way of such a target, such as a flattened struct. If that fails too, the last attempt finds
/// out where.
// Inlined, so that the place is a constant where records are read: 40 instructions for each.
#[inline(always)]
fn read<'t, T: DeserializeOwned>(
    cursor: &mut Cursor<'t>,
    reader: impl Fn(Cursor<'t>, Form) -> Reader<'t>,
    place: Place,
    budget: &mut usize,
) -> Result<T, Unread> {
    let mut left_wrapper = false;
    for form in [Form::Wrapped, Form::Plain] {
        if form == Form::Plain && !left_wrapper {
            break;
        }
        let mut attempt = reader(cursor.clone(), form);
        attempt.budget = Some(*budget);
        let value = T::deserialize(attempt.next(place));
        let Some(left) = attempt.budget else {
            return Err(Unread::TooLarge);
        };
        if let Ok(value) = value {
            *budget = left;
            *cursor = attempt.cursor;
            return Ok(value);
        }
        left_wrapper = attempt.left_wrapper;
    }
    let mut attempt = reader(cursor.clone(), Form::Plain);
    match serde_path_to_error::deserialize(attempt.next(place)) {
        Ok(value) => {
            *cursor = attempt.cursor;
            Ok(value)
        }
        Err(error) => Err(Unread::WriteError {
            path: error.path().to_string(),
            text: error.into_inner().to_string(),
        }),
    }
}

/// How much larger than their JSON the records of a reply may be in the types of this crate.
const GROWTH: usize = 8;

/// What one record may take in any case.
const ONE_RECORD: usize = 256 * 1024 * 1024;

fn too_large() -> Error {
    Error::new(
        ErrorKind::ReplyTooLarge,
        "the records of the reply would take much more memory than the reply: ask for fewer (`limit`, \
         `select`), read them as a type of your own, or raise max_reply_bytes",
    )
}

fn text(reply: Bytes) -> Result<String, Error> {
    String::from_utf8(reply.into()).map_err(|error| not_json(error.utf8_error().valid_up_to()))
}

fn broken(fault: ReadError) -> Error {
    match fault.syntax_at() {
        Some(at) => not_json(at),
        None => Error::invalid_reply(format!("the reply cannot be read: {fault}")),
    }
}

fn not_json(at: usize) -> Error {
    Error::invalid_reply(format!("the reply is not JSON from byte {at} on"))
}

/// What is wrong with a record, without its data: the field, and for a missing one where to look.
fn failure(id: Option<&str>, path: &str, text: &str) -> Error {
    let record = id.map_or("a record".to_owned(), |id| {
        format!("the record `{}`", id.escape_debug())
    });
    let text = if text.starts_with("missing field") {
        format!(
            "{record} cannot be read: {text}; it was never stored, the query leaves it out, or the key's grant hides it \
             (`select_fields`, `exclude_fields`): make it an `Option` or ask for the grant"
        )
    } else {
        format!(
            "{record} cannot be read: field `{path}`: {}",
            without_data(text)
        )
    };
    Error::invalid_reply(text)
}

/// serde's words without the value that they quote, which is the user's.
fn without_data(text: &str) -> String {
    let what = text.split([':', '`']).next().unwrap_or_default().trim();
    match text.rsplit_once(", expected ") {
        Some((_, expected)) => format!("{what}, expected {expected}"),
        None => "the type refused the value".to_owned(),
    }
}
