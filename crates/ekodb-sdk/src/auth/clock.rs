//! Time as the token manager sees it: two clocks, read together.

use std::{
    ops::Add,
    time::{Duration, SystemTime},
};

use futures_util::future::BoxFuture;
use tokio::time::Instant;

/// A moment on both clocks.
///
/// The monotonic clock may stand still while the machine sleeps; the wall clock may be set to
/// anything. Whoever waits for a moment takes the clock that gets there first: a token is then
/// never used for too long, and the worst a wrong clock can do is one refresh too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Since an arbitrary origin of the clock.
    pub(crate) mono: Duration,
    /// Since the Unix epoch; zero for a clock set before it.
    pub(crate) wall: Duration,
}

impl Moment {
    /// Whether either clock has got here at `now`.
    pub(crate) fn reached(self, now: Self) -> bool {
        now.mono >= self.mono || now.wall >= self.wall
    }

    /// How long until either clock gets here.
    pub(crate) fn left(self, now: Self) -> Duration {
        let mono = self.mono.saturating_sub(now.mono);
        let wall = self.wall.saturating_sub(now.wall);
        mono.min(wall)
    }
}

impl Add<Duration> for Moment {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self {
            mono: self.mono.saturating_add(span),
            wall: self.wall.saturating_add(span),
        }
    }
}

/// Where the time comes from, and how to wait.
pub(crate) trait Clock: Send + Sync + 'static {
    /// Both clocks, where `mono`, the monotonic one, has just been read.
    fn at(&self, mono: Instant) -> Moment;

    /// Both clocks, now.
    fn now(&self) -> Moment {
        self.at(Instant::now())
    }

    /// Ends after `span` on the monotonic clock.
    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()>;
}

/// Tokio's clock and timers, so that paused time works, beside the system's wall clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokioClock {
    origin: Instant,
}

impl TokioClock {
    pub(crate) fn new() -> Self {
        Self {
            origin: Instant::now(),
        }
    }
}

impl Clock for TokioClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock of clients")]
    fn at(&self, mono: Instant) -> Moment {
        Moment {
            mono: mono.saturating_duration_since(self.origin),
            wall: since_epoch(SystemTime::now()),
        }
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(span))
    }
}

/// A wall-clock time as a span since the Unix epoch; zero before it.
pub(crate) fn since_epoch(time: SystemTime) -> Duration {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or(Duration::ZERO)
}
