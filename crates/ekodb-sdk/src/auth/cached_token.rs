//! The token in use, as calls see it.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use super::{
    clock::Moment,
    token::Bearer,
    validity::{Phase, Validity},
};

/// A token and its turning points.
pub(crate) struct CachedToken {
    pub(crate) bearer: Bearer,
    pub(crate) validity: Validity,
    /// Until when, in nanoseconds of the monotonic clock, calls need not ask for a refresh ahead:
    /// one is under way, or would be too early.
    deferred_until: AtomicU64,
}

/// What a call gets without looking at anything but the cached token.
pub(crate) struct Peek {
    pub(crate) bearer: Bearer,
    /// Whether a refresh ahead is due.
    pub(crate) due: bool,
}

impl CachedToken {
    pub(crate) fn new(bearer: Bearer, validity: Validity) -> Self {
        Self {
            bearer,
            validity,
            deferred_until: AtomicU64::new(0),
        }
    }

    /// The token, if a call may use it at once.
    pub(crate) fn peek(&self, now: Moment) -> Option<Peek> {
        let due = match self.validity.phase(now) {
            Phase::Fresh => false,
            Phase::Advisory => nanos(now.mono) >= self.deferred_until.load(Ordering::Relaxed),
            Phase::Mandatory | Phase::Expired => return None,
        };
        let bearer = self.bearer.clone();
        Some(Peek { bearer, due })
    }

    /// Whether it has not expired.
    pub(crate) fn is_usable(&self, now: Moment) -> bool {
        self.validity.phase(now) != Phase::Expired
    }

    /// No refresh ahead needs to be asked for during this span.
    pub(crate) fn defer_refresh(&self, span: Duration, now: Moment) {
        let until = nanos(now.mono.saturating_add(span));
        self.deferred_until.store(until, Ordering::Relaxed);
    }
}

fn nanos(mono: Duration) -> u64 {
    u64::try_from(mono.as_nanos()).unwrap_or(u64::MAX)
}
