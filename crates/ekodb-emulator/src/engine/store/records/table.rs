//! Records by their numbers, and their ids.

use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use redb::{ReadableTable, TableDefinition};

use super::expiry_index::{Deadline, remove_deadline, set_deadline};
use super::stored::Stored;
use crate::engine::record::Record;
use crate::engine::store::codec;
use crate::engine::store::error::StoreError;
use crate::engine::store::transaction::{ReadView, WriteTransaction};

pub(super) const RECORDS: TableDefinition<'static, (u64, u64), &[u8]> =
    TableDefinition::new("records");
pub(super) const NUMBERS: TableDefinition<'static, (u64, &str), u64> =
    TableDefinition::new("record_numbers");
pub(super) const TOTALS: TableDefinition<'static, u64, (u64, u64, u64)> =
    TableDefinition::new("record_totals");

/// How many records a collection has, and how large they are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Totals {
    /// The number of the next record.
    next: u64,
    pub(crate) count: u64,
    pub(crate) bytes: u64,
}

/// The records of the collection `uid` at the moment `now`, in Unix milliseconds: expired ones are
/// not there.
pub(crate) struct Records<'a, S> {
    pub(in crate::engine::store) view: &'a S,
    pub(in crate::engine::store) uid: u64,
    pub(crate) now: i64,
}

impl<'a, S: ReadView> Records<'a, S> {
    pub(crate) fn new(view: &'a S, uid: u64, now: DateTime<Utc>) -> Self {
        Self {
            view,
            uid,
            now: now.timestamp_millis(),
        }
    }

    pub(crate) fn get(&self, id: &str) -> Result<Option<Stored>, StoreError> {
        let found = match self.number(id)? {
            Some(number) => self.at(number)?,
            None => None,
        };
        let record = found.as_ref().map(|stored| &stored.record);
        self.view.note_record(self.uid, id, record);
        Ok(found)
    }

    pub(crate) fn at(&self, number: u64) -> Result<Option<Stored>, StoreError> {
        let found = self.raw(number)?;
        Ok(found.filter(|stored| !stored.record.is_expired(self.now)))
    }

    /// Whether a record of this id is stored whose time to live is over.
    pub(crate) fn has_expired(&self, id: &str) -> Result<bool, StoreError> {
        let number = self.number(id)?;
        let stored = number.map(|number| self.raw(number)).transpose()?.flatten();
        Ok(stored.is_some_and(|stored| stored.record.is_expired(self.now)))
    }

    /// Visits the records in the order of insertion until told to stop.
    pub(crate) fn each(
        &self,
        visit: impl FnMut(Stored) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.each_from(0, visit)
    }

    pub(super) fn each_from(
        &self,
        first: u64,
        mut visit: impl FnMut(Stored) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let overlay = self.view.overlay();
        let staged = overlay.as_ref().and_then(|overlay| overlay.of(self.uid));
        let mut visit = |stored: Stored| match stored.record.is_expired(self.now) {
            true => ControlFlow::Continue(()),
            false => visit(stored),
        };
        let mut next = first;
        let table = self.view.table(RECORDS)?;
        for entry in table.range((self.uid, first)..=(self.uid, u64::MAX))? {
            let (key, bytes) = entry?;
            let number = key.value().1;
            // What a transaction has written stands between what is stored, or in its place.
            let mut is_replaced = false;
            if let Some(staged) = staged {
                for (written, stored) in staged.between(next, Some(number.saturating_add(1))) {
                    is_replaced |= written == number;
                    if let Some(stored) = stored
                        && visit(stored).is_break()
                    {
                        return Ok(());
                    }
                }
                next = number.saturating_add(1);
            }
            if is_replaced {
                continue;
            }
            let record = decode(bytes.value())?;
            let stored = Stored { number, record };
            if staged.is_some_and(|staged| staged.hides(&stored)) {
                continue;
            }
            if visit(stored).is_break() {
                return Ok(());
            }
        }
        let staged = staged.into_iter().flat_map(|it| it.between(next, None));
        let mut rest = staged.filter_map(|(_, stored)| stored);
        let _ = rest.try_for_each(visit);
        Ok(())
    }

    pub(crate) fn totals(&self) -> Result<Totals, StoreError> {
        let mut totals = self.raw_totals()?;
        // Those whose time is over are not swept away yet.
        totals.count = totals.count.saturating_sub(self.overdue()?);
        Ok(totals)
    }

    pub(super) fn number(&self, id: &str) -> Result<Option<u64>, StoreError> {
        if let Some(overlay) = self.view.overlay()
            && let Some(number) = overlay.of(self.uid).and_then(|staged| staged.number(id))
        {
            return Ok(number);
        }
        let table = self.view.table(NUMBERS)?;
        let number = table.get((self.uid, id))?.map(|number| number.value());
        Ok(number)
    }

    fn raw(&self, number: u64) -> Result<Option<Stored>, StoreError> {
        if let Some(overlay) = self.view.overlay()
            && let Some(stored) = overlay
                .of(self.uid)
                .and_then(|staged| staged.stored(number))
        {
            return Ok(stored);
        }
        let table = self.view.table(RECORDS)?;
        let Some(bytes) = table.get((self.uid, number))? else {
            return Ok(None);
        };
        let record = decode(bytes.value())?;
        let stored = Stored { number, record };
        let overlay = self.view.overlay();
        let staged = overlay.as_ref().and_then(|overlay| overlay.of(self.uid));
        let hidden = staged.is_some_and(|staged| staged.hides(&stored));
        Ok(Some(stored).filter(|_| !hidden))
    }

    fn raw_totals(&self) -> Result<Totals, StoreError> {
        let table = self.view.table(TOTALS)?;
        let found = table.get(self.uid)?.map(|totals| totals.value());
        Ok(
            found.map_or_else(Totals::default, |(next, count, bytes)| Totals {
                next,
                count,
                bytes,
            }),
        )
    }
}

impl Records<'_, WriteTransaction<'_>> {
    /// Stores a record whose id is not in use, with its index keys.
    pub(crate) fn insert<'f>(
        &self,
        record: &Record,
        indexed: impl IntoIterator<Item = &'f str>,
    ) -> Result<(), StoreError> {
        // One of this id may be there still, though its time is over.
        if let Some(number) = self.number(&record.id)? {
            self.erase_number(number)?;
        }
        let mut totals = self.raw_totals()?;
        let number = totals.next;
        totals.next += 1;
        self.set_totals(totals)?;
        self.write(number, record, indexed)
    }

    /// Puts a changed record in the place of what it was.
    pub(crate) fn replace<'f>(
        &self,
        before: &Stored,
        after: &Record,
        indexed: impl IntoIterator<Item = &'f str>,
    ) -> Result<(), StoreError> {
        self.erase(before)?;
        self.write(before.number, after, indexed)
    }

    pub(super) fn write<'f>(
        &self,
        number: u64,
        record: &Record,
        indexed: impl IntoIterator<Item = &'f str>,
    ) -> Result<(), StoreError> {
        let bytes = codec::encode("record", record)?;
        self.view.spend(bytes.len())?;
        let mut totals = self.raw_totals()?;
        totals.count += 1;
        totals.bytes += bytes.len() as u64;
        self.set_totals(totals)?;
        self.view
            .table_mut(RECORDS)?
            .insert((self.uid, number), bytes.as_slice())?;
        self.view
            .table_mut(NUMBERS)?
            .insert((self.uid, record.id.as_str()), number)?;
        if let Some(ttl) = record.ttl {
            let expiry = Deadline::expiry(ttl.expires_at, self.uid, number);
            set_deadline(self.view, expiry, &record.id)?;
        }
        self.add_to_index(number, record, indexed)
    }

    pub(super) fn erase_number(&self, number: u64) -> Result<(), StoreError> {
        match self.raw(number)? {
            Some(stored) => self.erase(&stored),
            None => Ok(()),
        }
    }

    /// Removes a record and everything that stands beside it.
    pub(super) fn erase(&self, stored: &Stored) -> Result<(), StoreError> {
        let Stored { number, record } = stored;
        let length = {
            let mut table = self.view.table_mut(RECORDS)?;
            let removed = table.remove((self.uid, *number))?;
            removed.map_or(0, |bytes| bytes.value().len() as u64)
        };
        let mut totals = self.raw_totals()?;
        totals.count = totals.count.saturating_sub(1);
        totals.bytes = totals.bytes.saturating_sub(length);
        self.set_totals(totals)?;
        self.view
            .table_mut(NUMBERS)?
            .remove((self.uid, record.id.as_str()))?;
        if let Some(ttl) = record.ttl {
            let expiry = Deadline::expiry(ttl.expires_at, self.uid, *number);
            remove_deadline(self.view, expiry)?;
        }
        self.remove_from_index(*number, record)
    }

    /// Removes some of what the collection has. Returns whether that was all.
    pub(super) fn purge_some(&self, most: usize) -> Result<bool, StoreError> {
        let numbers: Vec<u64> = {
            let table = self.view.table(RECORDS)?;
            let records = table.range((self.uid, 0)..=(self.uid, u64::MAX))?;
            let numbers = records.take(most).map(|entry| Ok(entry?.0.value().1));
            numbers.collect::<Result<_, StoreError>>()?
        };
        for number in &numbers {
            self.erase_number(*number)?;
        }
        let deleted = self.trashed_ids(most)?;
        for id in &deleted {
            self.forget(id)?;
        }
        let all = numbers.len() < most && deleted.len() < most;
        if all {
            self.purge()?;
        }
        Ok(all)
    }

    /// Removes everything the collection has.
    fn purge(&self) -> Result<(), StoreError> {
        let (first, last) = ((self.uid, 0), (self.uid, u64::MAX));
        self.view
            .table_mut(RECORDS)?
            .retain_in(first..=last, |_, _| false)?;
        self.view
            .table_mut(NUMBERS)?
            .retain_in((self.uid, "")..(self.uid + 1, ""), |_, _| false)?;
        self.view.table_mut(TOTALS)?.remove(self.uid)?;
        self.purge_index()?;
        self.purge_trash()
    }

    fn set_totals(&self, totals: Totals) -> Result<(), StoreError> {
        let Totals { next, count, bytes } = totals;
        self.view
            .table_mut(TOTALS)?
            .insert(self.uid, (next, count, bytes))?;
        Ok(())
    }
}

fn decode(bytes: &[u8]) -> Result<Record, StoreError> {
    codec::decode("record", bytes)
}
