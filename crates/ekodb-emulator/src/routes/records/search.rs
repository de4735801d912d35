//! A find at work: it holds a snapshot and where it stands in it, and of the records only those it is looking at.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::get::renew;
use super::join::Joins;
use super::stream::{Items, PIECE, Progress};
use crate::app::App;
use crate::query::{Filter, Top};
use crate::records::View;
use crate::store::{Records, Snapshot, Stored, Walk};
use crate::wire::{ApiError, List};

/// How many records one step looks at.
const STEP: usize = 1024;

/// How many records are joined at once: without an index the other collection is gone over for each such block.
const BLOCK: usize = 4096;

/// The records that match, sorted, from the first of the page to its last.
pub(super) struct Search {
    pub(super) app: Arc<App>,
    pub(super) collection: String,
    pub(super) snapshot: Snapshot,
    pub(super) uid: u64,
    pub(super) now: i64,
    pub(super) walk: Walk,
    pub(super) filter: Option<Filter>,
    /// There until everything has been looked at once: then the walk goes over the page in its order, and records
    /// are read again. What is held by then is sort keys and numbers, of the page's end at most.
    pub(super) sorting: Option<Top>,
    pub(super) page: Page,
    pub(super) view: View,
    pub(super) joins: Option<Joins>,
    /// How many records the walk has come by.
    pub(super) looked_at: u64,
}

/// What is left to pass over and to show.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    pub(super) skip: usize,
    pub(super) limit: usize,
}

impl Page {
    /// Whether the next match is shown, unless it is behind the page.
    fn takes(&mut self) -> bool {
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        self.limit -= 1;
        true
    }

    fn is_over(self) -> bool {
        self.limit == 0
    }

    /// How many of so many matches are shown.
    fn of(self, matches: usize) -> usize {
        matches.saturating_sub(self.skip).min(self.limit)
    }
}

impl Items for Search {
    fn proceed(&mut self, list: &mut List) -> Result<Progress, ApiError> {
        match (self.sorting.take(), self.joins.take()) {
            (Some(top), joins) => {
                self.joins = joins;
                self.sort(top)
            }
            (None, None) => self.show(list),
            (None, Some(joins)) => {
                let progress = self.show_joined(list, &joins);
                self.joins = Some(joins);
                progress
            }
        }
    }

    fn rest(&self) -> Result<usize, ApiError> {
        let records = self.records();
        let matches = match (&self.filter, &self.walk) {
            (None, Walk::Listed(numbers)) => numbers.len(),
            (None, Walk::From(_)) => {
                let rest = records.totals()?.count.saturating_sub(self.looked_at);
                usize::try_from(rest).unwrap_or(usize::MAX)
            }
            (Some(filter), walk) => {
                let (mut walk, mut matches) = (walk.clone(), 0);
                let enough = self.page.skip.saturating_add(self.page.limit);
                let _ = walk.go(&records, |Stored { record, .. }| {
                    matches += usize::from(filter.matches(&record, &self.view.id_name));
                    Ok::<_, ApiError>(match matches < enough {
                        true => ControlFlow::Continue(()),
                        false => ControlFlow::Break(()),
                    })
                })?;
                matches
            }
        };
        Ok(self.page.of(matches))
    }
}

impl Search {
    fn records(&self) -> Records<'_, Snapshot> {
        Records {
            source: &self.snapshot,
            uid: self.uid,
            now: self.now,
        }
    }

    fn sort(&mut self, mut top: Top) -> Result<Progress, ApiError> {
        let alias = self.view.id_name.clone();
        let mut offer = |stored: Stored| {
            top.offer(&stored.record, stored.number, &alias);
            Ok(ControlFlow::Continue(()))
        };
        if self.look(STEP, &mut offer)?.is_break() {
            self.sorting = Some(top);
        } else {
            self.walk = Walk::listed(top.into_numbers(self.page.skip));
            self.page.skip = 0;
            self.filter = None;
        }
        Ok(Progress::Underway)
    }

    fn show(&mut self, list: &mut List) -> Result<Progress, ApiError> {
        let (mut page, view) = (self.page, self.view.clone());
        let mut renewed = Vec::new();
        let mut show = |stored: Stored| {
            if page.is_over() {
                return Ok(ControlFlow::Break(()));
            }
            if page.takes() {
                renewed.extend(to_renew(&stored));
                list.push(&view.render(stored.record))?;
            }
            Ok(match page.is_over() || list.len() >= PIECE {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            })
        };
        let flow = self.look(STEP, &mut show)?;
        self.page = page;
        self.renew(renewed);
        Ok(self.progress(flow))
    }

    fn show_joined(&mut self, list: &mut List, joins: &Joins) -> Result<Progress, ApiError> {
        let mut page = self.page;
        let mut block = Vec::new();
        let mut gather = |stored: Stored| {
            if !page.is_over() && page.takes() {
                block.push(stored);
            }
            Ok(match page.is_over() {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            })
        };
        let flow = self.look(BLOCK, &mut gather)?;
        self.page = page;
        self.renew(block.iter().filter_map(to_renew).collect());
        let added = joins.of(&self.snapshot, &block, self.now)?;
        for (stored, others) in block.into_iter().zip(added) {
            let mut shown = self.view.render(stored.record);
            shown.insert(joins.as_field().to_owned(), others.into());
            list.push(&shown)?;
        }
        Ok(self.progress(flow))
    }

    /// Hands on the matches among the next records, `most` records at most. `Continue`: there were no others.
    fn look(
        &mut self,
        most: usize,
        visit: &mut dyn FnMut(Stored) -> Result<ControlFlow<()>, ApiError>,
    ) -> Result<ControlFlow<()>, ApiError> {
        let records = Records {
            source: &self.snapshot,
            uid: self.uid,
            now: self.now,
        };
        let (filter, alias) = (self.filter.as_ref(), &self.view.id_name);
        let mut left = most;
        self.walk.go(&records, |stored| {
            left -= 1;
            self.looked_at += 1;
            let matches = filter.is_none_or(|filter| filter.matches(&stored.record, alias));
            if matches && visit(stored)?.is_break() || left == 0 {
                return Ok(ControlFlow::Break(()));
            }
            Ok(ControlFlow::Continue(()))
        })
    }

    fn progress(&self, flow: ControlFlow<()>) -> Progress {
        match flow.is_continue() || self.page.is_over() {
            true => Progress::Done,
            false => Progress::Underway,
        }
    }

    fn renew(&self, numbers: Vec<u64>) {
        if !numbers.is_empty() {
            renew(&self.app, self.collection.clone(), numbers);
        }
    }
}

/// A record that is shown lives on, if it is one of those.
fn to_renew(stored: &Stored) -> Option<u64> {
    let on_access = stored.record.ttl.is_some_and(|ttl| ttl.on_access);
    on_access.then_some(stored.number)
}
