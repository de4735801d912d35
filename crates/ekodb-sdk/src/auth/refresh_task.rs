//! The task of one refresh.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use futures_util::future::Either;
use tokio::runtime::Handle;
use tracing::{
    Instrument, Span,
    field::{Empty, debug},
};

use super::{
    apply_outcome::Applied,
    clock::Moment,
    failure::Fault,
    fetcher::TokenFetcher,
    first_of_two::race,
    shared::{PendingRefresh, Shared},
};
use crate::error::{Error, ErrorKind};

/// Runs a refresh on a task of its own, apart from all callers.
pub(crate) fn spawn(runtime: &Handle, shared: &Arc<Shared>, pending: PendingRefresh) {
    let span = tracing::info_span!(
        parent: None,
        "token_refresh",
        reason = pending.reason.name(),
        generation = pending.generation,
        outcome = Empty,
        attempt = Empty,
        elapsed_ms = Empty,
        expires_in_s = Empty,
        "error.type" = Empty,
    );
    // Not a child: the refresh may outlive the call that has caused it.
    span.follows_from(Span::current());
    let task = RefreshTask {
        shared: Arc::downgrade(shared),
        fetcher: shared.fetcher.clone(),
        span: span.clone(),
        attempts: 0,
        began: shared.fetcher.clock.now(),
        last_error: None,
        pending,
    };
    runtime.spawn(task.run().instrument(span));
}

/// It holds no handle of the manager, so it cannot outlive the last one. If it is dropped before
/// its end, because its runtime shuts down, it says so, and the next caller starts another.
struct RefreshTask {
    shared: Weak<Shared>,
    fetcher: TokenFetcher,
    span: Span,
    attempts: u32,
    began: Moment,
    last_error: Option<Error>,
    pending: PendingRefresh,
}

impl RefreshTask {
    async fn run(mut self) {
        let outcome = self.make_attempts().await;
        let elapsed = self.elapsed();
        let attempt = self.attempts;
        self.span
            .record("outcome", outcome)
            .record("attempt", attempt)
            .record("elapsed_ms", elapsed.as_millis());
        tracing::debug!(outcome, attempt, "token refresh ended");
    }

    async fn make_attempts(&mut self) -> &'static str {
        let mut pause = self.pending.after;
        loop {
            let Some(applied) = self.attempt(pause).await else {
                return "cancelled";
            };
            if let Some(progress) = applied.progress() {
                self.pending.progress.send_replace(progress);
            }
            match applied {
                Applied::Token(cached) => {
                    let now: Moment = self.fetcher.clock.now();
                    let life = cached.schedule.expiry.left(now);
                    self.span.record("expires_in_s", life.as_secs());
                    return "refreshed";
                }
                Applied::Superseded => return "superseded",
                Applied::Failed(fault, next) => {
                    let (attempt, error) = (self.attempts, &fault.error);
                    self.span.record("error.type", debug(error.kind()));
                    tracing::warn!(attempt, %error, "token request failed");
                    match next {
                        Some(next) => pause = next,
                        None => return "failed",
                    }
                }
            }
        }
    }

    /// Makes one attempt after a pause. `None` if nobody is left who could want its outcome.
    async fn attempt(&mut self, pause: Duration) -> Option<Applied> {
        if !pause.is_zero() {
            let pause = self.fetcher.clock.sleep(pause);
            if let Either::Left(_) = race(&mut self.pending.cancelled, pause).await {
                return None;
            }
        }
        let Some(limit) = self.shared.upgrade()?.attempt(self.pending.id) else {
            return Some(Applied::Superseded);
        };
        self.attempts += 1;
        let attempt = self.fetcher.attempt(limit);
        let Either::Right(outcome) = race(&mut self.pending.cancelled, attempt).await else {
            return None;
        };
        let shared = self.shared.upgrade()?;
        let outcome = outcome.map_err(|fault| self.explained(fault));
        Some(shared.apply_outcome(self.pending.id, outcome))
    }

    /// A failure with what is known of the attempts before it.
    fn explained(&mut self, fault: Fault) -> Fault {
        let error = match &self.last_error {
            Some(last) if fault.error.kind() == ErrorKind::Timeout => fault.error.caused_by(last),
            _ => fault.error,
        };
        self.last_error = Some(error.clone());
        Fault {
            error: error.after_attempts(self.attempts, self.elapsed()),
            ..fault
        }
    }

    fn elapsed(&self) -> Duration {
        let now = self.fetcher.clock.now();
        now.mono.saturating_sub(self.began.mono)
    }
}

impl Drop for RefreshTask {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.abandoned(self.pending.id);
        }
    }
}
