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
