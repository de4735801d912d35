//! How long to wait before a transaction is tried again.

use std::time::Duration;

use crate::exponential_backoff::{ExponentialBackoff, part};

const BACKOFF: ExponentialBackoff = ExponentialBackoff {
    initial: Duration::from_millis(10),
    cap: Duration::from_secs(1),
};

/// The pause after the failed attempt number `attempt`. `jitter` is between zero and one.
pub(super) fn pause(attempt: u32, jitter: f64) -> Duration {
    part(BACKOFF.pause(attempt), jitter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_doubles_up_to_a_second_and_jitter_shortens_it() {
        let bounds: Vec<u128> = [1, 2, 3, 7, 8, 1000]
            .map(|attempt| pause(attempt, 1.0).as_millis())
            .into();
        assert_eq!(bounds, [10, 20, 40, 640, 1000, 1000]);
        assert_eq!(pause(3, 0.5), Duration::from_millis(20));
        assert_eq!(pause(3, 0.0), Duration::ZERO);
    }
}
