//! JSON: one array, read an element at a time.

use std::io::BufRead;

use super::item::{Item, LARGEST, Place, from_json, unreadable};
use crate::failure::Failure;

pub(in super::super) struct Array<R> {
    reader: R,
    place: Place,
}

impl<R: BufRead> Array<R> {
    pub(super) fn new(reader: R, from: Place) -> Self {
        Self {
            reader,
            place: from,
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<Item>, Failure> {
        if self.place.offset == 0 {
            self.open()?;
        }
        // A comma parts two elements; which of them is missing is for the parser of a whole file to
        // say.
        let first = match self.skip(|byte| byte.is_ascii_whitespace() || byte == b',')? {
            Some(b']') => return Ok(None),
            Some(first) => first,
            None => return Err(self.broken_off()),
        };
        let (line, start) = (self.place.lines + 1, self.place.offset);
        let text = self.element(first)?;
        Ok(Some(Item {
            line,
            start,
            end: self.place,
            content: from_json(&text),
        }))
    }

    fn open(&mut self) -> Result<(), Failure> {
        let space = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, 0xef | 0xbb | 0xbf);
        match self.skip(space)? {
            Some(b'[') => {
                self.take()?;
                Ok(())
            }
            _ => Err(Failure::failed("the file is not an array of records")
                .hint("a file with a record in each line is imported with --format ndjson")),
        }
    }

    /// Takes an element that begins with this byte, which is still to be read.
    fn element(&mut self, first: u8) -> Result<Vec<u8>, Failure> {
        let nested = matches!(first, b'{' | b'[' | b'"');
        let (mut text, mut depth, mut quoted, mut escaped) = (Vec::new(), 0_usize, false, false);
        loop {
            let Some(byte) = self.peek()? else {
                return Err(self.broken_off());
            };
            if !nested && (matches!(byte, b',' | b']') || byte.is_ascii_whitespace()) {
                return Ok(text);
            }
            self.take()?;
            text.push(byte);
            if text.len() > LARGEST {
                return Err(Failure::failed(format!(
                    "a record before line {} is longer than {LARGEST} bytes",
                    self.place.lines + 1
                )));
            }
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                b'{' | b'[' if !quoted => depth += 1,
                b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
                _ => {}
            }
            if nested && depth == 0 && !quoted {
                return Ok(text);
            }
        }
    }

    /// Skips bytes of a kind. Returns the next one, which is still to be read.
    fn skip(&mut self, is_space: impl Fn(u8) -> bool) -> Result<Option<u8>, Failure> {
        loop {
            match self.peek()? {
                Some(byte) if is_space(byte) => self.take()?,
                other => return Ok(other),
            }
        }
    }

    fn peek(&mut self) -> Result<Option<u8>, Failure> {
        let buffer = self.reader.fill_buf().map_err(|error| unreadable(&error))?;
        Ok(buffer.first().copied())
    }

    fn take(&mut self) -> Result<(), Failure> {
        let newline = self.peek()? == Some(b'\n');
        self.reader.consume(1);
        self.place.offset += 1;
        self.place.lines += u64::from(newline);
        Ok(())
    }

    fn broken_off(&self) -> Failure {
        Failure::failed(format!(
            "the array breaks off in line {}: the file is not whole",
            self.place.lines + 1
        ))
    }
}
