//! Removing what is due.

use redb::ReadableTable;

use super::expiry_index::{DEADLINES, Deadline, EXPIRY, Key, TRASHED_RECORD, remove_deadline};
use super::table::Records;
use crate::engine::store::collections::Collections;
use crate::engine::store::error::StoreError;
use crate::engine::store::transaction::{ReadView, WriteTransaction};

/// How many entries one write removes.
const SWEEP: usize = 256;

/// Removes some of what is due.
pub(crate) fn sweep(transaction: &WriteTransaction<'_>, now: i64) -> Result<(), StoreError> {
    let due: Vec<(Key, String)> = {
        let table = transaction.table(DEADLINES)?;
        let mut due = Vec::new();
        for entry in table
            .range(..=(now, u64::MAX, u64::MAX, u8::MAX))?
            .take(SWEEP)
        {
            let (key, name) = entry?;
            due.push((key.value(), name.value().to_owned()));
        }
        due
    };
    for (key, name) in due {
        let (_, uid, number, kind) = key;
        let records = Records {
            view: transaction,
            uid,
            now,
        };
        match kind {
            EXPIRY => records.erase_number(number)?,
            TRASHED_RECORD => records.forget(&name)?,
            // What is left of it is removed by later writes.
            _ if !records.purge_some(SWEEP)? => break,
            _ => Collections(transaction).forget(&name, uid)?,
        }
        remove_deadline(transaction, Deadline(key))?;
    }
    Ok(())
}

impl<S: ReadView> Records<'_, S> {
    /// How many records of the collection are due and not swept away yet.
    pub(super) fn overdue(&self) -> Result<u64, StoreError> {
        let table = self.view.table(DEADLINES)?;
        let mut overdue = 0;
        for entry in table.range(..=(self.now, u64::MAX, u64::MAX, u8::MAX))? {
            let (_, uid, _, kind) = entry?.0.value();
            overdue += u64::from(uid == self.uid && kind == EXPIRY);
        }
        Ok(overdue)
    }
}
