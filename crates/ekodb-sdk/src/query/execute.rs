//! What a query is asked for: records, the first of them, how many there are.

use ekodb_api::types;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::{Filter, Find, Pages, RecordStream};
use crate::{Error, argument, codec::Page, request::Request};

impl<T> Find<T> {
    /// How many records there are. ekoDB counts nothing by itself: this reads the ids of all of
    /// them, page by page, and its cost grows with their number.
    ///
    /// # Errors
    ///
    /// As for the query itself.
    pub fn count(self) -> Request<u64> {
        let query = self.only_ids();
        query.request(|call, query| async move {
            let mut pages = Pages::new(query);
            let mut count = 0;
            while pages.next(&call, Page::pass).await?.is_some() {
                count += 1;
            }
            Ok(count)
        })
    }

    /// The values that a field has in the records that the filter selects, each once and sorted:
    /// `POST /api/distinct/{collection}/{field}`. The order, limit and projection of the query
    /// are ignored.
    ///
    /// # Errors
    ///
    /// As for the query itself.
    #[doc(alias = "distinct_values")]
    pub fn distinct(self, field: impl Into<String>) -> Request<Vec<Json>> {
        let field = field.into();
        let query = self.of_any_type();
        query.request(|call, query| async move {
            argument::segment("collection", &query.collection)?;
            argument::segment("field", &field)?;
            let body = types::DistinctQuery {
                filter: query.filter.map(Filter::into_api).transpose()?,
                bypass_cache: query.query.bypass_cache,
                bypass_ripple: query.query.bypass_ripple,
            };
            let api = call.api();
            let request = api.distinct_values().collection(query.collection);
            let reply = call.run(request.field(field).body(body).prepare()).await?;
            Ok(reply.values)
        })
    }

    /// Whether there is such a record.
    ///
    /// # Errors
    ///
    /// As for the query itself.
    pub fn exists(self) -> Request<bool> {
        let query = self.only_ids();
        query.request(|call, query| async move {
            let mut pages = Pages::new(query.at_most(1));
            Ok(pages.next(&call, Page::pass).await?.is_some())
        })
    }
}

impl<T: DeserializeOwned + Send + 'static> Find<T> {
    /// The first record, if there is one.
    ///
    /// # Errors
    ///
    /// As for the query itself.
    #[doc(alias = "find_one")]
    pub fn first(self) -> Request<Option<T>> {
        self.request(|call, query| async move {
            if query.query.limit == Some(0) {
                return Ok(None);
            }
            let query = query.at_most(1);
            let record = query.page(&call).await?.at_most(1).next();
            record.transpose().map_err(|error| query.in_find(error))
        })
    }

    /// All records, page by page: only one page is in memory at a time, and the next is asked for
    /// when the stream is read that far.
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
    /// Each page is a call of its own, with its own deadline, token and retries. Pages are counted
    /// off in the order asked for, and by `id` among equals: records that are inserted or deleted
    /// meanwhile shift it, so that one may be missed or come twice. To delete what a query finds,
    /// collect the ids first.
    ///
    /// The stream ends after the first error.
    #[doc(alias("paginate", "find_all"))]
    pub fn stream(self) -> RecordStream<T> {
        RecordStream::new(self)
    }
}

impl<T: DeserializeOwned + Send + 'static> IntoFuture for Find<T> {
    type Output = Result<Vec<T>, Error>;
    type IntoFuture = Request<Vec<T>>;

    fn into_future(self) -> Self::IntoFuture {
        self.request(|call, query| async move {
            let limit = query.query.limit.unwrap_or(u64::MAX);
            let mut page = query.page(&call).await?.at_most(limit);
            let mut records = Vec::new();
            while let Some(record) = page.next() {
                records.push(record.map_err(|error| query.in_find(error))?);
                call.check_time(records.len())
                    .map_err(|error| query.in_find(error))?;
            }
            Ok(records)
        })
    }
}
