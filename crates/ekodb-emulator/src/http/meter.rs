//! Counting requests: for tests, and for the rate limit.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// How many requests were served, by method and path template. There are as many counts as routes,
/// whatever is sent.
#[derive(Debug, Default)]
pub(crate) struct Counters(Mutex<BTreeMap<(&'static str, String), u64>>);

/// The methods that have counts of their own.
const METHODS: [&str; 9] = [
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT",
];

/// What any other method is counted as.
const OTHER: &str = "(other)";

fn counted(method: &str) -> &'static str {
    let known = METHODS.into_iter().find(|known| *known == method);
    known.unwrap_or(OTHER)
}

impl Counters {
    pub(crate) fn count(&self, method: &str, template: &str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts
            .entry((counted(method), template.to_owned()))
            .or_default() += 1;
    }

    pub(crate) fn reset(&self) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.clear();
    }

    pub(crate) fn total(&self) -> u64 {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.values().sum()
    }

    pub(crate) fn of(&self, method: &str, template: &str) -> u64 {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts
            .get(&(counted(method), template.to_owned()))
            .copied()
            .unwrap_or_default()
    }
}

/// How many requests a minute are told to be allowed when no limit is set.
const NOMINAL_LIMIT: u64 = 1_000_000;
const WINDOW_SECONDS: i64 = 60;

/// A limit on requests per minute, for all keys together.
#[derive(Debug)]
pub(crate) struct RateLimit {
    limit: Option<u64>,
    window: Mutex<Window>,
}

#[derive(Debug, Default)]
struct Window {
    ends: i64,
    used: u64,
}

/// Where a request stands in its window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Allowance {
    pub(crate) limit: u64,
    pub(crate) remaining: u64,
    /// When the window ends, in Unix seconds.
    pub(crate) reset: i64,
    pub(crate) exceeded: bool,
}

impl RateLimit {
    pub(crate) fn new(limit: Option<u64>) -> Self {
        Self {
            limit,
            window: Mutex::default(),
        }
    }

    /// Begins a new window with the next request.
    pub(crate) fn reset(&self) {
        *self.window.lock().unwrap_or_else(PoisonError::into_inner) = Window::default();
    }

    /// Takes one request from the window that `now`, in Unix seconds, is in.
    pub(crate) fn take(&self, now: i64) -> Allowance {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if now >= window.ends {
            *window = Window {
                ends: now + WINDOW_SECONDS,
                used: 0,
            };
        }
        window.used += 1;
        let limit = self.limit.unwrap_or(NOMINAL_LIMIT);
        Allowance {
            limit,
            remaining: limit.saturating_sub(window.used),
            reset: window.ends,
            exceeded: self.limit.is_some_and(|limit| window.used > limit),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_that_callers_make_up_share_one_count() {
        let counters = Counters::default();
        for number in 0..1000 {
            counters.count(&format!("METHOD{number}"), "(no route)");
        }
        counters.count("GET", "(no route)");
        assert_eq!(counters.0.lock().unwrap().len(), 2);
        assert_eq!(counters.total(), 1001);
        assert_eq!(counters.of("GET", "(no route)"), 1);
    }

    #[test]
    fn a_limit_refuses_what_exceeds_it_until_the_window_ends() {
        let rate = RateLimit::new(Some(2));
        assert_eq!(rate.take(100).remaining, 1);
        assert_eq!(rate.take(100).remaining, 0);
        let third = rate.take(159);
        assert!(third.exceeded);
        assert_eq!(third.reset, 160);
        assert!(!rate.take(160).exceeded);
    }

    #[test]
    fn without_a_limit_nothing_is_refused() {
        let rate = RateLimit::new(None);
        assert!((0..1000).all(|_| !rate.take(0).exceeded));
    }
}
