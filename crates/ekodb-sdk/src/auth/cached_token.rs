//! The token in use, as calls see it.

use std::{
    array,
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    time::Duration,
};

use http::HeaderValue;

use super::{
    clock::Moment,
    refresh_schedule::{Phase, RefreshSchedule},
    token::{self, Bearer},
};

/// A token and its turning points.
pub(crate) struct CachedToken {
    /// The header, once for each of some groups of threads. A call clones its header a few times,
    /// and every clone writes to the count of references: one count for all would be passed from
    /// core to core.
    headers: [HeaderValue; GROUPS],
    generation: u64,
    pub(crate) schedule: RefreshSchedule,
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
    pub(crate) fn new(header: &HeaderValue, generation: u64, schedule: RefreshSchedule) -> Self {
        Self {
            headers: array::from_fn(|_| token::separate_copy(header)),
            generation,
            schedule,
            deferred_until: AtomicU64::new(0),
        }
    }

    /// The token, whatever the time.
    pub(crate) fn bearer(&self) -> Bearer {
        Bearer {
            header: self.headers[GROUP.with(|group| *group)].clone(),
            generation: self.generation,
        }
    }

    pub(super) fn header(&self) -> &HeaderValue {
        &self.headers[0]
    }

    /// The token, if a call may use it at once.
    pub(crate) fn peek(&self, now: Moment) -> Option<Peek> {
        let due = match self.schedule.phase(now) {
            Phase::Fresh => false,
            Phase::Advisory => nanos(now.mono) >= self.deferred_until.load(Ordering::Relaxed),
            Phase::Mandatory | Phase::Expired => return None,
        };
        let bearer = self.bearer();
        Some(Peek { bearer, due })
    }

    /// Whether it has not expired.
    pub(crate) fn is_usable(&self, now: Moment) -> bool {
        self.schedule.phase(now) != Phase::Expired
    }

    /// No refresh ahead needs to be asked for during this span.
    pub(crate) fn defer_refresh(&self, span: Duration, now: Moment) {
        let until = nanos(now.mono.saturating_add(span));
        self.deferred_until.store(until, Ordering::Relaxed);
    }
}

/// As many threads do not share a count of references. A power of two.
const GROUPS: usize = 8;

thread_local! {
    /// The group of this thread: threads are dealt to the groups in turn.
    static GROUP: usize = {
        static THREADS: AtomicUsize = AtomicUsize::new(0);
        THREADS.fetch_add(1, Ordering::Relaxed) % GROUPS
    };
}

fn nanos(mono: Duration) -> u64 {
    u64::try_from(mono.as_nanos()).unwrap_or(u64::MAX)
}
