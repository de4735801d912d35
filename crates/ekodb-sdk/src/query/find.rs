//! Finding records.

use std::{marker::PhantomData, time::Duration};

use ekodb_api::types;

use super::{Filter, Join};
use crate::{
    Client, Error, Record, argument,
    codec::Page,
    request::{Call, CallOptions, Request},
};

/// A query of a collection: `POST /api/find/{collection}`. Made by
/// [`Collection::find`](crate::Collection::find).
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
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a condition or an order
/// without a field, [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) without
/// `read` on the collection, [`ErrorKind::InvalidReply`](crate::ErrorKind::InvalidReply) for a
/// record that is not a `T` (the message names the field), and the transport's kinds.
#[doc(alias = "QueryBuilder")]
#[derive(Debug)]
#[must_use = "a query is sent when it is awaited or streamed"]
pub struct Find<T = Record> {
    client: Client,
    pub(super) collection: String,
    pub(super) filter: Option<Filter>,
    /// All but the filter.
    pub(super) query: types::FindQuery,
    /// Those of each page.
    options: CallOptions,
    record: PhantomData<fn() -> T>,
}

impl<T> Find<T> {
    pub(crate) fn new(client: Client, collection: String) -> Self {
        Self {
            client,
            collection,
            filter: None,
            query: types::FindQuery::default(),
            options: CallOptions::default(),
            record: PhantomData,
        }
    }

    /// Selects the records that the filter means. A second filter narrows the first.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = Some(match self.filter.take() {
            Some(first) => first & filter,
            None => filter,
        });
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

    /// Gives at most so many records, in one page or in the whole stream. Without it, how many a
    /// page has is for the server to decide; what it decides is not documented.
    pub fn limit(mut self, records: u64) -> Self {
        self.query.limit = Some(records);
        self
    }

    /// Skips so many records first. None, if it is not set.
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
        self.options.timeout = Some(timeout);
        self
    }

    /// Makes one attempt only for each page. See [`Request::no_retry`].
    pub fn no_retry(mut self) -> Self {
        self.options.no_retry = true;
        self
    }

    /// One page, its records not read yet.
    pub(super) async fn page(&self, call: &Call) -> Result<Page, Error> {
        argument::segment("collection", &self.collection)?;
        if self.query.sort.iter().any(|sort| sort.field.is_empty()) {
            let text = "an order of the query names no field";
            return Err(Error::invalid_argument(text));
        }
        argument::field_names("select", &self.query.select_fields)?;
        argument::field_names("exclude", &self.query.exclude_fields)?;
        let body = types::FindQuery {
            filter: self.filter.clone().map(Filter::into_api).transpose()?,
            ..self.query.clone()
        };
        let joined = self.query.join.as_ref().map(|join| join.as_field.clone());
        let api = call.api();
        let request = api.find_records().collection(self.collection.as_str());
        let max_reply_bytes = call.client().pool().limits.max_reply_bytes;
        call.read(request.body(body).prepare(), None, |reply| {
            Page::new(reply, joined, max_reply_bytes)
        })
        .await
    }

    /// A call that does something with the query.
    pub(super) fn request<R, F, Fut>(self, work: F) -> Request<R>
    where
        T: 'static,
        R: Send + 'static,
        F: FnOnce(Call, Self) -> Fut + Send + 'static,
        Fut: Future<Output = Result<R, Error>> + Send + 'static,
    {
        let (client, options) = (self.client.clone(), self.options);
        let mut request = Request::new(&client, move |call| work(call, self));
        request.options = options;
        request
    }

    /// The error of a record that a reply to the query has.
    pub(crate) fn in_find(&self, error: Error) -> Error {
        error.with_operation("find_records")
    }

    pub(super) fn at_most(mut self, records: u64) -> Self {
        let limit = self.query.limit.map_or(records, |limit| limit.min(records));
        self.query.limit = Some(limit);
        self
    }

    pub(super) fn only_ids(self) -> Find {
        let mut query = self.of_any_type();
        query.query.select_fields = vec!["id".to_owned()];
        query.query.exclude_fields.clear();
        query.query.join = None;
        query
    }

    /// The query, where the type of its records does not matter.
    pub(super) fn of_any_type(self) -> Find {
        Find {
            client: self.client,
            collection: self.collection,
            filter: self.filter,
            query: self.query,
            options: self.options,
            record: PhantomData,
        }
    }

    fn sort(mut self, field: String, ascending: bool) -> Self {
        self.query.sort.push(types::SortField { field, ascending });
        self
    }
}

impl<T> Clone for Find<T> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            collection: self.collection.clone(),
            filter: self.filter.clone(),
            query: self.query.clone(),
            options: self.options,
            record: PhantomData,
        }
    }
}
