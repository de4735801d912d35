//! Index keys: which records have which values in the fields that the schema has indexed.

use std::ops::ControlFlow;

use redb::{ReadableTable, TableDefinition};

use super::stored::Stored;
use super::table::Records;
use crate::engine::query::IndexRange;
use crate::engine::record::Record;
use crate::engine::store::error::StoreError;
use crate::engine::store::transaction::{ReadView, WriteTransaction};
use crate::engine::value::Operand;

type Key = (u64, &'static str, &'static [u8], u64);

pub(super) const INDEX: TableDefinition<'static, Key, ()> = TableDefinition::new("record_index");

/// What looking at an index key counts as, in bytes of a write.
const ENTRY: usize = 64;

impl<S: ReadView> Records<'_, S> {
    /// The numbers of the records that a range can mean, in no order, some perhaps twice.
    pub(super) fn numbers_in(&self, range: &IndexRange) -> Result<Vec<u64>, StoreError> {
        match range {
            IndexRange::Ids(ids) => {
                let numbers: Result<Vec<_>, _> = ids.iter().map(|id| self.number(id)).collect();
                Ok(numbers?.into_iter().flatten().collect())
            }
            IndexRange::Spans { field, spans } => {
                let mut numbers = Vec::new();
                for (from, to) in spans {
                    numbers.extend(self.numbers_between(field, from, to)?);
                }
                Ok(numbers)
            }
            IndexRange::Any(ranges) => {
                let numbers: Result<Vec<_>, _> =
                    ranges.iter().map(|range| self.numbers_in(range)).collect();
                Ok(numbers?.concat())
            }
        }
    }

    /// Whether a record other than the one at `except` has this record's value in an indexed field.
    /// Long texts that begin alike share an index key, so the records that are compared count as
    /// bytes that the write spends.
    pub(crate) fn has_duplicate(
        &self,
        field: &str,
        record: &Record,
        except: Option<u64>,
    ) -> Result<bool, StoreError> {
        let Some(value) = record.fields.get(field) else {
            return Ok(false);
        };
        let operand = Operand::typed(value);
        let Some(key) = operand.index_key() else {
            return Ok(false);
        };
        let mut duplicate = false;
        self.each_between(field, &key, &key, |number| {
            self.view.spend(ENTRY)?;
            if Some(number) == except {
                return Ok(ControlFlow::Continue(()));
            }
            let Some(Stored { record: other, .. }) = self.at(number)? else {
                return Ok(ControlFlow::Continue(()));
            };
            self.view.spend(other.memory_size())?;
            duplicate = other.operand(field, "id").total_order(operand).is_eq();
            Ok(match duplicate {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            })
        })?;
        Ok(duplicate)
    }

    fn numbers_between(&self, field: &str, from: &[u8], to: &[u8]) -> Result<Vec<u64>, StoreError> {
        let mut numbers = Vec::new();
        self.each_between(field, from, to, |number| {
            numbers.push(number);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(numbers)
    }

    /// Visits the numbers of the records that have a key in a range until told to stop.
    fn each_between(
        &self,
        field: &str,
        from: &[u8],
        to: &[u8],
        mut visit: impl FnMut(u64) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError> {
        let table = self.view.table(INDEX)?;
        let (first, last) = ((self.uid, field, from, 0), (self.uid, field, to, u64::MAX));
        for entry in table.range(first..=last)? {
            if visit(entry?.0.value().3)?.is_break() {
                return Ok(());
            }
        }
        // What a transaction has written has no index keys: each record may be meant.
        if let Some(overlay) = self.view.overlay()
            && let Some(staged) = overlay.of(self.uid)
        {
            for number in staged.numbers() {
                if visit(number)?.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

impl Records<'_, WriteTransaction<'_>> {
    pub(super) fn add_to_index<'f>(
        &self,
        number: u64,
        record: &Record,
        indexed: impl IntoIterator<Item = &'f str>,
    ) -> Result<(), StoreError> {
        let mut table = self.view.table_mut(INDEX)?;
        for field in indexed {
            let value = record.fields.get(field).map(Operand::typed);
            if let Some(key) = value.and_then(Operand::index_key) {
                table.insert((self.uid, field, key.as_slice(), number), ())?;
            }
        }
        Ok(())
    }

    /// Removes every key the record can have, whichever fields are indexed by now.
    pub(super) fn remove_from_index(&self, number: u64, record: &Record) -> Result<(), StoreError> {
        let mut table = self.view.table_mut(INDEX)?;
        for (field, value) in &record.fields {
            if let Some(key) = Operand::typed(value).index_key() {
                table.remove((self.uid, field.as_str(), key.as_slice(), number))?;
            }
        }
        Ok(())
    }

    /// Makes the keys of all records again, for the fields that are indexed from now on.
    pub(crate) fn rebuild_index<'f>(
        &self,
        indexed: impl IntoIterator<Item = &'f str> + Clone,
    ) -> Result<(), StoreError> {
        self.purge_index()?;
        let mut numbers = Vec::new();
        self.each(|stored| {
            numbers.push(stored.number);
            ControlFlow::Continue(())
        })?;
        for number in numbers {
            if let Some(stored) = self.at(number)? {
                self.add_to_index(number, &stored.record, indexed.clone())?;
            }
        }
        Ok(())
    }

    pub(super) fn purge_index(&self) -> Result<(), StoreError> {
        let (first, last) = ((self.uid, "", &[][..], 0), (self.uid + 1, "", &[][..], 0));
        self.view
            .table_mut(INDEX)?
            .retain_in(first..last, |_, _| false)?;
        Ok(())
    }
}
