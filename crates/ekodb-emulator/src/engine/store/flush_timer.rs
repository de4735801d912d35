//! When writes that have been acknowledged reach the disk.

use std::time::{Duration, Instant};

use super::durability::Durability;

/// How long a relaxed write may stay unflushed.
const FLUSH_AFTER: Duration = Duration::from_millis(250);

/// Tells which commits are flushed, so that no relaxed write waits for longer than [`FLUSH_AFTER`]
/// and the commit that is under way then, however many writes follow it.
#[derive(Debug)]
pub(super) struct FlushTimer {
    durability: Durability,
    /// When the oldest write that is not flushed has to be.
    due: Option<Instant>,
}

impl FlushTimer {
    pub(super) fn new(durability: Durability) -> Self {
        Self {
            durability,
            due: None,
        }
    }

    /// Returns how long the writer may wait for a task; `None` while everything is flushed.
    pub(super) fn remaining(&self, now: Instant) -> Option<Duration> {
        self.due.map(|due| due.saturating_duration_since(now))
    }

    /// Whether the next commit is to be flushed. It takes along all those before it.
    pub(super) fn flushes_next(&self, now: Instant) -> bool {
        match self.durability {
            Durability::Immediate => true,
            Durability::Relaxed => self.due.is_some_and(|due| due <= now),
        }
    }

    /// Notes a commit: whether it was to be flushed, and whether it succeeded.
    pub(super) fn note(&mut self, flushed: bool, done: bool, now: Instant) {
        self.due = match (self.durability, flushed, done) {
            (Durability::Immediate, ..) | (_, true, true) => None,
            (_, true, false) => Some(now + FLUSH_AFTER),
            (_, false, true) => self.due.or(Some(now + FLUSH_AFTER)),
            (_, false, false) => self.due,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Commits every so many milliseconds for ten seconds. Returns the longest that a write was not
    /// flushed.
    fn longest_unflushed(every: u64) -> Duration {
        let start = Instant::now();
        let mut timer = FlushTimer::new(Durability::Relaxed);
        let (mut now, mut oldest, mut longest) = (start, None, Duration::ZERO);
        let mut next = start;
        while now < start + Duration::from_secs(10) {
            let wait = timer.remaining(now).map(|remaining| now + remaining);
            // Either the timer comes first, or a write.
            let flushed = match wait.filter(|due| *due < next) {
                Some(due) => {
                    now = due;
                    true
                }
                None => {
                    now = next;
                    next += Duration::from_millis(every);
                    oldest = oldest.or(Some(now));
                    timer.flushes_next(now)
                }
            };
            timer.note(flushed, true, now);
            if flushed && let Some(oldest) = oldest.take() {
                longest = longest.max(now - oldest);
            }
        }
        longest
    }

    #[test]
    fn a_relaxed_write_is_flushed_in_time_however_many_follow_it() {
        for every in [1, 10, 100, 249, 250, 251, 1000] {
            let longest = longest_unflushed(every);
            assert!(longest > Duration::ZERO, "{every}");
            assert!(longest <= FLUSH_AFTER, "{every}: {longest:?}");
        }
    }

    #[test]
    fn an_immediate_write_is_flushed_by_its_own_commit() {
        let now = Instant::now();
        let mut timer = FlushTimer::new(Durability::Immediate);
        assert!(timer.flushes_next(now));
        timer.note(true, true, now);
        assert_eq!(timer.remaining(now), None);
    }

    #[test]
    fn a_flush_that_failed_is_tried_again() {
        let now = Instant::now();
        let mut timer = FlushTimer::new(Durability::Relaxed);
        timer.note(false, true, now);
        let later = now + FLUSH_AFTER;
        assert!(timer.flushes_next(later));
        timer.note(true, false, later);
        assert_eq!(timer.remaining(later), Some(FLUSH_AFTER));
    }
}
