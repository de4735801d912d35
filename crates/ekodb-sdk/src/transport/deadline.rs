//! When a call must have ended.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::network_error;
use crate::error::Error;

/// When the whole call must have ended, and how long that was at its beginning.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    pub(crate) at: Instant,
    pub(crate) limit: Duration,
}

impl Deadline {
    pub(crate) fn after(limit: Duration) -> Self {
        Self::from(Instant::now(), limit)
    }

    pub(super) fn from(now: Instant, limit: Duration) -> Self {
        // A limit beyond what the clock can tell is none.
        let at = now.checked_add(limit).unwrap_or(now + FAR_FUTURE);
        Self { at, limit }
    }

    /// How much time is left.
    pub(crate) fn left(&self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }

    /// How long the call has taken.
    pub(super) fn elapsed(&self) -> Duration {
        self.limit.saturating_sub(self.left())
    }

    /// Fails if the deadline has come.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match Instant::now() < self.at {
            true => Ok(()),
            false => Err(network_error::call_timed_out(self.limit)),
        }
    }

    /// Waits for `work` until the deadline.
    pub(crate) async fn bound<T>(
        &self,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        match timeout_at(self.at, work).await {
            Ok(outcome) => outcome,
            Err(_) => Err(network_error::call_timed_out(self.limit)),
        }
    }
}

const FAR_FUTURE: Duration = Duration::from_secs(30 * 365 * 86_400);
