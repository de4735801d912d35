//! The records of a file in batches, each of one collection.

use std::io::BufRead;

use serde_json::Value as Json;

use super::read::{Item, Place, Reader};
use crate::failure::Failure;

/// Records of a batch, at most.
const BATCH: usize = 500;
/// Bytes of a batch, about: it ends with the record that passes them.
const BATCH_BYTES: u64 = 4 * 1024 * 1024;
/// Which collection a record is of.
#[derive(Debug)]
pub(crate) struct Naming {
    /// The collection of all records, which then are not wrapped.
    pub(crate) collection: Option<String>,
    /// The collection of records that do not name one: the file's name.
    pub(crate) fallback: Option<String>,
}

/// Records of one collection that are sent together.
pub(super) struct Batch {
    pub(super) collection: String,
    pub(super) schema: Option<Json>,
    pub(super) items: Vec<Item>,
    pub(super) start: u64,
    /// `None` if there was nothing left to read.
    pub(super) end: Option<Place>,
}

impl Batch {
    /// Reads until the batch is full, or what follows is of another collection; that stays in
    /// `ahead`.
    pub(super) fn read<R: BufRead>(
        reader: &mut Reader<R>,
        ahead: &mut Option<Item>,
        naming: &Naming,
    ) -> Result<Self, Failure> {
        let mut batch = Self {
            collection: String::new(),
            schema: None,
            items: Vec::new(),
            start: 0,
            end: None,
        };
        loop {
            let item = match ahead.take() {
                Some(item) => item,
                None => match reader.next()? {
                    Some(item) => item,
                    None => return Ok(batch),
                },
            };
            let line = Line::of(&item, naming)?;
            let begun = batch.end.is_some();
            let collection = line.collection.unwrap_or_else(|| batch.collection.clone());
            if begun && (collection != batch.collection || line.is_schema) {
                *ahead = Some(item);
                return Ok(batch);
            }
            if !begun {
                batch.start = item.start;
                batch.collection = collection;
            }
            batch.end = Some(item.end);
            match (line.is_schema, item.content) {
                (true, Ok(mut content)) => batch.schema = Some(content["schema"].take()),
                (false, Ok(mut content)) if line.is_wrapped => {
                    let content = Ok(content["record"].take());
                    batch.items.push(Item { content, ..item });
                }
                (_, content) => batch.items.push(Item { content, ..item }),
            }
            let bytes = item.end.offset - batch.start;
            if batch.items.len() >= BATCH || bytes >= BATCH_BYTES {
                return Ok(batch);
            }
        }
    }
}

/// What a line is: a record, or a record or schema with its collection, as exports and seeds have
/// them.
struct Line {
    /// `None` if the line is broken: then it goes with those before it.
    collection: Option<String>,
    is_wrapped: bool,
    is_schema: bool,
}

impl Line {
    fn of(item: &Item, naming: &Naming) -> Result<Self, Failure> {
        let plain = |collection: Option<&String>| Self {
            collection: collection.cloned(),
            is_wrapped: false,
            is_schema: false,
        };
        if naming.collection.is_some() {
            return Ok(plain(naming.collection.as_ref()));
        }
        let Ok(content) = &item.content else {
            return Ok(plain(None));
        };
        let is_schema = content.get("schema").is_some();
        let is_wrapped = content
            .as_object()
            .is_some_and(|members| members.len() == 2)
            && (is_schema || content.get("record").is_some());
        match content.get("collection").and_then(Json::as_str) {
            Some(collection) if is_wrapped => Ok(Self {
                collection: Some(collection.to_owned()),
                is_wrapped,
                is_schema,
            }),
            _ if naming.fallback.is_some() => Ok(plain(naming.fallback.as_ref())),
            _ => Err(
                Failure::usage(format!("line {} does not name its collection", item.line))
                    .hint("name it after the file: ekodb import FILE COLLECTION"),
            ),
        }
    }
}
