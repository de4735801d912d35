//! How long to leave the token endpoint alone after a failure.

use std::time::Duration;

use super::settings::TokenRefresh;
use crate::exponential_backoff::{ExponentialBackoff, part};

/// The pause after the `failures`-th failure in a row (from 1): doubling from the initial pause to
/// the cap, of which the second half is left to jitter.
pub(crate) fn backoff(settings: &TokenRefresh, failures: u32, jitter: f64) -> Duration {
    let full = settings.backoff.pause(failures);
    part(full, 0.5 + 0.5 * jitter.clamp(0.0, 1.0))
}

/// What the server's `Retry-After` amounts to: never less than it says up to a bound, and up to a
/// tenth more by jitter, so that a fleet does not come back in step.
pub(crate) fn retry_after(span: Duration, jitter: f64) -> Duration {
    let span = span.min(MAX_RETRY_AFTER);
    part(span, 1.0 + 0.1 * jitter.clamp(0.0, 1.0))
}

/// How long a rejected API key is remembered.
pub(crate) fn rejected_key_memory(jitter: f64) -> Duration {
    let span = MEMORY.cap - MEMORY.initial;
    MEMORY.initial + part(span, jitter.clamp(0.0, 1.0))
}

/// The pause before the next token after `rejections` in a row of tokens that had only just been
/// issued. The first few are free: a revocation may come at any time. A server that rejects every
/// token it issues must not be asked for one per call.
pub(crate) fn rejection_pause(rejections: u32) -> Duration {
    match rejections.checked_sub(FREE_REJECTIONS + 1) {
        None => Duration::ZERO,
        Some(further) => MEMORY.pause(further.saturating_add(1)),
    }
}

/// The longest pause while there is no valid token: calls fail meanwhile, so the end of an outage
/// should be noticed soon.
pub(crate) const URGENT_CAP: Duration = Duration::from_secs(10);

const MAX_RETRY_AFTER: Duration = Duration::from_secs(5 * 60);
const MEMORY: ExponentialBackoff = ExponentialBackoff {
    initial: Duration::from_secs(1),
    cap: Duration::from_secs(5),
};
const FREE_REJECTIONS: u32 = 3;
