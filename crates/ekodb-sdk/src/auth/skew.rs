//! How far the server's clock is from ours, measured from the `Date` of a reply.

use std::time::{Duration, SystemTime};

use super::clock::{Moment, since_epoch};

/// The server's clock minus ours, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Skew {
    pub(crate) millis: i64,
    /// Wall minus monotonic clock when it was measured: if that changes, our wall clock was set or
    /// the machine slept, and the measurement no longer holds.
    offset: i64,
}

/// One exchange with the server, as far as its clock is concerned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exchange {
    pub(crate) sent: Moment,
    pub(crate) received: Moment,
    /// The reply's `Date`.
    pub(crate) date: Option<SystemTime>,
    /// Whether the reply carried `Age`: it then comes from a cache, and its `Date` is old.
    pub(crate) has_age: bool,
}

impl Exchange {
    /// The server's time when the request was sent, in milliseconds since the Unix epoch: its
    /// `Date` less half of the round trip. `None` without a `Date`, for a cached reply, and if the
    /// round trip was too long on either clock. Our wall clock does not enter into it.
    pub(crate) fn server_time(&self) -> Option<i64> {
        let date = self.date.filter(|_| !self.has_age)?;
        let wall = self.received.wall.saturating_sub(self.sent.wall);
        if self.round_trip().max(wall) > ABSURD_ROUND_TRIP {
            return None;
        }
        Some(millis(since_epoch(date)) + HALF_A_SECOND - millis(self.round_trip()) / 2)
    }

    /// How long the reply took.
    pub(crate) fn round_trip(&self) -> Duration {
        self.received.mono.saturating_sub(self.sent.mono)
    }
}

impl Skew {
    /// Measures the skew, if the exchange tells the server's time.
    pub(crate) fn measure(exchange: &Exchange) -> Option<Self> {
        let received = exchange.received;
        let server_time = exchange.server_time()? + millis(exchange.round_trip());
        Some(Self {
            millis: server_time - millis(received.wall),
            offset: offset(received),
        })
    }

    /// The server's time at one of our moments, in milliseconds since the Unix epoch. `None` if our
    /// clocks have moved against each other since the measurement.
    pub(crate) fn server_time(self, at: Moment) -> Option<i64> {
        let drift = (offset(at) - self.offset).abs();
        (drift <= TOLERATED_DRIFT).then_some(millis(at.wall) + self.millis)
    }

    /// Whether it is large enough that a person should know.
    pub(crate) fn is_remarkable(self) -> bool {
        self.millis.abs() > REMARKABLE
    }
}

/// A span in milliseconds; the largest one for what does not fit.
pub(crate) fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX / 4)
}

/// `Date` is cut to whole seconds: on average the true time is half a second later.
const HALF_A_SECOND: i64 = 500;

const ABSURD_ROUND_TRIP: Duration = Duration::from_secs(60);

const TOLERATED_DRIFT: i64 = 2_000;

const REMARKABLE: i64 = 4 * 60 * 1_000;

fn offset(at: Moment) -> i64 {
    millis(at.wall) - millis(at.mono)
}
