//! The emulator's own clock: the system's, plus what a test has advanced it by.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, SecondsFormat, Utc};

/// Tells the time to everything in one emulator: tokens, time stamps and the `Date` of replies
/// agree.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    ahead_millis: AtomicU64,
}

impl Clock {
    /// The present moment.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.system_time().into()
    }

    /// The present moment as the standard library has it.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock of the emulator"
    )]
    pub(crate) fn system_time(&self) -> SystemTime {
        let system = SystemTime::now();
        system.checked_add(self.ahead()).unwrap_or(system)
    }

    /// How far the clock is ahead of the system's.
    pub(crate) fn ahead(&self) -> Duration {
        Duration::from_millis(self.ahead_millis.load(Ordering::Relaxed))
    }

    /// Sets the clock to the system's.
    pub(crate) fn reset(&self) {
        self.ahead_millis.store(0, Ordering::Relaxed);
    }

    /// Moves the clock forward; it goes back by [`Clock::reset`] only.
    pub(crate) fn advance(&self, by: Duration) {
        // A century is as far as a test can mean to go, and keeps every later sum in range.
        const FARTHEST: u64 = 100 * 365 * 24 * 60 * 60 * 1000;
        let by = u64::try_from(by.as_millis()).unwrap_or(FARTHEST);
        // The closure always returns a value, so the update cannot fail.
        let _ = self
            .ahead_millis
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |ahead| {
                Some(ahead.saturating_add(by).min(FARTHEST))
            });
    }
}

/// A moment as it stands in a reply: RFC 3339 in UTC with microseconds.
pub(crate) fn rfc3339(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Micros, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_goes_forward_by_what_it_is_advanced() {
        let clock = Clock::default();
        let before = clock.now();
        clock.advance(Duration::from_secs(3600));
        let passed = clock.now() - before;
        assert!(passed.num_seconds() >= 3600 && passed.num_seconds() < 3660);
    }

    #[test]
    fn advancing_without_end_stays_in_range() {
        let clock = Clock::default();
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        let days = (clock.now() - Utc::now()).num_days();
        assert!((36_499..=36_500).contains(&days), "{days} days");
    }
}
