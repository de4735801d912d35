//! One operation: attempts until one is answered, or there must be no other.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use ekodb_api::{Auth, Outgoing, Privilege, Reply};
use tokio::time::{Instant, sleep};
use tracing::Instrument;

use super::{
    attempt::{Accept, Attempt, Limit},
    connection_pool::ConnectionPool,
    deadline::Deadline,
    session::Session,
    trace::Trace,
};
use crate::{
    auth::{Bearer, Moment},
    error::{Error, ErrorKind},
};

/// What all attempts of an operation share.
pub(crate) struct RetryLoop<'a> {
    pub(crate) pool: &'a ConnectionPool,
    /// `None` at the token endpoint, which has no token yet.
    pub(crate) session: Option<&'a Session>,
    pub(crate) outgoing: &'a Outgoing,
    /// Whether a token is sent where one is welcome but not needed.
    pub(crate) identify: bool,
    /// Whether failed attempts may be retried.
    pub(crate) retry: bool,
    pub(crate) until: Deadline,
    pub(crate) max_reply_bytes: usize,
    pub(crate) applied: &'a MayHaveBeenApplied,
}

/// Whether the server may have applied a part of a call.
#[derive(Debug, Default)]
pub(crate) struct MayHaveBeenApplied(AtomicBool);

impl MayHaveBeenApplied {
    pub(crate) fn is_possible(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self, possible: bool) {
        self.0.store(possible, Ordering::Relaxed);
    }
}

/// What an attempt begins with.
struct Ready {
    bearer: Option<Bearer>,
    /// Both are one reading of the clocks, for the token, the timer and the server's clock.
    now: Instant,
    moment: Option<Moment>,
}

impl RetryLoop<'_> {
    /// Sends the request until it is answered. Ends by the deadline, whatever the server does: an
    /// attempt has a timer of its own, and so has whatever is waited for between attempts.
    pub(crate) async fn run(&self) -> Result<Reply, Error> {
        let trace = Trace::new(self.outgoing, &self.pool.base_url);
        let outcome = self
            .attempts(&trace)
            .instrument(trace.span().clone())
            .await
            .map_err(|error| self.finished(error));
        trace.end(&outcome);
        outcome
    }

    /// Sends the request once. Returns the reply, whatever its status.
    pub(crate) async fn run_once(&self) -> Result<Reply, Error> {
        let trace = Trace::new(self.outgoing, &self.pool.base_url);
        let outcome = async {
            let ready = self.authorize(None).await?;
            self.attempt(&ready, Accept::Any).await
        }
        .instrument(trace.span().clone())
        .await
        .map_err(|error| self.finished(error));
        trace.end(&outcome);
        outcome
    }

    async fn attempts(&self, trace: &Trace) -> Result<Reply, Error> {
        let operation = self.outgoing.operation();
        let mut ready = self.authorize(None).await?;
        let mut previous: Option<Error> = None;
        let mut replayed = false;
        let mut number = 0;
        loop {
            number += 1;
            let error = match self.attempt(&ready, Accept::Success).await {
                Ok(reply) => {
                    if number == 1 {
                        self.pool.budget.refill();
                    }
                    return Ok(reply);
                }
                Err(error) => self.after(error, number, previous.as_ref()),
            };
            if let (Some(session), Some(rejected)) = (self.session, &ready.bearer)
                && error.status() == Some(401)
                && !replayed
            {
                replayed = true;
                trace.replay(number);
                let newer = session.tokens.replace(rejected.generation);
                ready = self.ready(Some(self.in_time(newer, Some(&error)).await?));
            } else {
                if let (Some(session), Some(rejected)) = (self.session, &ready.bearer)
                    && error.status() == Some(401)
                {
                    let reason = error.clone().with_operation(operation.id);
                    session.tokens.distrust(rejected.generation, &reason);
                }
                let Some(pause) = self.pause(&error, number) else {
                    return Err(error);
                };
                trace.retry(number, pause, &error);
                sleep(pause).await;
                ready = self.authorize(Some(&error)).await?;
            }
            previous = Some(error);
        }
    }

    async fn attempt(&self, ready: &Ready, accept: Accept) -> Result<Reply, Error> {
        let own = self.pool.limits.attempt_timeout;
        let ends = Deadline::from(ready.now, own).at;
        let (ends, limit) = if ends < self.until.at {
            (ends, Limit::Attempt(own))
        } else {
            (self.until.at, Limit::Call(self.until.limit))
        };
        let attempt = Attempt {
            pool: self.pool,
            session: self.session,
            outgoing: self.outgoing,
            bearer: ready.bearer.as_ref(),
            begins: ready.moment,
            ends,
            limit,
            max_reply_bytes: self.max_reply_bytes,
        };
        let before = self.applied.is_possible();
        self.applied.set(before || self.writes());
        let outcome = attempt.send(accept).await;
        if outcome.as_ref().is_err_and(Error::has_no_side_effects) {
            self.applied.set(before);
        }
        outcome
    }

    /// Whether the operation may change anything. Some that read are sent with POST.
    fn writes(&self) -> bool {
        let operation = self.outgoing.operation();
        let reads = matches!(operation.privilege, Privilege::Read | Privilege::KvRead);
        operation.method != "GET" && !reads
    }

    /// Obtains the token to send, if the operation takes one. `previous` is the failure before it,
    /// if there was one.
    async fn authorize(&self, previous: Option<&Error>) -> Result<Ready, Error> {
        let wanted = match self.outgoing.operation().auth {
            Auth::Bearer => true,
            Auth::Optional => self.identify,
            _ => false,
        };
        let ready = self.ready(None);
        let Some((session, now)) = self.session.zip(ready.moment).filter(|_| wanted) else {
            return Ok(ready);
        };
        if let Some(bearer) = session.tokens.cached(now) {
            return Ok(Ready {
                bearer: Some(bearer),
                ..ready
            });
        }
        let bearer = self.in_time(session.tokens.bearer(), previous).await?;
        Ok(self.ready(Some(bearer)))
    }

    /// An attempt that begins now.
    fn ready(&self, bearer: Option<Bearer>) -> Ready {
        let now = Instant::now();
        Ready {
            bearer,
            now,
            moment: self.session.map(|session| session.tokens.at(now)),
        }
    }

    /// Waits for a token until the deadline. If that comes first, its cause is the failure of the
    /// last token request, else that of the attempt before.
    async fn in_time(
        &self,
        token: impl Future<Output = Result<Bearer, Error>>,
        previous: Option<&Error>,
    ) -> Result<Bearer, Error> {
        let waits = self.until.bound(async { Ok(token.await) });
        let error = match waits.await {
            Ok(outcome) => return outcome,
            Err(error) => error,
        };
        let state = self.session.map(|session| session.tokens.state());
        let failed = state.as_ref().and_then(|state| {
            let error = state.last_error.as_ref()?;
            Some((error, state.failures))
        });
        Err(match failed {
            Some((cause, requests)) => error
                .caused_by(cause)
                .after_attempts(requests, self.until.elapsed()),
            None => match previous {
                Some(cause) => error.caused_by(cause),
                None => error,
            },
        })
    }

    /// The error of the attempt `number`. A time-out says little by itself: the failure before it,
    /// if there was one, is its cause.
    fn after(&self, error: Error, number: u32, previous: Option<&Error>) -> Error {
        let error = match previous {
            Some(previous) if error.kind() == ErrorKind::Timeout => error.caused_by(previous),
            _ => error,
        };
        match error.is_retryable() {
            true => error.after_attempts(number, self.until.elapsed()),
            false => error,
        }
    }

    /// The pause before another attempt, or `None` if there must be none or no time is left for it.
    fn pause(&self, error: &Error, number: u32) -> Option<Duration> {
        if !self.retry {
            return None;
        }
        let pause = self.pool.retry.pause(
            error,
            self.outgoing.operation().replay,
            number,
            fastrand::f64(),
        )?;
        (pause < self.until.left() && self.pool.budget.take()).then_some(pause)
    }

    fn finished(&self, error: Error) -> Error {
        let error = error.with_no_side_effects(!self.applied.is_possible());
        match error.operation() {
            Some(_) => error,
            None => error.with_operation(self.outgoing.operation().id),
        }
    }
}
