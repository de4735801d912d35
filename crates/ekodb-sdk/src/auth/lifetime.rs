//! How long a token that has just arrived may be used.

use std::time::Duration;

use super::{
    claims::Claims,
    skew::{Exchange, Skew, millis},
};

/// The longest life believed in.
pub(crate) const MAX_LIFETIME: Duration = Duration::from_secs(30 * 24 * 3_600);

/// The life of a token from the moment its request was sent. `None` if it had expired by then.
///
/// `exp` is in the server's time, so the server's time is asked first: its `Date`, now or before (`skew`),
/// else the moment it says it issued the token (`iat`). Only without both does our own clock count, and as
/// that one may be wrong it is not enough to call a token expired that the server has just issued:
/// `assumed` is then used, as for a token without `exp`.
pub(crate) fn lifetime(
    claims: Claims,
    exchange: &Exchange,
    skew: Option<Skew>,
    assumed: Duration,
) -> Option<Duration> {
    let Some(exp) = claims.exp else {
        return Some(assumed.min(MAX_LIFETIME));
    };
    let whole = claims.iat.map(|iat| seconds(exp) - seconds(iat));
    let before = || skew?.server_time(exchange.sent);
    let server_time = exchange.server_time().or_else(before);
    let left = match (server_time, whole) {
        // A token cannot have more left than it had when it was issued.
        (Some(time), Some(whole)) if whole > 0 => whole.min(seconds(exp) - time),
        (Some(time), _) => seconds(exp) - time,
        (None, Some(whole)) => whole,
        (None, None) => match seconds(exp) - millis(exchange.sent.wall) {
            left if left > 0 => left,
            _ => millis(assumed),
        },
    };
    let left = u64::try_from(left).ok().filter(|left| *left > 0)?;
    Some(Duration::from_millis(left).min(MAX_LIFETIME))
}

fn seconds(claim: u64) -> i64 {
    // A claim ends with the year 9999, far below the limit.
    i64::try_from(claim).map_or(i64::MAX / 4, |claim| claim * 1_000)
}
