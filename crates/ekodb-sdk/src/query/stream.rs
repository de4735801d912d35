//! Reading a query to its end, a page at a time.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::Stream;
use serde::de::DeserializeOwned;

use super::{Find, Pages};
use crate::{Error, Record, codec::Page, request::Request};

/// The records of a query, one page of them in memory. Made by [`Find::stream`]. It can be dropped
/// at any point.
#[must_use = "a stream does nothing until it is read"]
pub struct RecordStream<T = Record> {
    pages: Pages<T>,
    pending: Option<Request<Page>>,
    ended: bool,
}

impl<T> RecordStream<T> {
    pub(super) fn new(query: Find<T>) -> Self {
        Self {
            pages: Pages::new(query),
            pending: None,
            ended: false,
        }
    }
}

impl<T: DeserializeOwned + 'static> Stream for RecordStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while !self.ended {
            if let Some(record) = self.pages.page.next() {
                self.ended = record.is_err();
                return Poll::Ready(Some(
                    record.map_err(|error| self.pages.query.in_find(error)),
                ));
            }
            let pending = self.pending.take().or_else(|| {
                let query = self.pages.request()?;
                Some(query.request(|call, query| async move { query.page(&call).await }))
            });
            let Some(mut pending) = pending else {
                break;
            };
            let Poll::Ready(page) = Pin::new(&mut pending).poll(context) else {
                self.pending = Some(pending);
                return Poll::Pending;
            };
            if let Err(error) = self.pages.arrived(page) {
                self.ended = true;
                return Poll::Ready(Some(Err(error)));
            }
        }
        self.ended = true;
        Poll::Ready(None)
    }
}

impl<T> fmt::Debug for RecordStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordStream")
            .field("query", &self.pages.query.query)
            .finish_non_exhaustive()
    }
}
