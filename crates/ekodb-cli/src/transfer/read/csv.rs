//! CSV: a header, then a record in each row.

use std::{
    collections::BTreeMap,
    io::{BufRead, Read},
};

use csv::{ReaderBuilder, StringRecord};
use ekodb_client::{CollectionSchema, FieldType};
use serde_json::{Map, Value as Json};

use super::item::{Item, Place};
use crate::failure::{Exit, Failure};

/// The names of the columns, and where the rows begin.
#[derive(Clone, Debug)]
pub(in super::super) struct Header {
    names: Vec<String>,
    pub(in super::super) end: Place,
}

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
                serde_json::from_str(cell).unwrap_or_else(|_| text())
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

impl Header {
    /// Reads the header of a file from its beginning. The reader may take more of the file than
    /// that.
    pub(in super::super) fn read(reader: impl Read) -> Result<Self, Failure> {
        let mut reader = ReaderBuilder::new().from_reader(reader);
        let names = reader.headers().map_err(|error| broken(&error))?;
        let names: Vec<String> = names.iter().map(str::to_owned).collect();
        if names.iter().all(String::is_empty) {
            return Err(Failure::new(Exit::Failed, "the file has no header")
                .hint("the first line of a CSV file names the fields"));
        }
        let mut sorted: Vec<&String> = names.iter().collect();
        sorted.sort();
        if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Failure::new(
                Exit::Failed,
                format!("the header names the field `{}` twice", pair[0]),
            ));
        }
        let end = Place {
            offset: reader.position().byte(),
            lines: reader.position().line().saturating_sub(1),
        };
        Ok(Self { names, end })
    }
}

pub(in super::super) struct Rows<R> {
    reader: csv::Reader<R>,
    from: Place,
    header: Header,
    types: Types,
    row: StringRecord,
}

impl<R: BufRead> Rows<R> {
    /// The rows of a reader that stands at a place behind the header.
    pub(super) fn new(reader: R, from: Place, header: Header, types: Types) -> Self {
        Self {
            reader: ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_reader(reader),
            from,
            header,
            types,
            row: StringRecord::new(),
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<Item>, Failure> {
        let before = self.place();
        let read = self.reader.read_record(&mut self.row);
        let (line, start) =
            self.row
                .position()
                .map_or((before.lines + 1, before.offset), |position| {
                    (
                        self.from.lines + position.line(),
                        self.from.offset + position.byte(),
                    )
                });
        let content = match read {
            Ok(false) => return Ok(None),
            Ok(true) => self.record(),
            Err(error) if error.is_io_error() => return Err(broken(&error)),
            Err(_) => Err("not valid CSV in UTF-8".to_owned()),
        };
        Ok(Some(Item {
            line,
            start,
            end: self.place(),
            content,
        }))
    }

    fn place(&self) -> Place {
        let position = self.reader.position();
        Place {
            offset: self.from.offset + position.byte(),
            lines: self.from.lines + position.line().saturating_sub(1),
        }
    }

    fn record(&self) -> Result<Json, String> {
        let (cells, names) = (self.row.len(), self.header.names.len());
        if cells != names {
            return Err(format!("has {cells} cells, and the header {names}"));
        }
        let mut record = Map::new();
        for (name, cell) in self.header.names.iter().zip(&self.row) {
            if let Some(value) = self.types.value(name, cell) {
                record.insert(name.clone(), value);
            }
        }
        Ok(Json::Object(record))
    }
}

fn broken(error: &csv::Error) -> Failure {
    Failure::new(Exit::Failed, format!("cannot read the CSV file: {error}"))
}
