//! A cursor over the records of a collection, which can stop at any record and go on later in the
//! same transaction.

use std::ops::ControlFlow;

use super::stored::Stored;
use super::table::Records;
use crate::engine::query::IndexRange;
use crate::engine::store::error::StoreError;
use crate::engine::store::transaction::ReadView;

/// A position among the records of a collection. It holds numbers at most, never records.
#[derive(Clone, Debug)]
pub(crate) enum Cursor {
    /// All from this number on, in the order of insertion.
    From(u64),
    /// These, in this order.
    Listed(std::vec::IntoIter<u64>),
}

impl Cursor {
    /// Over everything, in the order of insertion.
    pub(crate) fn all() -> Self {
        Self::From(0)
    }

    /// Over the records of these numbers, in this order.
    pub(crate) fn listed(numbers: Vec<u64>) -> Self {
        Self::Listed(numbers.into_iter())
    }

    /// Visits records until told to stop, or until there are none left, which is what `Continue`
    /// means. The next call starts after the record at which this one stopped.
    pub(crate) fn advance<S: ReadView, E: From<StoreError>>(
        &mut self,
        records: &Records<'_, S>,
        mut visit: impl FnMut(Stored) -> Result<ControlFlow<()>, E>,
    ) -> Result<ControlFlow<()>, E> {
        match self {
            Self::From(next) => {
                let mut failed = None;
                let mut flow = ControlFlow::Continue(());
                records.each_from(*next, |stored| {
                    *next = stored.number.saturating_add(1);
                    flow = visit(stored).unwrap_or_else(|error| {
                        failed = Some(error);
                        ControlFlow::Break(())
                    });
                    flow
                })?;
                failed.map_or(Ok(flow), Err)
            }
            Self::Listed(numbers) => {
                for number in numbers {
                    if let Some(stored) = records.at(number)?
                        && visit(stored)?.is_break()
                    {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                Ok(ControlFlow::Continue(()))
            }
        }
    }
}

impl<S: ReadView> Records<'_, S> {
    /// Returns a cursor over the records that an index range may contain, in the order of
    /// insertion: more than it contains, never fewer. Without a range it is over all records.
    pub(crate) fn candidates(&self, range: Option<&IndexRange>) -> Result<Cursor, StoreError> {
        let Some(range) = range else {
            return Ok(Cursor::all());
        };
        let mut numbers = self.numbers_in(range)?;
        numbers.sort_unstable();
        numbers.dedup();
        Ok(Cursor::listed(numbers))
    }
}
