//! Which operations a change of a shared schema reaches.
//!
//! Each pair of schemas is compared once, however many operations use it, and remembers its changes
//! and the pairs it leads to. Whom a change reaches is found at the end by following them from
//! every operation.

use indexmap::{IndexMap, map::Entry};

use super::change::Side;

/// A pair of schemas on one side: the pointers into both documents.
pub(crate) type Pair = (Side, String, String);

/// What a pair of schemas has led to.
#[derive(Default)]
struct Visit {
    /// The places of its own changes in the list of all changes.
    changes: Vec<usize>,
    /// The pairs it holds.
    parts: Vec<usize>,
}

/// The pairs of schemas met so far, and how they hold each other.
#[derive(Default)]
pub(crate) struct Reach {
    visits: IndexMap<Pair, Visit>,
    /// The pairs that each operation holds itself.
    roots: IndexMap<String, Vec<usize>>,
    /// The pair being compared.
    open: Option<usize>,
}

impl Reach {
    /// Enters a pair from where the walk is. Returns its number if it is new, and so has to be
    /// compared.
    pub(crate) fn enter(&mut self, pair: Pair, operation: Option<&str>) -> Option<usize> {
        let (index, new) = match self.visits.entry(pair) {
            Entry::Occupied(entry) => (entry.index(), false),
            Entry::Vacant(entry) => {
                let index = entry.index();
                entry.insert(Visit::default());
                (index, true)
            }
        };
        if let Some(outer) = self.open {
            self.visits[outer].parts.push(index);
        } else if let Some(operation) = operation {
            self.roots
                .entry(operation.to_owned())
                .or_default()
                .push(index);
        }
        new.then_some(index)
    }

    /// Begins to compare a pair: what follows belongs to it.
    pub(crate) fn open(&mut self, pair: usize) {
        self.open = Some(pair);
    }

    /// Ends the comparison of a pair.
    pub(crate) fn close(&mut self) {
        self.open = None;
    }

    /// Notes a change of the pair being compared. Whether there is such a pair.
    pub(crate) fn change(&mut self, change: usize) -> bool {
        if let Some(open) = self.open {
            self.visits[open].changes.push(change);
        }
        self.open.is_some()
    }

    /// Calls `reached` with every operation and every change of a schema that reaches it, once
    /// each.
    pub(crate) fn each(&self, mut reached: impl FnMut(&str, usize)) {
        for (operation, roots) in &self.roots {
            let mut seen = vec![false; self.visits.len()];
            let mut left = roots.clone();
            let mut changes = Vec::new();
            while let Some(index) = left.pop() {
                if !std::mem::replace(&mut seen[index], true) {
                    changes.extend(&self.visits[index].changes);
                    left.extend(&self.visits[index].parts);
                }
            }
            changes.sort_unstable();
            changes.dedup();
            for change in changes {
                reached(operation, change);
            }
        }
    }
}
