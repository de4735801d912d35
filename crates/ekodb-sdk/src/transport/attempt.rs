//! One request, sent once.

use std::time::Duration;

use ekodb_api::{Outgoing, Reply};
use tokio::time::{Instant, timeout_at};

use super::{
    connection_pool::ConnectionPool, error_message, network_error, reply, secrets::Secrets,
    session::Session, trace,
};
use crate::{
    auth::{Bearer, Moment},
    error::Error,
};

/// What one attempt needs.
pub(super) struct Attempt<'a> {
    pub(super) pool: &'a ConnectionPool,
    pub(super) session: Option<&'a Session>,
    pub(super) outgoing: &'a Outgoing,
    pub(super) bearer: Option<&'a Bearer>,
    /// When it begins, for what the reply tells of the server's clock.
    pub(super) begins: Option<Moment>,
    /// When it must have ended.
    pub(super) ends: Instant,
    /// What that limit is.
    pub(super) limit: Limit,
    /// How large the body of a success may be.
    pub(super) max_reply_bytes: usize,
}

/// Which replies are no errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accept {
    Success,
    /// Of any status and content.
    Any,
}

/// A limit of time, to be named in the error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    Attempt(Duration),
    Call(Duration),
}

impl Attempt<'_> {
    /// Sends the request and reads the whole reply. One timer is around both, except that the body
    /// of an error has its own: the status is known by then, and is worth more than the time-out.
    pub(super) async fn send(&self, accept: Accept) -> Result<Reply, Error> {
        let operation = self.outgoing.operation();
        let replied = async {
            let response = self.pool.engine.send(self.outgoing, self.bearer).await?;
            trace::status(response.status());
            if let (Some(session), Some(sent)) = (self.session, self.begins) {
                session.observe(sent, response.headers());
            }
            let max = self.max_reply_bytes;
            match accept {
                Accept::Any => reply::any(response, max).await.map(Ok),
                Accept::Success if response.status().is_success() => {
                    reply::success(response, operation, max).await.map(Ok)
                }
                Accept::Success => Ok(Err(response)),
            }
        };
        let secrets = || Secrets::of(self.outgoing, self.bearer, self.session);
        let refused = match timeout_at(self.ends, replied).await {
            Ok(Ok(Ok(reply)))
                if accept == Accept::Success && error_message::is_error(&reply.body) =>
            {
                return Err(reply::error_under_success(&reply, secrets().iter()));
            }
            Ok(Ok(Ok(reply))) => return Ok(reply),
            Ok(Ok(Err(refused))) => refused,
            Ok(Err(error)) => return Err(error),
            Err(_) => return Err(self.timed_out()),
        };
        Err(reply::failure(refused, operation, self.ends, secrets().iter()).await)
    }

    fn timed_out(&self) -> Error {
        match self.limit {
            Limit::Attempt(limit) => network_error::attempt_timed_out(limit),
            Limit::Call(limit) => network_error::call_timed_out(limit),
        }
    }
}
