//! A cursor over the text of a JSON document.

use std::{borrow::Cow, fmt};

use serde::de;

use super::read_error::ReadError;

/// How deep objects and lists may be nested, as for serde_json.
pub(super) const DEEPEST: u8 = 127;

/// A place in a JSON text. A copy looks ahead.
#[derive(Clone)]
pub(crate) struct Cursor<'t> {
    text: &'t str,
    pub(super) at: usize,
    depth: u8,
}

/// A string as it is written.
#[derive(Clone, Copy)]
pub(super) struct Text<'t> {
    /// With its quotes.
    quoted: &'t str,
    escaped: bool,
}

/// A number as it is written.
#[derive(Clone, Copy)]
pub(super) struct Number<'t> {
    pub(super) text: &'t str,
    whole: bool,
}

impl<'t> Cursor<'t> {
    pub(crate) fn new(text: &'t str, at: usize) -> Self {
        Self { text, at, depth: 0 }
    }

    /// The first byte of what comes next; white space is skipped.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.text.as_bytes().get(self.at)?;
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    #[inline]
    pub(crate) fn expect(&mut self, byte: u8) -> Result<(), ReadError> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    /// What is wrong where the text is not JSON.
    #[cold]
    pub(super) fn unexpected(&self) -> ReadError {
        ReadError::syntax(self.at)
    }

    /// Enters an object or a list, whose first byte comes next.
    #[inline]
    pub(super) fn enter(&mut self) -> Result<(), ReadError> {
        if self.depth == DEEPEST {
            return Err(de::Error::custom("it is nested too deep"));
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    /// Leaves an object or a list, whose last byte must come next.
    #[inline]
    pub(super) fn leave(&mut self, last: u8) -> Result<(), ReadError> {
        self.depth -= 1;
        self.expect(last)
    }

    /// Goes on to the next member or item; `false` at the end, whose byte is `last`.
    #[inline]
    pub(crate) fn next(&mut self, first: bool, last: u8) -> Result<bool, ReadError> {
        match self.peek() {
            Some(byte) if byte == last => Ok(false),
            Some(b',') if !first => {
                self.at += 1;
                match self.peek() {
                    Some(byte) if byte != last => Ok(true),
                    _ => Err(self.unexpected()),
                }
            }
            Some(_) if first => Ok(true),
            _ => Err(self.unexpected()),
        }
    }

    /// What `look` finds in the object that comes next: it is given each member's name, and the
    /// cursor before its value.
    #[inline]
    pub(super) fn find_member<T>(
        &mut self,
        mut look: impl FnMut(&str, &mut Self) -> Result<Option<T>, ReadError>,
    ) -> Result<Option<T>, ReadError> {
        self.expect(b'{')?;
        let mut first = true;
        while self.next(first, b'}')? {
            first = false;
            let name = self.name()?.decoded()?;
            let found = look(&name, self)?;
            if found.is_some() {
                return Ok(found);
            }
            self.skip()?;
        }
        Ok(None)
    }

    /// The name of a member, and the colon after it.
    #[inline]
    pub(super) fn name(&mut self) -> Result<Text<'t>, ReadError> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected());
        }
        let name = self.string()?;
        self.expect(b':')?;
        Ok(name)
    }

    /// A string, whose quote comes next.
    #[inline]
    pub(super) fn string(&mut self) -> Result<Text<'t>, ReadError> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut at = start + 1;
        let mut escaped = false;
        loop {
            match bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    at += 2;
                }
                Some(0x20..) => at += 1,
                _ => {
                    self.at = at;
                    return Err(self.unexpected());
                }
            }
        }
        self.at = at + 1;
        let quoted = &self.text[start..self.at];
        Ok(Text { quoted, escaped })
    }

    /// A number, whose first byte comes next.
    #[inline]
    pub(super) fn number(&mut self) -> Result<Number<'t>, ReadError> {
        let start = self.at;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        match self.byte() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        let mut whole = true;
        if self.byte() == Some(b'.') {
            whole = false;
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            whole = false;
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = &self.text[start..self.at];
        Ok(Number { text, whole })
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// One digit or more.
    #[inline]
    fn digits(&mut self) -> Result<(), ReadError> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.byte() {
            self.at += 1;
        }
        if self.at == start {
            return Err(self.unexpected());
        }
        Ok(())
    }

    /// `null`, `true` or `false`, whose first byte comes next.
    #[inline]
    pub(super) fn literal(&mut self, literal: &'static str) -> Result<(), ReadError> {
        if !self.text.as_bytes()[self.at..].starts_with(literal.as_bytes()) {
            return Err(self.unexpected());
        }
        self.at += literal.len();
        Ok(())
    }

    /// Skips a value, and gives its text.
    pub(crate) fn skip(&mut self) -> Result<&'t str, ReadError> {
        let first = self.peek();
        let start = self.at;
        match first {
            Some(b'"') => self.string()?.check()?,
            Some(b'{') => {
                self.enter()?;
                let mut first = true;
                while self.next(first, b'}')? {
                    self.name()?.check()?;
                    self.skip()?;
                    first = false;
                }
                self.leave(b'}')?;
            }
            Some(b'[') => {
                self.enter()?;
                let mut first = true;
                while self.next(first, b']')? {
                    self.skip()?;
                    first = false;
                }
                self.leave(b']')?;
            }
            Some(b'n') => self.literal("null")?,
            Some(b't') => self.literal("true")?,
            Some(b'f') => self.literal("false")?,
            _ => drop(self.number()?),
        }
        Ok(&self.text[start..self.at])
    }

    /// Whether there is nothing more.
    pub(crate) fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    /// A part of the text.
    pub(super) fn slice(&self, range: std::ops::Range<usize>) -> &'t str {
        &self.text[range]
    }

    /// A cursor at another place of the same text.
    pub(super) fn moved_to(&self, at: usize) -> Self {
        Self { at, ..self.clone() }
    }
}

impl<'t> Text<'t> {
    /// The string without its escapes.
    #[inline]
    pub(super) fn decoded(self) -> Result<Cow<'t, str>, ReadError> {
        if self.escaped {
            let decoded = serde_json::from_str(self.quoted);
            decoded.map(Cow::Owned).map_err(de::Error::custom)
        } else {
            Ok(Cow::Borrowed(&self.quoted[1..self.quoted.len() - 1]))
        }
    }

    /// Whether its escapes are right.
    fn check(self) -> Result<(), ReadError> {
        self.decoded().map(drop)
    }
}

impl Number<'_> {
    /// The whole number, if it is one of up to 64 bits.
    #[inline]
    pub(super) fn as_u64(self) -> Option<u64> {
        if self.whole {
            self.text.parse().ok()
        } else {
            None
        }
    }

    #[inline]
    pub(super) fn as_i64(self) -> Option<i64> {
        // `-0` is a float to serde_json, and has a sign only as one.
        if self.whole && self.text != "-0" {
            self.text.parse().ok()
        } else {
            None
        }
    }

    pub(super) fn as_f64(self) -> Result<f64, ReadError> {
        match self.text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(de::Error::custom("a number is out of range")),
        }
    }
}

impl fmt::Debug for Cursor<'_> {
    /// Shows the place only: the text is the user's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor")
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}
