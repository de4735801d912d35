//! The rate limit, as the server last reported it.

use std::{
    str::FromStr,
    sync::Mutex,
    time::{Duration, SystemTime},
};

use http::{HeaderMap, HeaderName};

/// The rate limit of a client, as the server reported it with its last reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// How many requests are allowed in the current window (`X-RateLimit-Limit`).
    pub limit: Option<u64>,
    /// How many of them are left (`X-RateLimit-Remaining`).
    pub remaining: Option<u64>,
    /// When the next window begins, by the server's clock (`X-RateLimit-Reset`).
    pub reset_at: Option<SystemTime>,
}

impl RateLimit {
    /// What the reply tells, if it tells anything.
    fn read(headers: &HeaderMap) -> Option<Self> {
        // Most replies say nothing of it, and looking three names up costs more than this.
        let mentioned = |name: &HeaderName| name.as_str().starts_with("x-ratelimit-");
        if !headers.keys().any(mentioned) {
            return None;
        }
        let limit = number(headers, "x-ratelimit-limit");
        let remaining = number(headers, "x-ratelimit-remaining");
        let reset_at = number(headers, "x-ratelimit-reset")
            .and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
        let told = limit.is_some() || remaining.is_some() || reset_at.is_some();
        told.then_some(Self {
            limit,
            remaining,
            reset_at,
        })
    }
}

/// The last rate limit reported.
#[derive(Debug, Default)]
pub(crate) struct LastRateLimit(Mutex<Option<RateLimit>>);

impl LastRateLimit {
    /// Keeps what a reply tells.
    pub(super) fn observe(&self, headers: &HeaderMap) {
        if let Some(told) = RateLimit::read(headers) {
            *self.lock() = Some(told);
        }
    }

    pub(crate) fn get(&self) -> Option<RateLimit> {
        *self.lock()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<RateLimit>> {
        // A plain value is whole at any time, also after a panic.
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn number<T: FromStr>(headers: &HeaderMap, name: &str) -> Option<T> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pairs: &[(&'static str, &'static str)]) -> Option<RateLimit> {
        let last = LastRateLimit::default();
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, http::HeaderValue::from_static(value));
        }
        last.observe(&headers);
        last.get()
    }

    #[test]
    fn every_number_is_optional() {
        assert_eq!(told(&[]), None);
        let read = told(&[("x-ratelimit-remaining", "0")]).unwrap();
        assert_eq!((read.limit, read.remaining), (None, Some(0)));
        assert_eq!(read.reset_at, None);
    }

    #[test]
    fn numbers_that_cannot_be_read_are_as_if_absent() {
        assert_eq!(told(&[("x-ratelimit-limit", "many")]), None);
        let read = told(&[
            ("x-ratelimit-limit", "100"),
            ("x-ratelimit-remaining", "-3"),
            ("x-ratelimit-reset", "18446744073709551615"),
        ]);
        let read = read.unwrap();
        assert_eq!((read.limit, read.remaining), (Some(100), None));
        assert_eq!(read.reset_at, None);
    }

    #[test]
    fn a_reply_that_tells_nothing_leaves_the_last_one() {
        let last = LastRateLimit::default();
        let mut headers = HeaderMap::new();
        headers.insert("x-ratelimit-limit", http::HeaderValue::from_static("7"));
        last.observe(&headers);
        last.observe(&HeaderMap::new());
        assert_eq!(last.get().and_then(|told| told.limit), Some(7));
    }
}
