//! One call: attempts until one is answered, or there must be no other.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use ekodb_api::{Auth, Operation};
use tokio::time::{Instant, sleep, timeout_at};
use tracing::Instrument;

use super::{
    attempt::{Attempt, Limit},
    connection,
    reply::Reply,
    session::Session,
    trace::Trace,
    wire::Wire,
};
use crate::{
    auth::Bearer,
    error::{Error, ErrorKind},
};

/// What all attempts of a call share.
pub(super) struct Exchange<'a> {
    pub(super) wire: &'a Wire,
    pub(super) session: Option<&'a Session>,
    pub(super) operation: &'static Operation,
    /// Whether a token is sent where one is welcome but not needed.
    pub(super) identify: bool,
    /// Whether failed attempts may be retried.
    pub(super) retry: bool,
    pub(super) until: Deadline,
    pub(super) exposure: &'a Exposure,
}

/// When the whole call must have ended, and how long that was at its beginning.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    pub(crate) at: Instant,
    pub(crate) limit: Duration,
}

impl Deadline {
    pub(crate) fn after(limit: Duration) -> Self {
        let now = Instant::now();
        // A limit beyond what the clock can tell is none.
        let at = now.checked_add(limit).unwrap_or(now + FAR_FUTURE);
        Self { at, limit }
    }
}

const FAR_FUTURE: Duration = Duration::from_secs(30 * 365 * 86_400);

/// Whether the server may have applied a part of a call.
#[derive(Debug, Default)]
pub(crate) struct Exposure(AtomicBool);

impl Exposure {
    pub(crate) fn is_possible(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self, possible: bool) {
        self.0.store(possible, Ordering::Relaxed);
    }
}

impl Exchange<'_> {
    /// Sends the request until it is answered. Ends by the deadline, whatever the server does.
    pub(super) async fn run(&self, request: reqwest::Request) -> Result<Reply, Error> {
        let trace = Trace::new(self.operation, &self.wire.base_url);
        let attempts = timeout_at(self.until.at, self.attempts(request, &trace));
        let outcome = attempts
            .instrument(trace.span().clone())
            .await
            .unwrap_or_else(|_| Err(connection::call_timed_out(self.until.limit)))
            .map_err(|error| self.finished(error));
        trace.end(&outcome);
        outcome
    }

    async fn attempts(&self, mut request: reqwest::Request, trace: &Trace) -> Result<Reply, Error> {
        let mut bearer = self.bearer().await?;
        let mut previous: Option<Error> = None;
        let mut replayed = false;
        let mut number = 0;
        loop {
            number += 1;
            let spare = request.try_clone();
            let outcome = self.attempt(request, spare.as_ref(), bearer.as_ref()).await;
            let error = match outcome {
                Ok(reply) => {
                    if number == 1 {
                        self.wire.budget.refill();
                    }
                    return Ok(reply);
                }
                Err(error) => after(error, previous),
            };
            // A request that cannot be copied has one attempt only.
            let Some(again) = spare else {
                return Err(error);
            };
            if let (Some(session), Some(rejected)) = (self.session, &bearer)
                && error.status() == Some(401)
                && !replayed
            {
                replayed = true;
                trace.replay(number);
                bearer = Some(session.tokens.replace(rejected.generation).await?);
            } else {
                let Some(pause) = self.pause(&error, number) else {
                    return Err(error);
                };
                trace.retry(number, pause, &error);
                sleep(pause).await;
                bearer = self.bearer().await?;
            }
            request = again;
            previous = Some(error);
        }
    }

    async fn attempt(
        &self,
        request: reqwest::Request,
        spare: Option<&reqwest::Request>,
        bearer: Option<&Bearer>,
    ) -> Result<Reply, Error> {
        let own = self.wire.limits.attempt_timeout;
        let ends = Deadline::after(own).at;
        let (ends, limit) = if ends < self.until.at {
            (ends, Limit::Attempt(own))
        } else {
            (self.until.at, Limit::Call(self.until.limit))
        };
        let attempt = Attempt {
            wire: self.wire,
            session: self.session,
            operation: self.operation,
            bearer,
            ends,
            limit,
        };
        let before = self.exposure.is_possible();
        self.exposure.set(before || !request.method().is_safe());
        let outcome = attempt.send(request, spare).await;
        if outcome.as_ref().is_err_and(Error::has_no_side_effects) {
            self.exposure.set(before);
        }
        outcome
    }

    /// The token to send, if the operation takes one.
    async fn bearer(&self) -> Result<Option<Bearer>, Error> {
        let wanted = match self.operation.auth {
            Auth::Bearer => true,
            Auth::Optional => self.identify,
            _ => false,
        };
        match self.session {
            Some(session) if wanted => session.tokens.bearer().await.map(Some),
            _ => Ok(None),
        }
    }

    /// The pause before another attempt, or `None` if there must be none or no time is left for it.
    fn pause(&self, error: &Error, number: u32) -> Option<Duration> {
        if !self.retry {
            return None;
        }
        let pause = self
            .wire
            .retry
            .pause(error, self.operation.replay, number, fastrand::f64())?;
        let left = self.until.at.saturating_duration_since(Instant::now());
        (pause < left && self.wire.budget.take()).then_some(pause)
    }

    fn finished(&self, error: Error) -> Error {
        let error = error.with_no_side_effects(!self.exposure.is_possible());
        match error.operation() {
            Some(_) => error,
            None => error.with_operation(self.operation.id),
        }
    }
}

/// A time-out says little by itself: the failure before it, if there was one, is its source.
fn after(error: Error, previous: Option<Error>) -> Error {
    match previous {
        Some(previous) if error.kind() == ErrorKind::Timeout => error.with_source(previous),
        _ => error,
    }
}
