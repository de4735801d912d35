//! Finding records.

use std::{marker::PhantomData, time::Duration};

use ekodb_api::types;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use super::{FIND, Filter, Join, RecordStream, call};
use crate::{
    Client, Error, Record,
    records::decode,
    request::{Call, Request},
};

/// A query of a collection: `POST /api/find/{collection}`. Made by [`Collection::find`](crate::Collection::find).
///
/// Awaited it gives one page; [`stream`](Self::stream) gives all, page by page.
///
/// ```no_run
/// # async fn f(client: ekodb_client::Client) -> Result<(), ekodb_client::Error> {
/// use ekodb_client::query::field;
///
/// let users = client.collection("users");
/// let newest = users
///     .find()
///     .filter(field("age").gte(18) & field("status").eq("active"))
///     .sort_desc("created_at")
///     .limit(20)
///     .await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a condition or an order without a field, [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) without `read` on
/// the collection, [`ErrorKind::InvalidReply`](crate::ErrorKind::InvalidReply) for a record that is not a `T` (the message names the field), and the transport's
/// kinds.
#[derive(Debug)]
#[must_use = "a query is sent when it is awaited or streamed"]
pub struct Find<T = Record> {
    client: Client,
    collection: String,
    pub(super) query: types::FindQuery,
    timeout: Option<Duration>,
    no_retry: bool,
    record: PhantomData<fn() -> T>,
}

impl<T> Find<T> {
    pub(crate) fn new(client: Client, collection: String) -> Self {
        Self {
            client,
            collection,
            query: types::FindQuery::default(),
            timeout: None,
            no_retry: false,
            record: PhantomData,
        }
    }

    /// Selects the records that the filter means. A second filter narrows the first.
    pub fn filter(mut self, filter: Filter) -> Self {
        let filter = match self.query.filter.take() {
            Some(first) => Filter::from_api(first) & filter,
            None => filter,
        };
        self.query.filter = Some(filter.into_api());
        self
    }

    /// Sorts by a field, lowest first. A second order decides among equals of the first.
    pub fn sort_asc(self, field: impl Into<String>) -> Self {
        self.sort(field.into(), true)
    }

    /// Sorts by a field, highest first. A second order decides among equals of the first.
    pub fn sort_desc(self, field: impl Into<String>) -> Self {
        self.sort(field.into(), false)
    }

    /// Gives at most so many records, in one page or in the whole stream. Without it, how many a page has is for the server to
    /// decide; what it decides is not documented.
    pub fn limit(mut self, records: u64) -> Self {
        self.query.limit = Some(records);
        self
    }

    /// Passes over so many records first. None, if it is not set.
    pub fn skip(mut self, records: u64) -> Self {
        self.query.skip = Some(records);
        self
    }

    /// Gives these fields only, and the `id`.
    pub fn select<S: Into<String>>(mut self, fields: impl IntoIterator<Item = S>) -> Self {
        let fields = fields.into_iter().map(Into::into);
        self.query.select_fields.extend(fields);
        self
    }

    /// Leaves these fields out.
    pub fn exclude<S: Into<String>>(mut self, fields: impl IntoIterator<Item = S>) -> Self {
        let fields = fields.into_iter().map(Into::into);
        self.query.exclude_fields.extend(fields);
        self
    }

    /// Adds records of other collections. The key needs `read` on these too.
    pub fn join(mut self, join: Join) -> Self {
        self.query.join = Some(join.into_api());
        self
    }

    /// Asks this server only, not the others of its cluster.
    pub fn bypass_ripple(mut self) -> Self {
        self.query.bypass_ripple = Some(true);
        self
    }

    /// Goes past the server's cache.
    pub fn bypass_cache(mut self) -> Self {
        self.query.bypass_cache = Some(true);
        self
    }

    /// How long each page may take, in place of the client's timeout. See [`Request::timeout`].
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Makes one attempt only for each page. See [`Request::no_retry`].
    pub fn no_retry(mut self) -> Self {
        self.no_retry = true;
        self
    }

    /// How many records there are. ekoDB counts nothing by itself: this reads the ids of all of them, page by page, and its cost grows
    /// with their number.
    ///
    /// # Errors
    ///
    /// As for the query itself.
    pub async fn count(self) -> Result<u64, Error> {
        let mut pages = RecordStream::pages(self.only_ids());
        let mut count = 0;
        while let Some(page) = pages.next_page().await? {
            count += page.len() as u64;
        }
        Ok(count)
    }

    /// The values that a field has in the records that the filter selects, each once and sorted:
    /// `POST /api/distinct/{collection}/{field}`. Order, limit and projection of the query play no part in it.
    ///
    /// # Errors
    ///
    /// As for the query itself.
    pub async fn distinct(self, field: impl Into<String>) -> Result<Vec<Json>, Error> {
        let (collection, field) = (self.collection.clone(), field.into());
        let query = types::DistinctQuery {
            filter: self.query.filter.clone(),
            bypass_cache: self.query.bypass_cache,
            bypass_ripple: self.query.bypass_ripple,
        };
        self.request(move |call| call::distinct(call, collection, field, query))
            .await
    }

    /// Whether there is such a record.
    ///
    /// # Errors
    ///
    /// As for the query itself.
    pub async fn exists(self) -> Result<bool, Error> {
        Ok(!self.only_ids().limit(1).page().await?.is_empty())
    }

    /// One page, its records as they came.
    pub(crate) fn page(&self) -> Request<Vec<Map<String, Json>>> {
        let (collection, query) = (self.collection.clone(), self.query.clone());
        self.request(move |call| call::page(call, collection, query))
    }

    fn request<R, F, Fut>(&self, work: F) -> Request<R>
    where
        R: Send + 'static,
        F: FnOnce(Call) -> Fut + Send + 'static,
        Fut: Future<Output = Result<R, Error>> + Send + 'static,
    {
        let mut request = Request::new(&self.client, work);
        if let Some(timeout) = self.timeout {
            request = request.timeout(timeout);
        }
        if self.no_retry {
            request = request.no_retry();
        }
        request
    }

    /// All pages, their records as they came.
    pub(crate) async fn all_pages(self) -> Result<Vec<Map<String, Json>>, Error> {
        let mut pages = RecordStream::pages(self);
        let mut records = Vec::new();
        while let Some(page) = pages.next_page().await? {
            records.extend(page);
        }
        Ok(records)
    }

    /// The field that joined records are put in.
    pub(super) fn joined(&self) -> Option<&str> {
        self.query.join.as_ref().map(|join| join.as_field.as_str())
    }

    fn only_ids(mut self) -> Self {
        self.query.select_fields = vec!["id".to_owned()];
        self.query.exclude_fields.clear();
        self.query.join = None;
        self
    }

    fn sort(mut self, field: String, ascending: bool) -> Self {
        self.query.sort.push(types::SortField { field, ascending });
        self
    }
}

impl<T: DeserializeOwned + Send + 'static> Find<T> {
    /// The first record, if there is one.
    ///
    /// # Errors
    ///
    /// As for the query itself.
    pub async fn first(self) -> Result<Option<T>, Error> {
        Ok(self.limit(1).await?.into_iter().next())
    }

    /// All records, page by page: only one page is in memory at a time, and the next is asked for when the stream is read that far.
    ///
    /// ```no_run
    /// # async fn f(client: ekodb_client::Client) -> Result<(), ekodb_client::Error> {
    /// use futures::TryStreamExt;
    ///
    /// let mut users = client.collection("users").find().stream();
    /// while let Some(user) = users.try_next().await? {
    ///     # let _ = user;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Each page is a call of its own, with its own deadline, token and retries. Pages are counted off in the order asked for, and by `id`
    /// among equals: records that are inserted or deleted meanwhile shift it, so that one may be missed or come twice. To delete
    /// what a query finds, collect the ids first.
    ///
    /// The stream ends after the first error.
    pub fn stream(self) -> RecordStream<T> {
        RecordStream::pages(self)
    }
}

impl<T> Clone for Find<T> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            collection: self.collection.clone(),
            query: self.query.clone(),
            timeout: self.timeout,
            no_retry: self.no_retry,
            record: PhantomData,
        }
    }
}

impl<T: DeserializeOwned + Send + 'static> IntoFuture for Find<T> {
    type Output = Result<Vec<T>, Error>;
    type IntoFuture = futures_util::future::BoxFuture<'static, Result<Vec<T>, Error>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let records = self.page().await?;
            let decode = |record| decode(record, self.joined(), FIND);
            records.into_iter().map(decode).collect()
        })
    }
}
