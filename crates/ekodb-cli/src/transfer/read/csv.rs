//! CSV: a header, then a record in each row.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, Read},
};

use csv::{ByteRecord, ReaderBuilder, StringRecord};
use ekodb_client::{CollectionSchema, FieldType};
use serde_json::{Map, Value as Json};

use super::item::{Item, LARGEST, Place, Unreadable};
use crate::{failure::Failure, json_text};

/// The types of fields that are known; those of others are told from their text.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Types {
    fields: BTreeMap<String, FieldType>,
    /// Whether a field of unknown type is a text whatever it looks like.
    text: bool,
}

impl Types {
    pub(in super::super) fn new(schema: CollectionSchema, text: bool) -> Self {
        let fields = schema.fields.into_iter();
        Self {
            fields: fields
                .map(|(name, field)| (name, field.field_type))
                .collect(),
            text,
        }
    }

    /// The value of a cell. An empty one is no field.
    fn value(&self, name: &str, cell: &str) -> Option<Json> {
        use FieldType::{Array, Boolean, Float, Integer, Number, Object, Set, Vector};

        if cell.is_empty() {
            return None;
        }
        let text = || Json::from(cell);
        Some(match self.fields.get(name) {
            // As JSON, and if it is none the server says what is wrong with it.
            Some(Integer | Float | Number | Boolean | Object | Array | Set) => {
                json_text::parse(cell.as_bytes()).unwrap_or_else(|_| text())
            }
            Some(Vector) => serde_json::from_str::<Json>(cell).map_or_else(
                |_| text(),
                |value| serde_json::json!({ "type": "Vector", "value": value }),
            ),
            Some(_) => text(),
            None if self.text || name == "id" => text(),
            None => inferred(cell).unwrap_or_else(text),
        })
    }
}

/// The value that a text can only be: a number as people write it, `true`, `false`, an object or an
/// array.
fn inferred(cell: &str) -> Option<Json> {
    let value: Json = serde_json::from_str(cell).ok()?;
    match &value {
        // A number that would be printed otherwise is a code, such as 1e5 or 1.50.
        Json::Number(number) if number.to_string() == cell => Some(value),
        Json::Bool(_) | Json::Object(_) | Json::Array(_) => Some(value),
        _ => None,
    }
}

pub(in super::super) struct Rows<R> {
    reader: csv::Reader<Bounded<R>>,
    /// Where the reader began.
    from: Place,
    /// The names of the columns.
    header: Vec<String>,
    types: Types,
    row: ByteRecord,
}

impl<R: BufRead> Rows<R> {
    /// The rows of a reader that is at the beginning of the file. Reads the header.
    pub(in super::super) fn new(reader: R, types: Types) -> Result<Self, Failure> {
        let mut rows = Self {
            reader: rows(reader),
            from: Place::default(),
            header: Vec::new(),
            types,
            row: ByteRecord::new(),
        };
        let mut names = StringRecord::new();
        rows.reader
            .read_record(&mut names)
            .map_err(|error| broken(&error))?;
        rows.header = names.iter().map(str::to_owned).collect();
        check_header(&rows.header)?;
        Ok(rows)
    }

    /// The rows of the same file from a place on, at which the reader is.
    pub(in super::super) fn resume(self, reader: R, from: Place) -> Self {
        Self {
            reader: rows(reader),
            from,
            ..self
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<Item>, Failure> {
        let start = self.place().offset;
        self.reader.get_mut().left = LARGEST;
        if !self
            .reader
            .read_byte_record(&mut self.row)
            .map_err(|error| broken(&error))?
        {
            return Ok(None);
        }
        Ok(Some(Item {
            line: self.line(),
            start,
            end: self.place(),
            content: match StringRecord::from_byte_record(std::mem::take(&mut self.row)) {
                Ok(row) => self.record(&row),
                Err(error) => Err(Unreadable {
                    reason: "not valid CSV in UTF-8".to_owned(),
                    source: error
                        .into_byte_record()
                        .iter()
                        .map(String::from_utf8_lossy)
                        .collect(),
                }),
            },
        }))
    }

    /// The line in which the row that was read begins. The reader's own position is where the row
    /// before it ended, which is before the second character of its line end and blank lines.
    fn line(&self) -> u64 {
        let end = self.reader.position().byte();
        let terminated = self.reader.get_ref().byte_before(end) == Some(b'\n');
        let inside = self.row.as_slice().iter().filter(|byte| **byte == b'\n');
        (self.place().lines + 1).saturating_sub(inside.count() as u64 + u64::from(terminated))
    }

    fn place(&self) -> Place {
        let position = self.reader.position();
        Place {
            offset: self.from.offset + position.byte(),
            lines: self.from.lines + position.line().saturating_sub(1),
        }
    }

    fn record(&self, row: &StringRecord) -> Result<Json, Unreadable> {
        let (cells, names) = (row.len(), self.header.len());
        if cells != names {
            return Err(Unreadable {
                reason: format!("has {cells} cells, and the header {names}"),
                source: row.iter().collect(),
            });
        }
        let mut record = Map::new();
        for (name, cell) in self.header.iter().zip(row) {
            if let Some(value) = self.types.value(name, cell) {
                record.insert(name.clone(), value);
            }
        }
        Ok(Json::Object(record))
    }
}

/// A reader that fails where a row takes too many bytes, such as one whose quote is never closed.
struct Bounded<R> {
    reader: R,
    /// Bytes that the row may still take.
    left: usize,
    /// What was read last, and how much was read in all.
    chunk: Vec<u8>,
    total: u64,
}

impl<R> Bounded<R> {
    fn byte_before(&self, offset: u64) -> Option<u8> {
        let back = usize::try_from(self.total.checked_sub(offset)?).ok()?;
        let at = self.chunk.len().checked_sub(back + 1)?;
        self.chunk.get(at).copied()
    }
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::other(format!(
                "a row is longer than {LARGEST} bytes: is a quote not closed?"
            )));
        }
        let read = self.reader.read(buffer)?;
        self.left = self.left.saturating_sub(read);
        if read > 0 {
            self.chunk.clear();
            self.chunk.extend_from_slice(&buffer[..read]);
            self.total += read as u64;
        }
        Ok(read)
    }
}

fn rows<R: BufRead>(reader: R) -> csv::Reader<Bounded<R>> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(Bounded {
            reader,
            left: LARGEST,
            chunk: Vec::new(),
            total: 0,
        })
}

fn check_header(names: &[String]) -> Result<(), Failure> {
    if names.iter().all(String::is_empty) {
        return Err(Failure::failed("the file has no header")
            .hint("the first line of a CSV file names the fields"));
    }
    let mut sorted: Vec<&String> = names.iter().collect();
    sorted.sort();
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Failure::failed(format!(
            "the header names the field `{}` twice",
            pair[0]
        ))),
        None => Ok(()),
    }
}

fn broken(error: &csv::Error) -> Failure {
    Failure::failed(format!("cannot read the CSV file: {error}"))
}
