//! The task of one refresh.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::sync::{oneshot, watch};
use tracing::{Instrument, Span, field::Empty};

use super::{
    attempt::Source,
    shared::{Progress, Shared},
    state::Reason,
};

/// Runs a refresh to its end, apart from all callers.
///
/// It holds no handle of the manager, so it cannot outlive the last one. If it is dropped before its end, because its runtime shuts
/// down, it says so, and the next caller starts another.
pub(crate) struct Task {
    shared: Weak<Shared>,
    source: Source,
    id: u64,
    span: Span,
    progress: watch::Sender<Progress>,
    cancelled: oneshot::Receiver<()>,
}

impl Task {
    pub(crate) fn new(
        shared: &Arc<Shared>,
        id: u64,
        reason: Reason,
        generation: u64,
        progress: watch::Sender<Progress>,
        cancelled: oneshot::Receiver<()>,
    ) -> Self {
        let span = tracing::info_span!(
            parent: None,
            "token_refresh",
            reason = reason.name(),
            generation,
            outcome = Empty,
            attempt = Empty,
            elapsed_ms = Empty,
            expires_in_s = Empty,
            "error.type" = Empty,
        );
        // Not a child: the refresh may outlive the call that has caused it.
        span.follows_from(Span::current());
        Self {
            shared: Arc::downgrade(shared),
            source: shared.source.clone(),
            id,
            span,
            progress,
            cancelled,
        }
    }

    /// Runs the refresh; its first attempt is due after `pause`.
    pub(crate) async fn run(mut self, pause: Duration) {
        let span = self.span.clone();
        async {
            let began = self.source.clock.now();
            let mut attempt = 0_u32;
            let outcome = self.attempts(pause, &mut attempt).await;
            let elapsed = self.source.clock.now().mono.saturating_sub(began.mono);
            self.span
                .record("outcome", outcome)
                .record("attempt", attempt)
                .record("elapsed_ms", elapsed.as_millis());
            tracing::debug!(outcome, attempt, "token refresh ended");
        }
        .instrument(span)
        .await;
    }

    async fn attempts(&mut self, pause: Duration, attempt: &mut u32) -> &'static str {
        let mut pause = pause;
        loop {
            if !pause.is_zero() {
                tokio::select! {
                    biased;
                    _ = &mut self.cancelled => return "cancelled",
                    () = self.source.clock.sleep(pause) => {}
                }
            }
            let Some(shared) = self.shared.upgrade() else {
                return "cancelled";
            };
            let Some(limit) = shared.attempt(self.id) else {
                return "superseded";
            };
            drop(shared);
            *attempt += 1;
            let outcome = tokio::select! {
                biased;
                _ = &mut self.cancelled => return "cancelled",
                outcome = self.source.attempt(limit) => outcome,
            };
            let Some(shared) = self.shared.upgrade() else {
                return "cancelled";
            };
            let settled = shared.settle(self.id, outcome);
            drop(shared);
            if let Some(error) = &settled.error {
                self.span
                    .record("error.type", tracing::field::debug(error.kind()));
                tracing::warn!(attempt = *attempt, %error, "token request failed");
            }
            if let Some(life) = settled.expires_in {
                self.span.record("expires_in_s", life.as_secs());
            }
            if let Some(progress) = settled.progress {
                self.progress.send_replace(progress);
            }
            match settled.next {
                Some(next) => pause = next,
                None => return settled.outcome,
            }
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.abandoned(self.id);
        }
    }
}
