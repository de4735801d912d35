//! Reading a query to its end, a page at a time.

use std::{
    collections::VecDeque,
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use ekodb_api::types::SortField;
use futures_util::Stream;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use super::{FIND, Find};
use crate::{Error, Record, records::decode, request::Request};

/// How many records a page of a stream has. Servers that give fewer are asked again.
const PAGE: u64 = 500;

type Page = Vec<Map<String, Json>>;

/// The records of a query, one page of them in memory. Made by [`Find::stream`]. It can be dropped at any point.
#[must_use = "a stream does nothing until it is read"]
pub struct RecordStream<T = Record> {
    query: Find<T>,
    /// How many more are wanted. `None` is all.
    left: Option<u64>,
    page: VecDeque<Map<String, Json>>,
    pending: Option<Request<Page>>,
    ended: bool,
}

impl<T> RecordStream<T> {
    pub(super) fn pages(mut query: Find<T>) -> Self {
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
            page: VecDeque::new(),
            pending: None,
            ended: false,
        }
    }

    /// The next page; `None` at the end.
    pub(super) async fn next_page(&mut self) -> Result<Option<Page>, Error> {
        if self.is_at_end() {
            return Ok(None);
        }
        let page = self.request().await?;
        Ok(self.arrived(page))
    }

    fn is_at_end(&self) -> bool {
        self.ended || self.left == Some(0)
    }

    fn request(&mut self) -> Request<Page> {
        let size = self.left.map_or(PAGE, |left| left.min(PAGE));
        self.query.query.limit = Some(size);
        self.query.page()
    }

    /// Counts a page off. Only an empty one is the end: the server may give fewer than it was asked for.
    fn arrived(&mut self, mut page: Page) -> Option<Page> {
        if page.is_empty() {
            self.ended = true;
            return None;
        }
        if let Some(left) = self.left {
            page.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            self.left = Some(left - page.len() as u64);
        }
        let skipped = self.query.query.skip.unwrap_or_default();
        self.query.query.skip = Some(skipped + page.len() as u64);
        Some(page)
    }
}

impl<T: DeserializeOwned> Stream for RecordStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(record) = self.page.pop_front() {
                let decoded = decode(record, self.query.joined(), FIND);
                if decoded.is_err() {
                    self.page.clear();
                    self.ended = true;
                }
                return Poll::Ready(Some(decoded));
            }
            if self.is_at_end() {
                return Poll::Ready(None);
            }
            let mut pending = match self.pending.take() {
                Some(pending) => pending,
                None => self.request(),
            };
            match Pin::new(&mut pending).poll(context) {
                Poll::Pending => {
                    self.pending = Some(pending);
                    return Poll::Pending;
                }
                Poll::Ready(Ok(page)) => {
                    self.page = self.arrived(page).unwrap_or_default().into();
                }
                Poll::Ready(Err(error)) => {
                    self.ended = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

impl<T> fmt::Debug for RecordStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordStream")
            .field("query", &self.query.query)
            .finish_non_exhaustive()
    }
}
