//! When a failed attempt is followed by another, and after how long.

use std::time::Duration;

use ekodb_api::Replay;

use crate::{error::Error, exponential_backoff::ExponentialBackoff, setting::refuse};

/// How failed attempts of a call are retried. The defaults suit every deployment.
///
/// An attempt is retried if it failed in a way that may pass (no connection, a broken one, a
/// time-out, HTTP 429, 502, 503 or 504). A call that may not be repeated, such as one that
/// registers a key, is only retried where it is certain that the server did not apply it: no
/// connection was made, the reply is 429, or it is a 503 in the form of ekoDB's own errors (that of
/// a gateway may come after it has forwarded the call). The pause grows exponentially and is chosen
/// by jitter between zero and its bound ("full jitter"); what the server asks for in `Retry-After`
/// is added. A retry never outlasts the call's deadline.
///
/// ```
/// use std::time::Duration;
/// use ekodb_client::Retry;
///
/// let patient = Retry::new().attempts(6).backoff(Duration::from_millis(200), Duration::from_secs(10));
/// let never = Retry::none();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retry {
    pub(crate) attempts: u32,
    pub(super) backoff: ExponentialBackoff,
    pub(super) retry_after_cap: Duration,
    pub(super) budget: u32,
}

impl Retry {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// No retries. A call that is answered with 401 is still sent once more, with a new token.
    pub fn none() -> Self {
        Self::default().attempts(1)
    }

    /// How many attempts a call has, the first one included. Default: 3.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The bound of the pause before a retry: it starts at `initial`, doubles with each further one
    /// and never exceeds `cap`. Default: 100 milliseconds, 5 seconds.
    #[must_use]
    pub fn backoff(mut self, initial: Duration, cap: Duration) -> Self {
        self.backoff = ExponentialBackoff { initial, cap };
        self
    }

    /// The longest `Retry-After` that is honoured; a longer one counts as this. Default: 60
    /// seconds.
    #[must_use]
    pub fn retry_after_cap(mut self, cap: Duration) -> Self {
        self.retry_after_cap = cap;
        self
    }

    /// How many retries all calls of a client and its clones have together, so that a dead server
    /// is not asked many times as often as a healthy one. Ten calls that succeed bring one retry
    /// back. Default: 100.
    #[must_use]
    pub fn budget(mut self, retries: u32) -> Self {
        self.budget = retries;
        self
    }

    /// Refuses what cannot work.
    pub(crate) fn validate(&self) -> Result<(), Error> {
        if self.attempts == 0 {
            return Err(refuse(
                "retry: a call has at least one attempt",
                "for no retries write Retry::none()",
            ));
        }
        self.backoff.validate("retry")
    }

    /// The pause before the retry that follows the failed attempt number `attempt`, or `None` if
    /// there must be none. `jitter` is between zero and one.
    pub(super) fn pause(
        &self,
        error: &Error,
        replay: Replay,
        attempt: u32,
        jitter: f64,
    ) -> Option<Duration> {
        let may_repeat = replay == Replay::Idempotent || error.has_no_side_effects();
        if attempt >= self.attempts || !error.is_retryable() || !may_repeat {
            return None;
        }
        let asked = error.retry_after().unwrap_or_default();
        let own = self.backoff.jittered(attempt, jitter);
        Some(asked.min(self.retry_after_cap).saturating_add(own))
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 3,
            backoff: ExponentialBackoff {
                initial: Duration::from_millis(100),
                cap: Duration::from_secs(5),
            },
            retry_after_cap: Duration::from_secs(60),
            budget: 100,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn error(kind: ErrorKind, unapplied: bool) -> Error {
        Error::new(kind, "failed").with_no_side_effects(unapplied)
    }

    fn pause(retry: &Retry, error: &Error, attempt: u32) -> Option<Duration> {
        retry.pause(error, Replay::Idempotent, attempt, 1.0)
    }

    #[test]
    fn only_failures_that_may_pass_are_retried() {
        for (kind, retried) in [
            (ErrorKind::Connect, true),
            (ErrorKind::Connection, true),
            (ErrorKind::Timeout, true),
            (ErrorKind::RateLimited, true),
            (ErrorKind::Unavailable, true),
            (ErrorKind::Server, false),
            (ErrorKind::Unauthenticated, false),
            (ErrorKind::PermissionDenied, false),
            (ErrorKind::NotFound, false),
            (ErrorKind::Conflict, false),
            (ErrorKind::InvalidRequest, false),
            (ErrorKind::InvalidReply, false),
            (ErrorKind::ReplyTooLarge, false),
        ] {
            let pause = pause(&Retry::new(), &error(kind, true), 1);
            assert_eq!(pause.is_some(), retried, "{kind:?}");
        }
    }

    #[test]
    fn a_call_that_may_not_be_repeated_is_retried_only_if_it_was_not_applied() {
        let retry = Retry::new();
        for unapplied in [true, false] {
            let error = error(ErrorKind::Unavailable, unapplied);
            let pause = retry.pause(&error, Replay::Never, 1, 0.5);
            assert_eq!(pause.is_some(), unapplied);
        }
    }

    #[test]
    fn the_attempts_are_counted_with_the_first() {
        let error = error(ErrorKind::Connect, true);
        assert!(pause(&Retry::new(), &error, 2).is_some());
        assert!(pause(&Retry::new(), &error, 3).is_none());
        assert!(pause(&Retry::none(), &error, 1).is_none());
    }

    #[test]
    fn the_pause_doubles_up_to_its_cap_and_chance_shortens_it() {
        let retry = Retry::new()
            .attempts(u32::MAX)
            .backoff(Duration::from_millis(100), Duration::from_millis(350));
        let error = error(ErrorKind::Timeout, false);
        for (attempt, bound) in [(1, 100), (2, 200), (3, 350), (4, 350), (4_000, 350)] {
            let longest = pause(&retry, &error, attempt);
            assert_eq!(longest, Some(Duration::from_millis(bound)));
            let shortest = retry.pause(&error, Replay::Idempotent, attempt, 0.0);
            assert_eq!(shortest, Some(Duration::ZERO));
        }
    }

    #[test]
    fn retry_after_is_honoured_up_to_its_cap() {
        let retry = Retry::new().retry_after_cap(Duration::from_secs(10));
        for (asked, waited) in [(3, 3), (10, 10), (86_400, 10)] {
            let error = error(ErrorKind::RateLimited, true)
                .with_retry_after(Some(Duration::from_secs(asked)));
            let pause = retry.pause(&error, Replay::Never, 1, 0.0);
            assert_eq!(pause, Some(Duration::from_secs(waited)));
        }
    }
}
