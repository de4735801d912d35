//! The state machine: what is known, and what follows from it. No I/O, no clock, no randomness of
//! its own.

use std::time::Duration;

use super::{
    clock::Moment,
    failure::{Failure, Fault},
    refresh_schedule::{Phase, RefreshSchedule},
    retry_delays,
    settings::TokenRefresh,
    skew::Skew,
};
use crate::error::Error;

/// All that decides what a call does next.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) settings: TokenRefresh,
    /// The generation of the newest token there has been; zero before the first.
    pub(crate) generation: u64,
    pub(crate) token: Option<Held>,
    /// The last failure, until a refresh succeeds.
    pub(crate) failure: Option<Failure>,
    pub(crate) refresh: Option<Refresh>,
    pub(crate) skew: Option<Skew>,
    /// Why there is no token, if there was one.
    vacated: Reason,
    /// How many tokens in a row were rejected soon after they had been issued, and when the next
    /// may be asked for.
    young_rejections: u32,
    paced_until: Option<Moment>,
    refreshes: u64,
}

/// The token in use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub(crate) schedule: RefreshSchedule,
    obtained: Moment,
}

/// A refresh under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refresh {
    pub(crate) id: u64,
    /// No further attempt begins after this.
    deadline: Moment,
    /// The refresh gives a sign of life before this, or nobody runs it any more.
    alive_until: Duration,
    /// Whether an attempt of this refresh has failed.
    failing: bool,
}

impl Refresh {
    /// How long until it must be taken for dead.
    pub(crate) fn alive_for(&self, now: Moment) -> Duration {
        self.alive_until.saturating_sub(now.mono)
    }
}

/// What a call does.
#[derive(Debug)]
pub(crate) enum Decision {
    /// Use the token. Nothing else is due.
    Serve,
    /// Use the token, and have a refresh run that nobody waits for.
    ServeAndRefresh(Reason),
    /// Wait for the refresh under way.
    Wait,
    /// Have a refresh run whose first attempt is due after the pause, and wait for it.
    Refresh { reason: Reason, after: Duration },
    /// Fail at once with the remembered error.
    Fail(Error),
}

/// Why a refresh runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// There has been no token yet.
    Cold,
    /// The token will expire: refreshed ahead.
    Advisory,
    /// The token is about to expire.
    Mandatory,
    /// The token has expired.
    Expired,
    /// The server rejected the token.
    Rejected,
    /// The application discarded the token.
    Invalidated,
}

impl Reason {
    /// As it stands in spans.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cold => "cold",
            Self::Advisory => "advisory",
            Self::Mandatory => "mandatory",
            Self::Expired => "expired",
            Self::Rejected => "rejected",
            Self::Invalidated => "invalidated",
        }
    }
}

/// What becomes of a refresh after a failed attempt.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// It tries again after the pause.
    Retry(Duration),
    /// It ends.
    GiveUp,
    /// It has been replaced by another and must leave everything alone.
    Superseded,
}

impl State {
    pub(crate) fn new(settings: TokenRefresh) -> Self {
        Self {
            settings,
            generation: 0,
            token: None,
            failure: None,
            refresh: None,
            skew: None,
            vacated: Reason::Cold,
            young_rejections: 0,
            paced_until: None,
            refreshes: 0,
        }
    }

    /// What a call does at `now`.
    pub(crate) fn decide(&self, now: Moment) -> Decision {
        let refresh = self.live_refresh(now);
        match self.phase(now) {
            Some(Phase::Fresh) => Decision::Serve,
            Some(Phase::Advisory) if refresh.is_some() || !self.pause(now).is_zero() => {
                Decision::Serve
            }
            Some(Phase::Advisory) => Decision::ServeAndRefresh(Reason::Advisory),
            Some(Phase::Mandatory) => match refresh {
                Some(refresh) if refresh.failing => Decision::Serve,
                Some(_) => Decision::Wait,
                None if !self.pause(now).is_zero() => Decision::Serve,
                None => Decision::Refresh {
                    reason: Reason::Mandatory,
                    after: Duration::ZERO,
                },
            },
            Some(Phase::Expired) | None if refresh.is_some() => Decision::Wait,
            Some(Phase::Expired) => self.without_token(Reason::Expired, now),
            None => self.without_token(self.vacated, now),
        }
    }

    fn without_token(&self, reason: Reason, now: Moment) -> Decision {
        let after = self.pause(now);
        match &self.failure {
            Some(failure)
                if !after.is_zero()
                    && (failure.fault.terminal || after >= self.settings.timeout) =>
            {
                Decision::Fail(failure.fault.error.clone())
            }
            _ => Decision::Refresh { reason, after },
        }
    }

    /// A refresh begins. One that was under way is superseded.
    pub(crate) fn begin(&mut self, after: Duration, now: Moment) -> Refresh {
        self.refreshes += 1;
        let refresh = Refresh {
            id: self.refreshes,
            deadline: now + self.settings.timeout,
            alive_until: (now + after + GRACE).mono,
            failing: false,
        };
        self.refresh = Some(refresh);
        refresh
    }

    /// An attempt of the refresh begins; gives the time it may take. `None` if the refresh has been
    /// superseded.
    pub(crate) fn attempt(&mut self, id: u64, now: Moment) -> Option<Duration> {
        let limit = self.settings.attempt_timeout;
        let refresh = self.refresh.as_mut().filter(|refresh| refresh.id == id)?;
        // An attempt that was due before the deadline gets a fair share of time even if its timer
        // rang late.
        let timeout = limit.min(refresh.deadline.left(now).max(limit / 10));
        refresh.alive_until = (now + timeout + GRACE).mono;
        Some(timeout)
    }

    /// The refresh succeeded; gives the token's generation, which is that of the token before if it
    /// is the same one (`renewed`). `None` if the refresh has been superseded.
    pub(crate) fn granted(
        &mut self,
        id: u64,
        schedule: RefreshSchedule,
        renewed: bool,
        now: Moment,
    ) -> Option<u64> {
        self.refresh.take_if(|refresh| refresh.id == id)?;
        self.failure = None;
        if !renewed {
            self.generation += 1;
        }
        self.token = Some(Held {
            schedule,
            obtained: now,
        });
        Some(self.generation)
    }

    /// An attempt of the refresh failed.
    pub(crate) fn failed(&mut self, id: u64, fault: Fault, jitter: f64, now: Moment) -> Next {
        let usable = self.usable(now);
        let expires_in = self
            .token
            .map_or(Duration::ZERO, |held| held.schedule.expiry.left(now));
        let Some(refresh) = self.refresh.as_mut().filter(|refresh| refresh.id == id) else {
            return Next::Superseded;
        };
        let before = self.failure.as_ref().map_or(0, |failure| failure.count);
        let failure = Failure::new(fault, now, before, &self.settings, jitter);
        // If the token expires on the way, calls begin to fail, and the pause is that of a failure
        // without one.
        let pause = failure
            .pause(usable, now)
            .min(expires_in.max(failure.pause(false, now)));
        // As long as there has been no token at all, something is likely to be set wrong: whoever
        // waits is told after a few attempts.
        let cold = self.generation == 0;
        let over = failure.fault.terminal
            || cold && failure.count >= self.settings.cold_attempts
            || (now + pause).mono >= refresh.deadline.mono;
        self.failure = Some(failure);
        if over {
            self.refresh = None;
            return Next::GiveUp;
        }
        refresh.failing = true;
        refresh.alive_until = (now + pause + GRACE).mono;
        Next::Retry(pause)
    }

    /// The refresh ended without a result: its runtime is gone. Whether it was the one under way.
    pub(crate) fn abandoned(&mut self, id: u64) -> bool {
        self.refresh.take_if(|refresh| refresh.id == id).is_some()
    }

    /// The server rejected the token of `generation`. Whether that was the token in use; a newer
    /// one stays.
    pub(crate) fn reject(&mut self, generation: u64, now: Moment) -> bool {
        if generation < self.generation {
            return false;
        }
        let Some(held) = self.token.take() else {
            return false;
        };
        self.vacated = Reason::Rejected;
        self.young_rejections = if now.mono.saturating_sub(held.obtained.mono) < YOUNG {
            self.young_rejections.saturating_add(1)
        } else {
            0
        };
        self.paced_until = Some(now + retry_delays::rejection_pause(self.young_rejections));
        true
    }

    /// The server rejected a token that it had only just issued for a replay. Calls fail with
    /// `error` while the failure is remembered, instead of requesting a token each.
    pub(crate) fn distrust(&mut self, error: Error, jitter: f64, now: Moment) {
        let fault = Fault::terminal(error);
        self.failure = Some(Failure::new(fault, now, 0, &self.settings, jitter));
    }

    /// The application discards the token.
    pub(crate) fn invalidate(&mut self) {
        if self.token.take().is_some() {
            self.vacated = Reason::Invalidated;
        }
    }

    /// Where the token stands; `None` without one.
    pub(crate) fn phase(&self, now: Moment) -> Option<Phase> {
        self.token.map(|held| held.schedule.phase(now))
    }

    /// Whether there is a token that has not expired.
    pub(crate) fn usable(&self, now: Moment) -> bool {
        self.phase(now).is_some_and(|phase| phase != Phase::Expired)
    }

    /// How long no refresh is due.
    pub(crate) fn pause(&self, now: Moment) -> Duration {
        let usable = self.usable(now);
        let failed = self
            .failure
            .as_ref()
            .map_or(Duration::ZERO, |failure| failure.pause(usable, now));
        let paced = self
            .paced_until
            .filter(|_| !usable)
            .map_or(Duration::ZERO, |until| until.left(now));
        failed.max(paced)
    }

    fn live_refresh(&self, now: Moment) -> Option<Refresh> {
        self.refresh
            .filter(|refresh| !refresh.alive_for(now).is_zero())
    }
}

/// How late a refresh may be on a busy runtime before it is taken for dead.
const GRACE: Duration = Duration::from_secs(5);

/// A token rejected before this age was never good, or the server revokes in bulk.
const YOUNG: Duration = Duration::from_secs(10);
