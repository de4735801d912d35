//! One request, sent once.

use std::time::Duration;

use ekodb_api::Operation;
use http::{HeaderValue, header};
use tokio::time::{Instant, timeout_at};

use super::{
    connection,
    reply::{self, Reply},
    retry_after,
    secrets::Secrets,
    session::Session,
    trace,
    wire::Wire,
};
use crate::{auth::Bearer, error::Error};

/// What one attempt needs.
pub(super) struct Attempt<'a> {
    pub(super) wire: &'a Wire,
    pub(super) session: Option<&'a Session>,
    pub(super) operation: &'static Operation,
    pub(super) bearer: Option<&'a Bearer>,
    /// When it must have ended.
    pub(super) ends: Instant,
    /// What that limit is.
    pub(super) limit: Limit,
}

/// A limit of time, to be named in the error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    Attempt(Duration),
    Call(Duration),
}

impl Attempt<'_> {
    /// Sends the request and reads the whole reply. `spare` is a copy of the request, if there can be one.
    pub(super) async fn send(
        &self,
        mut request: reqwest::Request,
        spare: Option<&reqwest::Request>,
    ) -> Result<Reply, Error> {
        self.prepare(&mut request);
        let sent = self.session.map(|session| session.tokens.now());
        let response = self
            .in_time(self.wire.http.execute(request))
            .await?
            .map_err(connection::error)?;
        trace::status(response.status());

        if let (Some(session), Some(sent)) = (self.session, sent) {
            let headers = response.headers();
            session.rate_limit.observe(headers);
            let date = retry_after::date(headers);
            let has_age = headers.contains_key(header::AGE);
            session.tokens.observe_date(sent, date, has_age);
        }
        if response.status().is_success() {
            let max = self.wire.limits.max_reply_bytes;
            self.in_time(reply::success(response, self.operation, max))
                .await?
        } else {
            let secrets = Secrets::of(spare, self.bearer, self.session);
            Err(reply::failure(response, self.operation, self.ends, secrets.iter()).await)
        }
    }

    fn prepare(&self, request: &mut reqwest::Request) {
        let headers = request.headers_mut();
        // The generated code names the version of our document here. The server knows nothing of it, and a gateway that chooses
        // a backend by such a header would be misled.
        headers.remove("api-version");
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        match self.bearer {
            Some(bearer) => headers.insert(header::AUTHORIZATION, bearer.header.clone()),
            None => headers.remove(header::AUTHORIZATION),
        };
    }

    async fn in_time<T>(&self, work: impl Future<Output = T>) -> Result<T, Error> {
        timeout_at(self.ends, work)
            .await
            .map_err(|_| match self.limit {
                Limit::Attempt(limit) => connection::attempt_timed_out(limit),
                Limit::Call(limit) => connection::call_timed_out(limit),
            })
    }
}
