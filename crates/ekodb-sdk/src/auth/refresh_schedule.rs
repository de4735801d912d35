//! When, within its life, a token should be replaced.

use std::time::Duration;

use super::{clock::Moment, settings::TokenRefresh};
use crate::exponential_backoff::part;

/// The turning points in the life of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RefreshSchedule {
    /// From here a refresh runs ahead and nobody waits for it.
    pub(crate) advisory: Moment,
    /// From here a call waits for the refresh.
    pub(crate) mandatory: Moment,
    /// From here the token is not used.
    pub(crate) expiry: Moment,
}

/// Where a token stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Fresh,
    Advisory,
    Mandatory,
    Expired,
}

impl RefreshSchedule {
    /// The turning points of a token that lives for `lifetime` from `sent`; `jitter` in 0..1
    /// spreads a fleet.
    pub(crate) fn new(
        sent: Moment,
        lifetime: Duration,
        settings: &TokenRefresh,
        jitter: f64,
    ) -> Self {
        let windows = RefreshWindows::of(lifetime, settings);
        let advisory = windows.jittered(jitter).min(lifetime);
        Self {
            advisory: sent + (lifetime - advisory),
            mandatory: sent + (lifetime - windows.mandatory),
            expiry: sent + lifetime,
        }
    }

    /// The same turning points on the monotonic clock, with the wall clock as it is at `now`, in
    /// case that one was set.
    pub(crate) fn by_monotonic_clock(self, now: Moment) -> Self {
        let rebased = |point: Moment| Moment {
            mono: point.mono,
            wall: now.wall.saturating_add(point.mono.saturating_sub(now.mono)),
        };
        Self {
            advisory: rebased(self.advisory),
            mandatory: rebased(self.mandatory),
            expiry: rebased(self.expiry),
        }
    }

    /// Where the token stands at `now`.
    pub(crate) fn phase(&self, now: Moment) -> Phase {
        if !self.advisory.reached(now) {
            Phase::Fresh
        } else if !self.mandatory.reached(now) {
            Phase::Advisory
        } else if !self.expiry.reached(now) {
            Phase::Mandatory
        } else {
            Phase::Expired
        }
    }
}

/// How long before its end a token is replaced, without jitter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RefreshWindows {
    pub(crate) advisory: Duration,
    pub(crate) mandatory: Duration,
}

impl RefreshWindows {
    /// The windows of a lifetime. Settings replace the figures, not the bounds, so that no setting
    /// can have a token fetched for every call.
    pub(crate) fn of(lifetime: Duration, settings: &TokenRefresh) -> Self {
        let wanted = settings.advisory.unwrap_or(if lifetime <= TWENTY_MINUTES {
            FIVE_MINUTES
        } else if lifetime < NINETY_MINUTES {
            FIFTEEN_MINUTES
        } else {
            SIXTY_MINUTES
        });
        let bound = if lifetime <= SHORT {
            lifetime / 4
        } else {
            lifetime / 2
        };
        let mandatory = settings.mandatory.unwrap_or(ONE_MINUTE).min(lifetime / 10);
        Self {
            advisory: wanted.min(bound).max(mandatory),
            mandatory,
        }
    }

    /// The advisory window made longer by jitter, never shorter.
    pub(crate) fn jittered(&self, jitter: f64) -> Duration {
        part(self.advisory, 1.0 + JITTER * jitter.clamp(0.0, 1.0))
    }
}

const ONE_MINUTE: Duration = Duration::from_secs(60);
const FIVE_MINUTES: Duration = Duration::from_secs(5 * 60);
const FIFTEEN_MINUTES: Duration = Duration::from_secs(15 * 60);
const TWENTY_MINUTES: Duration = Duration::from_secs(20 * 60);
const SIXTY_MINUTES: Duration = Duration::from_secs(60 * 60);
const NINETY_MINUTES: Duration = Duration::from_secs(90 * 60);

/// Tokens of up to this life are refreshed in their last quarter rather than their last half, so
/// that they are used for most of it.
const SHORT: Duration = Duration::from_secs(2 * 60);

/// The largest part of the advisory window by which it is made longer.
const JITTER: f64 = 0.2;
