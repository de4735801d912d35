//! A list that is written item by item, in either format.

use serde::Serialize;

use super::format::Format;
use super::msgpack;
use crate::http::error::ApiError;

/// The items of a list as they are sent, without the list's own beginning and end.
#[derive(Debug)]
pub(crate) struct List {
    format: Format,
    written: Vec<u8>,
    items: usize,
}

/// Why an item or a length could not be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unwritable {
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    MessagePack(#[from] rmp_serde::encode::Error),
    #[error("MessagePack has no lists of {0} items")]
    TooLong(usize),
}

impl From<Unwritable> for ApiError {
    fn from(error: Unwritable) -> Self {
        Self::internal("The reply could not be written", &error)
    }
}

impl List {
    pub(super) fn new(format: Format) -> Self {
        Self {
            format,
            written: Vec::new(),
            items: 0,
        }
    }

    pub(crate) fn push(&mut self, item: &impl Serialize) -> Result<(), Unwritable> {
        match self.format {
            Format::Json => {
                if self.items > 0 {
                    self.written.push(b',');
                }
                serde_json::to_writer(&mut self.written, item)?;
            }
            Format::MessagePack => msgpack::encode_to(&mut self.written, item)?,
        }
        self.items += 1;
        Ok(())
    }

    /// How many items there were, those taken away included.
    pub(crate) fn items(&self) -> usize {
        self.items
    }

    /// How many bytes wait to be sent.
    pub(crate) fn len(&self) -> usize {
        self.written.len()
    }

    /// Takes what was written since the last time.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.written)
    }

    /// What stands before a list of so many items.
    pub(crate) fn head(&self, items: usize) -> Result<Vec<u8>, Unwritable> {
        match self.format {
            Format::Json => Ok(b"[".to_vec()),
            Format::MessagePack => msgpack::list_head(items).ok_or(Unwritable::TooLong(items)),
        }
    }

    /// What stands behind it.
    pub(crate) fn tail(&self) -> &'static [u8] {
        match self.format {
            Format::Json => b"]",
            Format::MessagePack => b"",
        }
    }

    /// Whether its head says how many items there are.
    pub(crate) fn is_counted(&self) -> bool {
        self.format == Format::MessagePack
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_list_in_pieces_is_the_list_in_one() {
        for count in [0, 1, 2, 15, 16, 65_535, 65_536] {
            let items: Vec<Value> = (0..count).map(|n| json!({ "n": n })).collect();
            for format in [Format::Json, Format::MessagePack] {
                let mut list = List::new(format);
                let mut sent = list.head(count).unwrap();
                for item in &items {
                    list.push(item).unwrap();
                    if list.items().is_multiple_of(7) {
                        sent.extend(list.take());
                    }
                }
                sent.extend(list.take());
                sent.extend(list.tail());
                let whole = match format {
                    Format::Json => serde_json::to_vec(&items).unwrap(),
                    Format::MessagePack => rmp_serde::to_vec_named(&items).unwrap(),
                };
                assert!(sent == whole, "{format:?} {count}");
            }
        }
    }
}
