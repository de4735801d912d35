//! What a refresh reports, and what follows from it for everybody.

use std::{sync::Arc, time::Duration};

use super::{
    cached_token::CachedToken,
    failure::Fault,
    fetcher::Obtained,
    shared::{Inner, Progress, Shared},
    skew::Skew,
    state::Next,
    validate::ValidatedToken,
};

/// What follows from one attempt, for the refresh that made it.
pub(crate) enum Applied {
    /// There is a token.
    Token(Arc<CachedToken>),
    /// The attempt failed. With a pause another follows, else the refresh is over.
    Failed(Fault, Option<Duration>),
    /// Another refresh has taken over.
    Superseded,
}

impl Shared {
    /// The time an attempt of refresh `id` may take, if that refresh is still the one.
    pub(crate) fn attempt(&self, id: u64) -> Option<Duration> {
        let now = self.fetcher.clock.now();
        let mut inner = self.lock();
        let limit = inner.state.attempt(id, now)?;
        self.defer_refresh(&inner, now);
        Some(limit)
    }

    /// Takes in what came of an attempt of refresh `id`.
    pub(crate) fn apply_outcome(&self, id: u64, outcome: Result<Obtained, Fault>) -> Applied {
        if let Ok(obtained) = &outcome {
            self.learn(Skew::measure(&obtained.exchange));
        }
        let now = self.fetcher.clock.now();
        let jitter = (self.jitter)();
        let mut inner = self.lock();
        let current = self
            .cached
            .load_full()
            .filter(|cached| cached.is_usable(now));
        match outcome.and_then(|obtained| inner.validate(&obtained, current.as_deref(), jitter)) {
            Ok(validated) => {
                let renewed = inner.known.is_newest(&validated);
                let schedule = validated.schedule;
                let Some(generation) = inner.state.granted(id, schedule, renewed, now) else {
                    return Applied::Superseded;
                };
                inner.known.came_into_use(&validated);
                inner.live = None;
                let cached = CachedToken::new(&validated.header, generation, schedule);
                let cached = Arc::new(cached);
                self.cached.store(Some(Arc::clone(&cached)));
                self.publish(&inner);
                Applied::Token(cached)
            }
            Err(fault) => {
                let pause = match inner.state.failed(id, fault.clone(), jitter, now) {
                    Next::Retry(pause) => Some(pause),
                    Next::GiveUp => None,
                    Next::Superseded => return Applied::Superseded,
                };
                if pause.is_none() {
                    inner.live = None;
                }
                self.defer_refresh(&inner, now);
                self.publish(&inner);
                Applied::Failed(fault, pause)
            }
        }
    }

    /// Refresh `id` has ended without a result.
    pub(crate) fn abandoned(&self, id: u64) {
        let now = self.fetcher.clock.now();
        let mut inner = self.lock();
        if inner.state.abandoned(id) {
            inner.live = None;
            self.defer_refresh(&inner, now);
            self.publish(&inner);
        }
    }
}

impl Applied {
    /// What those who wait are told.
    pub(crate) fn progress(&self) -> Option<Progress> {
        match self {
            Self::Token(cached) => Some(Progress::Done(Ok(Arc::clone(cached)))),
            Self::Failed(_, Some(_)) => Some(Progress::Failing),
            Self::Failed(fault, None) => Some(Progress::Done(Err(fault.error.clone()))),
            Self::Superseded => None,
        }
    }
}

impl Inner {
    fn validate(
        &mut self,
        obtained: &Obtained,
        current: Option<&CachedToken>,
        jitter: f64,
    ) -> Result<ValidatedToken, Fault> {
        let validated = ValidatedToken::new(
            &obtained.reply.token,
            &obtained.exchange,
            self.state.skew,
            &self.state.settings,
            jitter,
        )?;
        let current = current.map(CachedToken::header);
        self.known.compare(validated, current)
    }
}
