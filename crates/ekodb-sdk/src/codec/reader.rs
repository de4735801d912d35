//! Reads any type straight from the JSON of a reply, and takes values out of their wrappers on the
//! way.
//!
//! A member of a record is judged by itself: it is in a wrapper or it is plain. Where an object
//! looks like a wrapper, what the target asks for decides:
//!
//! - a number, text, boolean, list or enum is never an object of two such members: it is in the
//!   wrapper;
//! - a map, or a struct with a field `type` or `value`, is in it only if an object is; a struct
//!   with both fields only if the wrapper says `Object`; any other struct always. Inside a value,
//!   where the server writes no wrappers, a map never is, and a struct only if it has neither
//!   field;
//! - a target that takes anything gets the value without its wrapper if the rest of the record is
//!   written in wrappers. In a record that is not, the object is the user's own, unless the wrapper
//!   names a type that JSON does not have and the content is of it. A wrapper that is needed to
//!   write the value back stays where it is: see
//!   [`typed_json`](crate::value::typed_json).

use serde::de;

use super::{
    cursor::Cursor,
    read_error::ReadError,
    wrapper::{self, Wrapper},
};
use crate::value::kind::Kind;

/// What a target that takes anything gets for a value that needs its wrapper to be written back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Form {
    /// The wrapper.
    Wrapped,
    /// The content.
    Plain,
}

/// The place in a reply, and what is known of the record there.
#[derive(Debug)]
pub(super) struct Reader<'t> {
    pub(super) cursor: Cursor<'t>,
    /// The field that a query puts joined records in.
    pub(super) joined: Option<&'t str>,
    pub(super) form: Form,
    /// Where the record begins.
    pub(super) record: usize,
    /// Whether the record is written in wrappers; `None` until it is asked.
    pub(super) is_typed: Option<bool>,
    /// Whether a wrapper was left where it is.
    pub(super) left_wrapper: bool,
    /// Whether values become the types of this crate, which take more memory than their JSON.
    pub(super) is_counted: bool,
    /// How much more memory they may take, by estimate. `None` once it was not enough.
    pub(super) budget: Option<usize>,
}

/// What a value is part of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place {
    /// It is a record.
    Record,
    /// It is a member of a record.
    Member,
    /// It is the member with joined records.
    Joined,
    /// It is inside a value.
    Nested,
    /// It is a wrapper that stays where it is, or inside of one.
    Verbatim,
}

/// The value that comes next.
pub(super) struct Next<'r, 't> {
    pub(super) reader: &'r mut Reader<'t>,
    pub(super) place: Place,
}

impl<'t> Reader<'t> {
    pub(super) fn new(cursor: Cursor<'t>, joined: Option<&'t str>, form: Form) -> Self {
        Self {
            record: cursor.at,
            cursor,
            joined,
            form,
            is_typed: None,
            left_wrapper: false,
            is_counted: false,
            budget: Some(usize::MAX),
        }
    }

    /// Counts memory that a value takes beside its text.
    pub(super) fn count(&mut self, bytes: usize) -> Result<(), ReadError> {
        if self.is_counted {
            self.budget = self.budget.and_then(|budget| budget.checked_sub(bytes));
            if self.budget.is_none() {
                return Err(de::Error::custom("too many values"));
            }
        }
        Ok(())
    }

    /// What comes next.
    #[inline]
    pub(super) fn next(&mut self, place: Place) -> Next<'_, 't> {
        Next {
            reader: self,
            place,
        }
    }

    /// Whether the record is written in wrappers. In one that is, no number, boolean or null stands
    /// bare, nor an object without a `type`. The id under another name does, and so do joined
    /// records; and a newer server may have types that are not known here.
    pub(super) fn is_typed(&mut self) -> Result<bool, ReadError> {
        if let Some(known) = self.is_typed {
            return Ok(known);
        }
        let known = has_types(self.cursor.moved_to(self.record))?;
        self.is_typed = Some(known);
        Ok(known)
    }

    /// Whether a target that takes anything has the content alone.
    pub(super) fn is_bare(&mut self, wrapper: &Wrapper, content: &str) -> Result<bool, ReadError> {
        let kind = wrapper.kind;
        let keeps_type = wrapper::keeps_type(kind, content);
        // Content that fits tells a type that JSON does not have.
        let is_known = keeps_type && !kind.is_of_json();
        if !is_known && !self.is_typed()? {
            return Ok(false);
        }
        // The server takes a moment for one without its wrapper too.
        if self.form == Form::Plain || kind == Kind::DateTime {
            return Ok(true);
        }
        self.left_wrapper |= keeps_type;
        Ok(!keeps_type)
    }
}

fn has_types(mut record: Cursor<'_>) -> Result<bool, ReadError> {
    let bare = record.find_member(|name, value| {
        let typed = match value.peek() {
            Some(b'"' | b'[') => true,
            Some(b'{') => names_type(value.clone())?,
            _ => name == "id" || name == "ttl",
        };
        Ok((!typed).then_some(()))
    })?;
    Ok(bare.is_none())
}

/// Whether an object has a member `type` that is a text.
fn names_type(mut object: Cursor<'_>) -> Result<bool, ReadError> {
    let is_text = object
        .find_member(|name, value| Ok((name == "type").then(|| value.peek() == Some(b'"'))))?;
    Ok(is_text.unwrap_or(false))
}

impl<'t> Next<'_, 't> {
    /// The wrapper that comes next, if one does.
    #[inline]
    pub(super) fn wrapper(&mut self) -> Result<Option<Wrapper>, ReadError> {
        let is_bare = matches!(self.place, Place::Record | Place::Verbatim);
        if self.reader.cursor.peek() != Some(b'{') || is_bare {
            return Ok(None);
        }
        Wrapper::at(&self.reader.cursor)
    }

    pub(super) fn content(&self, wrapper: &Wrapper) -> &'t str {
        self.reader.cursor.slice(wrapper.content.clone())
    }

    /// Reads the content of a wrapper, and skips the rest of it.
    #[inline]
    pub(super) fn inside<T>(
        self,
        wrapper: &Wrapper,
        read: impl FnOnce(Next<'_, 't>) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        // The records that a query joins are a list that can be in a wrapper.
        let place = match self.place {
            Place::Joined => Place::Joined,
            _ => Place::Nested,
        };
        self.reader.cursor.at = wrapper.content.start;
        let value = read(self.reader.next(place))?;
        self.reader.cursor.at = wrapper.end;
        Ok(value)
    }

    /// Reads a value that is never an object of `type` and `value` by itself.
    #[inline]
    pub(super) fn unwrapped<T>(
        mut self,
        read: impl FnOnce(Next<'_, 't>, Option<Kind>) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        match self.wrapper()? {
            Some(wrapper) => self.inside(&wrapper, |next| read(next, Some(wrapper.kind))),
            None => read(self.reader.next(self.place), None),
        }
    }

    /// Whether the content of a wrapper is an object.
    pub(super) fn has_object(&self, wrapper: &Wrapper) -> bool {
        self.content(wrapper).starts_with('{')
    }
}
