//! The records of one collection.
//!
//! A record is stored under its collection's uid and a number that grows with each insertion, so
//! that a scan returns the order of insertion. Beside it are its id, its index keys and its
//! deadline, if any.

mod cursor;
mod expiry_index;
mod index;
pub(super) mod stored;
mod sweep;
mod table;
#[cfg(test)]
mod tests;
mod trash;

pub(crate) use cursor::Cursor;
pub(super) use expiry_index::{Deadline, remove_deadline, set_deadline};
pub(crate) use stored::Stored;
pub(crate) use sweep::sweep;
pub(crate) use table::{Records, Totals};
pub(super) use trash::TRASH_PERIOD;

use expiry_index::DEADLINES;
use index::INDEX;
use table::{NUMBERS, RECORDS, TOTALS};
use trash::TRASH;

use super::error::StoreError;
use super::transaction::WriteTransaction;

pub(super) fn create_tables(transaction: &WriteTransaction<'_>) -> Result<(), StoreError> {
    transaction.table_mut(RECORDS)?;
    transaction.table_mut(NUMBERS)?;
    transaction.table_mut(TOTALS)?;
    transaction.table_mut(DEADLINES)?;
    transaction.table_mut(INDEX)?;
    transaction.table_mut(TRASH)?;
    Ok(())
}

pub(super) fn clear(transaction: &WriteTransaction<'_>) -> Result<(), StoreError> {
    transaction.clear(RECORDS)?;
    transaction.clear(NUMBERS)?;
    transaction.clear(TOTALS)?;
    transaction.clear(DEADLINES)?;
    transaction.clear(INDEX)?;
    transaction.clear(TRASH)
}
