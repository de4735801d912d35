//! A record with its number.

use crate::engine::record::Record;

/// A record and the number it is stored under.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) number: u64,
    pub(crate) record: Record,
}
