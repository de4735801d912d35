//! A running query. It holds a read transaction and a position in it, and of the records only those
//! it is looking at.

use std::ops::ControlFlow;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::database::Database;
use super::join::Joins;
use crate::engine::error::Error;
use crate::engine::query::{Filter, TopK};
use crate::engine::record::View;
use crate::engine::store::{Cursor, ReadView, Records, Stored};

/// Whether there may be further records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    Underway,
    Done,
}

/// Takes a record that is found; breaks where no further one is wanted for now.
type Take<'t> = &'t mut dyn FnMut(Map<String, Value>) -> ControlFlow<()>;

/// How many records one step looks at.
const STEP: usize = 1024;

/// How many bytes of memory a sort may hold.
const MOST_SORTED: usize = 192 * 1024 * 1024;

/// How many records are joined at once: without an index the other collection is scanned for each
/// such block.
const BLOCK: usize = 4096;

/// The records that match, sorted, from the first of the page to its last.
pub(crate) struct FindCursor<V> {
    pub(super) source: V,
    /// Where records whose time to live restarts when they are read are renewed; not in a
    /// transaction.
    pub(super) renewal: Option<Renewal>,
    pub(super) uid: u64,
    pub(super) now: DateTime<Utc>,
    pub(super) cursor: Cursor,
    pub(super) filter: Option<Filter>,
    /// Present until every record has been looked at once. Then the cursor goes over the page in
    /// its order, and records are read again. Until then sort keys and numbers are held, up to the
    /// end of the page.
    pub(super) sorting: Option<TopK>,
    pub(super) page: Page,
    pub(super) view: View,
    pub(super) joins: Option<Joins>,
    /// How many records the cursor has passed.
    pub(super) looked_at: u64,
}

/// The collection whose records are renewed.
pub(super) struct Renewal {
    pub(super) database: Arc<Database>,
    pub(super) collection: String,
}

/// How many matches are left to skip and to show.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    pub(super) skip: usize,
    pub(super) limit: usize,
}

impl Page {
    /// Counts a match. Returns whether it is shown.
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

impl FindCursor<()> {
    /// The cursor on the view that it was prepared for.
    pub(super) fn on<V>(self, source: V, renewal: Option<Renewal>) -> FindCursor<V> {
        FindCursor {
            source,
            renewal,
            uid: self.uid,
            now: self.now,
            cursor: self.cursor,
            filter: self.filter,
            sorting: self.sorting,
            page: self.page,
            view: self.view,
            joins: self.joins,
            looked_at: self.looked_at,
        }
    }

    /// The collections that it looks at, with the name of the id and the filter that selects there.
    pub(super) fn looks_at(&self) -> Vec<(u64, &str, Option<&Filter>)> {
        let own = (self.uid, self.view.id_name.as_str(), self.filter.as_ref());
        let joined = self.joins.iter().flat_map(Joins::uids);
        let others = joined.map(|uid| (uid, "id", None));
        std::iter::once(own).chain(others).collect()
    }
}

impl<V: ReadView> FindCursor<V> {
    /// Hands out further records, or does some of the work towards them: a bounded amount.
    pub(crate) fn advance(&mut self, take: Take<'_>) -> Result<Progress, Error> {
        match (self.sorting.take(), self.joins.take()) {
            (Some(top), joins) => {
                self.joins = joins;
                self.sort(top)
            }
            (None, None) => self.show(take),
            (None, Some(mut joins)) => {
                let progress = self.show_joined(take, &mut joins);
                self.joins = Some(joins);
                progress
            }
        }
    }

    /// Returns how many records are left.
    pub(crate) fn rest(&self) -> Result<usize, Error> {
        let records = self.records();
        let matches = match (&self.filter, &self.cursor) {
            (None, Cursor::Listed(numbers)) => numbers.len(),
            (None, Cursor::From(_)) if self.source.overlay().is_none() => {
                let rest = records.totals()?.count.saturating_sub(self.looked_at);
                usize::try_from(rest).unwrap_or(usize::MAX)
            }
            (filter, cursor) => {
                let (mut cursor, mut matches) = (cursor.clone(), 0);
                let enough = self.page.skip.saturating_add(self.page.limit);
                let _ = cursor.advance(&records, |Stored { record, .. }| {
                    let matching = |filter: &Filter| filter.matches(&record, &self.view.id_name);
                    matches += usize::from(filter.as_ref().is_none_or(matching));
                    Ok::<_, Error>(match matches < enough {
                        true => ControlFlow::Continue(()),
                        false => ControlFlow::Break(()),
                    })
                })?;
                matches
            }
        };
        let waiting = self.joins.as_ref().map_or(0, Joins::waiting);
        Ok(waiting + self.page.of(matches))
    }

    fn records(&self) -> Records<'_, V> {
        Records::new(&self.source, self.uid, self.now)
    }

    fn sort(&mut self, mut top: TopK) -> Result<Progress, Error> {
        let alias = self.view.id_name.clone();
        let mut offer = |stored: Stored| {
            top.offer(&stored.record, stored.number, &alias);
            match top.memory_size() > MOST_SORTED {
                true => Err(Error::SortTooLarge { limit: MOST_SORTED }),
                false => Ok(ControlFlow::Continue(())),
            }
        };
        if self.look(STEP, &mut offer)?.is_break() {
            self.sorting = Some(top);
        } else {
            self.cursor = Cursor::listed(top.into_numbers(self.page.skip));
            self.page.skip = 0;
            self.filter = None;
        }
        Ok(Progress::Underway)
    }

    fn show(&mut self, take: Take<'_>) -> Result<Progress, Error> {
        let (mut page, view) = (self.page, self.view.clone());
        let mut renewed = Vec::new();
        let mut show = |stored: Stored| {
            if page.is_over() {
                return Ok(ControlFlow::Break(()));
            }
            let mut flow = ControlFlow::Continue(());
            if page.takes() {
                renewed.extend(to_renew(&stored));
                flow = take(view.render(stored.record));
            }
            Ok(match page.is_over() {
                true => ControlFlow::Break(()),
                false => flow,
            })
        };
        let flow = self.look(STEP, &mut show)?;
        self.page = page;
        self.renew(renewed);
        Ok(self.progress(flow))
    }

    fn show_joined(&mut self, take: Take<'_>, joins: &mut Joins) -> Result<Progress, Error> {
        let mut flow = ControlFlow::Break(());
        if joins.waiting() == 0 {
            let mut page = self.page;
            let mut renewed = Vec::new();
            let mut add = |stored: Stored| {
                let mut flow = ControlFlow::Continue(());
                if !page.is_over() && page.takes() {
                    renewed.extend(to_renew(&stored));
                    flow = joins.add(stored);
                }
                Ok(match page.is_over() {
                    true => ControlFlow::Break(()),
                    false => flow,
                })
            };
            flow = self.look(BLOCK, &mut add)?;
            self.page = page;
            self.renew(renewed);
        }
        for (stored, others) in joins.next(&self.source, self.now)? {
            let mut shown = self.view.render(stored.record);
            shown.insert(joins.as_field().to_owned(), others.into());
            let _ = take(shown);
        }
        Ok(match joins.waiting() {
            0 => self.progress(flow),
            _ => Progress::Underway,
        })
    }

    /// Hands on the matches among the next records, `most` records at most. `Continue`: there were
    /// no others.
    fn look(
        &mut self,
        most: usize,
        visit: &mut dyn FnMut(Stored) -> Result<ControlFlow<()>, Error>,
    ) -> Result<ControlFlow<()>, Error> {
        let records = Records::new(&self.source, self.uid, self.now);
        let (filter, alias) = (self.filter.as_ref(), &self.view.id_name);
        let mut left = most;
        self.cursor.advance(&records, |stored| {
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
        if let Some(Renewal {
            database,
            collection,
        }) = &self.renewal
            && !numbers.is_empty()
        {
            database.renew_ttl(collection.clone(), numbers);
        }
    }
}

/// The number of a record whose time to live restarts when it is shown.
fn to_renew(stored: &Stored) -> Option<u64> {
    let on_access = stored.record.ttl.is_some_and(|ttl| ttl.on_access);
    on_access.then_some(stored.number)
}
