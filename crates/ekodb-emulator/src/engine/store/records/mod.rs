//! The records of one collection.
//!
//! A record is stored under its collection's uid and a number that grows with each insertion, so
//! that a scan returns the order of insertion. Beside it are its id, its index keys and its
//! deadline, if any.

mod cursor;
mod deadlines;
mod index;
pub(super) mod stored;
mod sweep;
mod table;
#[cfg(test)]
mod tests;
mod trash;

pub(crate) use cursor::Cursor;
pub(super) use deadlines::{Deadline, remove_deadline, set_deadline};
pub(crate) use stored::Stored;
pub(crate) use sweep::sweep;
pub(crate) use table::{Records, Totals};
pub(super) use trash::TRASH_PERIOD;

use super::error::StoreError;
use super::transaction::WriteTransaction;

pub(super) fn create_tables(transaction: &WriteTransaction<'_>) -> Result<(), StoreError> {
    table::create_tables(transaction)?;
    deadlines::create_tables(transaction)?;
    index::create_tables(transaction)?;
    trash::create_tables(transaction)
}

pub(super) fn clear(transaction: &WriteTransaction<'_>) -> Result<(), StoreError> {
    table::clear(transaction)?;
    deadlines::clear(transaction)?;
    index::clear(transaction)?;
    trash::clear(transaction)
}
