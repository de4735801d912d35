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
    attempt::Source,
    clock::Moment,
    race::race,
    settle::Settled,
    shared::{Shared, Ticket},
};

/// Runs a refresh on a task of its own, apart from all callers.
pub(crate) fn spawn(runtime: &Handle, shared: &Arc<Shared>, ticket: Ticket) {
    let span = tracing::info_span!(
        parent: None,
        "token_refresh",
        reason = ticket.reason.name(),
        generation = ticket.generation,
        outcome = Empty,
        attempt = Empty,
        elapsed_ms = Empty,
        expires_in_s = Empty,
        "error.type" = Empty,
    );
    // Not a child: the refresh may outlive the call that has caused it.
    span.follows_from(Span::current());
    let flight = Flight {
        shared: Arc::downgrade(shared),
        source: shared.source.clone(),
        span: span.clone(),
        attempts: 0,
        ticket,
    };
    runtime.spawn(flight.run().instrument(span));
}

/// It holds no handle of the manager, so it cannot outlive the last one. If it is dropped before its end,
/// because its runtime shuts down, it says so, and the next caller starts another.
struct Flight {
    shared: Weak<Shared>,
    source: Source,
    span: Span,
    attempts: u32,
    ticket: Ticket,
}

impl Flight {
    async fn run(mut self) {
        let began = self.source.clock.now();
        let outcome = self.fly().await;
        let elapsed = self.source.clock.now().mono.saturating_sub(began.mono);
        let attempt = self.attempts;
        self.span
            .record("outcome", outcome)
            .record("attempt", attempt)
            .record("elapsed_ms", elapsed.as_millis());
        tracing::debug!(outcome, attempt, "token refresh ended");
    }

    async fn fly(&mut self) -> &'static str {
        let mut pause = self.ticket.after;
        loop {
            let Some(settled) = self.attempt(pause).await else {
                return "cancelled";
            };
            if let Some(progress) = settled.progress() {
                self.ticket.progress.send_replace(progress);
            }
            match settled {
                Settled::Token(slot) => {
                    let now: Moment = self.source.clock.now();
                    let life = slot.validity.expiry.left(now);
                    self.span.record("expires_in_s", life.as_secs());
                    return "refreshed";
                }
                Settled::Superseded => return "superseded",
                Settled::Failed(fault, next) => {
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
    async fn attempt(&mut self, pause: Duration) -> Option<Settled> {
        if !pause.is_zero() {
            let pause = self.source.clock.sleep(pause);
            if let Either::Left(_) = race(&mut self.ticket.cancelled, pause).await {
                return None;
            }
        }
        let Some(limit) = self.shared.upgrade()?.attempt(self.ticket.id) else {
            return Some(Settled::Superseded);
        };
        self.attempts += 1;
        let attempt = self.source.attempt(limit);
        let Either::Right(outcome) = race(&mut self.ticket.cancelled, attempt).await else {
            return None;
        };
        Some(self.shared.upgrade()?.settle(self.ticket.id, outcome))
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.abandoned(self.ticket.id);
        }
    }
}
