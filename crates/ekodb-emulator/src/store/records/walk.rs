//! Going over records bit by bit: a walk can be left at any record and taken up again, in the same snapshot.

use std::ops::ControlFlow;

use super::{Records, Stored};
use crate::query::Range;
use crate::store::{Source, StoreError};

/// Where a walk over the records of a collection stands. It holds numbers at most, never records.
#[derive(Clone, Debug)]
pub(crate) enum Walk {
    /// All from this number on, in the order of insertion.
    From(u64),
    /// These, in this order.
    Listed(std::vec::IntoIter<u64>),
}

impl Walk {
    /// Over everything, in the order of insertion.
    pub(crate) fn all() -> Self {
        Self::From(0)
    }

    /// Over the records of these numbers, in this order.
    pub(crate) fn listed(numbers: Vec<u64>) -> Self {
        Self::Listed(numbers.into_iter())
    }

    /// Visits records until told to stop, or until there are none left, which is what `Continue` means. The next
    /// call goes on behind the record at which this one stopped.
    pub(crate) fn go<S: Source, E: From<StoreError>>(
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

impl<S: Source> Records<'_, S> {
    /// A walk over the records that a range can mean, in the order of insertion; more than it means, never fewer.
    /// Without a range it is over everything.
    pub(crate) fn candidates(&self, range: Option<&Range>) -> Result<Walk, StoreError> {
        let Some(range) = range else {
            return Ok(Walk::all());
        };
        let mut numbers = self.numbers_in(range)?;
        numbers.sort_unstable();
        numbers.dedup();
        Ok(Walk::listed(numbers))
    }
}
