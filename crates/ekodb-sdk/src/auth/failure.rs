//! A failed refresh, remembered.

use std::time::Duration;

use super::{
    clock::Moment,
    retry_delays::{self, URGENT_CAP},
    settings::TokenRefresh,
};
use crate::error::Error;

/// What went wrong in one attempt.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) error: Error,
    /// Whether trying again soon is of no use: the key was rejected, or the server hands out a
    /// token that is dead on arrival.
    pub(crate) terminal: bool,
    /// What the server asked for.
    pub(crate) retry_after: Option<Duration>,
}

impl Fault {
    /// A failure that may pass. What is not known to be terminal is one of these.
    pub(crate) fn transient(error: Error) -> Self {
        Self {
            error,
            terminal: false,
            retry_after: None,
        }
    }

    /// A failure that stays until something changes elsewhere.
    pub(crate) fn terminal(error: Error) -> Self {
        Self {
            terminal: true,
            ..Self::transient(error)
        }
    }
}

/// The last failure since the last success.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) fault: Fault,
    pub(crate) at: Moment,
    /// How many failures there have been in a row, this one included.
    pub(crate) count: u32,
    backoff: Duration,
    memory: Duration,
    asked: Option<Duration>,
}

impl Failure {
    /// The failure after `before` failures in a row.
    pub(crate) fn new(
        fault: Fault,
        at: Moment,
        before: u32,
        settings: &TokenRefresh,
        jitter: f64,
    ) -> Self {
        let count = before.saturating_add(1);
        Self {
            backoff: retry_delays::backoff(settings, count, jitter),
            memory: retry_delays::rejected_key_memory(jitter),
            asked: fault
                .retry_after
                .map(|span| retry_delays::retry_after(span, jitter)),
            fault,
            at,
            count,
        }
    }

    /// How long no attempt is due at `now`. With a usable token there is time, so pauses may grow
    /// to the cap; without one every call fails, so they stay short. What the server asked for
    /// counts either way.
    pub(crate) fn pause(&self, usable: bool, now: Moment) -> Duration {
        let own = if usable {
            self.backoff
        } else if self.fault.terminal {
            self.memory
        } else {
            self.backoff.min(URGENT_CAP)
        };
        let pause = own.max(self.asked.unwrap_or_default());
        (self.at + pause).left(now)
    }
}
