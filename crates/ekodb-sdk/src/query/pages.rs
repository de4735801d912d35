//! The pages of a query, one after the other.

use std::hash::{DefaultHasher, Hash, Hasher};

use ekodb_api::types::SortField;

use super::Find;
use crate::{Error, ErrorKind, codec::Page, request::Call};

/// How many records a page has. Servers that give fewer are asked again.
const PAGE: u64 = 500;

/// How often a server may give the very same page again. Of one record it may, where others came
/// before it.
const REPEATS: u32 = 3;

/// The records of a query, page by page. What is read of a page is counted off, so that the next
/// one begins behind it.
pub(crate) struct Pages<T> {
    pub(super) query: Find<T>,
    /// The page that is being read.
    pub(super) page: Page,
    /// How many more are wanted. `None` is all.
    left: Option<u64>,
    size: u64,
    /// The beginning and the end of the last page, hashed, and how often it came again.
    last: (u64, u32),
}

impl<T> Pages<T> {
    pub(crate) fn new(mut query: Find<T>) -> Self {
        // Without a whole order a record could be on two pages, and another on none.
        if query.query.sort.iter().all(|sort| sort.field != "id") {
            query.query.sort.push(SortField {
                field: "id".to_owned(),
                ascending: true,
            });
        }
        Self {
            left: query.query.limit,
            query,
            page: Page::default(),
            size: PAGE,
            last: (0, 0),
        }
    }

    /// What `read` makes of the next record; `None` at the end.
    pub(crate) async fn next<R>(
        &mut self,
        call: &Call,
        mut read: impl FnMut(&mut Page) -> Option<Result<R, Error>>,
    ) -> Result<Option<R>, Error> {
        loop {
            if let Some(record) = read(&mut self.page) {
                return record.map(Some).map_err(|error| self.query.in_find(error));
            }
            let Some(query) = self.request() else {
                return Ok(None);
            };
            let page = query.page(&call.next()?).await;
            self.arrived(page)?;
        }
    }

    /// The query for the page after the one that was read; `None` at the end.
    pub(super) fn request(&mut self) -> Option<Find<T>> {
        let read = self.page.read();
        self.left = self.left.map(|left| left - read.min(left));
        if self.left == Some(0) {
            return None;
        }
        let skipped = self
            .query
            .query
            .skip
            .unwrap_or_default()
            .saturating_add(read);
        self.query.query.skip = (skipped > 0).then_some(skipped);
        self.query.query.limit = Some(self.left.map_or(self.size, |left| left.min(self.size)));
        Some(self.query.clone())
    }

    /// Takes the page that was requested.
    pub(super) fn arrived(&mut self, page: Result<Page, Error>) -> Result<(), Error> {
        let asked = self.query.query.limit.unwrap_or(self.size);
        let read = self.page.read();
        self.page = match page {
            Ok(page) => page.at_most(asked),
            // It is asked for again, with fewer records.
            Err(error) if error.kind() == ErrorKind::ReplyTooLarge && asked > 1 => {
                self.size = asked / 2;
                self.page = Page::default();
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        // Only an empty page is the end: the server may give fewer than it was asked for.
        if self.page.is_empty() {
            self.left = Some(0);
            return Ok(());
        }
        self.check_repeat(read)
    }

    /// Refuses a page that comes again and again: a list that is read so has no end. `read` is how
    /// many records the last one had.
    fn check_repeat(&mut self, read: u64) -> Result<(), Error> {
        let mut hasher = DefaultHasher::new();
        self.page.ends().hash(&mut hasher);
        let hash = hasher.finish();
        let times = match self.last.0 == hash {
            true => self.last.1 + 1,
            false => 0,
        };
        self.last = (hash, times);
        if times > REPEATS || times > 0 && read > 1 {
            return Err(self.query.in_find(Error::invalid_reply(
                "the server gives the same page again and again, whatever it is asked to skip; \
                 check that no cache is in between",
            )));
        }
        Ok(())
    }
}
