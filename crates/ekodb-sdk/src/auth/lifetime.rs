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
/// A token that says when it was issued (`iat`) and when it expires (`exp`) says how long it lives,
/// whatever any clock says. `exp` alone is in the server's time, so the server's `Date` is asked
/// first, now or before (`skew`). A proxy with a clock of its own may have written that one, and
/// our own clock may be wrong as well: a token has expired only if both say so. Where our clock
/// alone says so, `assumed` is used, as for a token without `exp`.
pub(crate) fn lifetime(
    claims: Claims,
    exchange: &Exchange,
    skew: Option<Skew>,
    assumed: Duration,
) -> Option<Duration> {
    let assumed = millis(assumed);
    let left = match (claims.exp.map(seconds), claims.iat.map(seconds)) {
        (None, _) => assumed,
        (Some(exp), Some(iat)) => exp - iat,
        (Some(exp), None) => {
            let before = || skew?.server_time(exchange.sent);
            let by_date = exchange
                .server_time()
                .or_else(before)
                .map(|time| exp - time);
            let by_own_clock = exp - millis(exchange.sent.wall);
            match by_date {
                Some(left) if left > millis(exchange.round_trip()) => left,
                Some(_) => by_own_clock,
                None if by_own_clock > 0 => by_own_clock,
                None => assumed,
            }
        }
    };
    let left = u64::try_from(left).ok().filter(|left| *left > 0)?;
    Some(Duration::from_millis(left).min(MAX_LIFETIME))
}

fn seconds(claim: u64) -> i64 {
    // A claim ends with the year 9999, far below the limit.
    i64::try_from(claim).map_or(i64::MAX / 4, |claim| claim * 1_000)
}
