//! NDJSON: a JSON value in each line.

use std::io::{BufRead, Read};

use super::item::{Item, LARGEST, Place, from_json, unreadable};
use crate::failure::Failure;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

pub(in super::super) struct Lines<R> {
    reader: R,
    place: Place,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R, from: Place) -> Self {
        Self {
            reader,
            place: from,
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<Item>, Failure> {
        loop {
            let start = self.place.offset;
            let mut line = Vec::new();
            let read = (&mut self.reader)
                .take(LARGEST as u64)
                .read_until(b'\n', &mut line)
                .map_err(|error| unreadable(&error))?;
            if read == 0 {
                return Ok(None);
            }
            if read == LARGEST && line.last() != Some(&b'\n') {
                return Err(Failure::failed(format!(
                    "line {} is longer than {LARGEST} bytes: is this NDJSON?",
                    self.place.lines + 1
                )));
            }
            self.place.offset += read as u64;
            self.place.lines += 1;
            let mut text = line.as_slice();
            if start == 0 {
                text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
            }
            let text = text.trim_ascii();
            if text.is_empty() {
                continue;
            }
            return Ok(Some(Item {
                line: self.place.lines,
                start,
                end: self.place,
                content: from_json(text),
            }));
        }
    }
}
