//! Pauses that double.

use std::time::Duration;

use crate::{error::Error, setting::refuse};

/// A pause that starts at `initial`, doubles with each further failure and never exceeds `cap`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ExponentialBackoff {
    pub(crate) initial: Duration,
    pub(crate) cap: Duration,
}

impl ExponentialBackoff {
    /// The pause after the `failures`-th failure, counted from 1.
    pub(crate) fn pause(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(MAX_DOUBLINGS);
        self.initial.saturating_mul(1 << doublings).min(self.cap)
    }

    /// A part of that pause. `jitter` is between zero and one.
    pub(crate) fn jittered(&self, failures: u32, jitter: f64) -> Duration {
        part(self.pause(failures), jitter)
    }

    /// Refuses what cannot work; `setting` is what it is part of.
    pub(crate) fn validate(&self, setting: &str) -> Result<(), Error> {
        let problem = if self.initial.is_zero() {
            "the initial backoff must be longer than zero"
        } else if self.cap < self.initial {
            "the backoff cap must not be shorter than the initial backoff"
        } else {
            return Ok(());
        };
        Err(refuse(
            &format!("{setting}: {problem}"),
            "write backoff(initial, cap) with the longer one last",
        ))
    }
}

/// Keeps the shift above within its type.
const MAX_DOUBLINGS: u32 = 30;

/// A part of a duration. `Duration::mul_f64` would panic where the product is rounded to more than
/// the largest duration.
pub(crate) fn part(of: Duration, factor: f64) -> Duration {
    Duration::try_from_secs_f64(of.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_doubles_up_to_its_cap_and_jitter_shortens_it() {
        let backoff = ExponentialBackoff {
            initial: Duration::from_millis(10),
            cap: Duration::from_secs(1),
        };
        let bounds = [1, 2, 3, 7, 8, 1000].map(|failures| backoff.jittered(failures, 1.0));
        let expected = [10, 20, 40, 640, 1000, 1000].map(Duration::from_millis);
        assert_eq!(bounds, expected);
        assert_eq!(backoff.jittered(3, 0.5), Duration::from_millis(20));
        assert_eq!(backoff.jittered(3, 0.0), Duration::ZERO);
    }

    #[test]
    fn no_duration_panics() {
        for initial in [
            Duration::from_nanos(1),
            Duration::from_secs(1),
            Duration::MAX,
        ] {
            for failures in [0, 1, 2, 31, 32, 33, u32::MAX] {
                let cap = Duration::MAX;
                let pause = ExponentialBackoff { initial, cap }.pause(failures);
                assert!(pause >= initial);
                assert!(part(pause, 1.1) >= pause.min(part(pause, 1.0)));
                assert_eq!(part(pause, 0.0), Duration::ZERO);
            }
        }
    }
}
