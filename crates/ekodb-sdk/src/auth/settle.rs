//! What a refresh reports, and what follows from it for everybody.

use std::{sync::Arc, time::Duration};

use super::{
    arrival::Arrival,
    attempt::Obtained,
    failure::Fault,
    shared::{Inner, Progress, Shared},
    skew::Skew,
    slot::Slot,
    state::Next,
    token::Bearer,
};

/// What follows from one attempt, for the refresh that made it.
pub(crate) enum Settled {
    /// There is a token.
    Token(Arc<Slot>),
    /// The attempt failed. With a pause another follows, else the refresh is over.
    Failed(Fault, Option<Duration>),
    /// Another refresh has taken over.
    Superseded,
}

impl Shared {
    /// The time an attempt of refresh `id` may take, if that refresh is still the one.
    pub(crate) fn attempt(&self, id: u64) -> Option<Duration> {
        let now = self.source.clock.now();
        let mut inner = self.lock();
        let limit = inner.state.attempt(id, now)?;
        self.hush(&inner, now);
        Some(limit)
    }

    /// Takes in what came of an attempt of refresh `id`.
    pub(crate) fn settle(&self, id: u64, outcome: Result<Obtained, Fault>) -> Settled {
        if let Ok(obtained) = &outcome {
            self.learn(Skew::measure(&obtained.exchange));
        }
        let now = self.source.clock.now();
        let chance = (self.chance)();
        let mut inner = self.lock();
        let current = self.slot.load_full().filter(|slot| slot.is_usable(now));
        match outcome.and_then(|obtained| inner.judge(&obtained, current.as_deref(), chance)) {
            Ok(arrival) => {
                let renewed = inner.newest.as_ref() == Some(&arrival.header);
                let validity = arrival.validity;
                let Some(generation) = inner.state.granted(id, validity, renewed, now) else {
                    return Settled::Superseded;
                };
                inner.newest = Some(arrival.header.clone());
                inner.live = None;
                let header = arrival.header;
                let slot = Arc::new(Slot::new(Bearer { header, generation }, validity));
                self.slot.store(Some(Arc::clone(&slot)));
                self.publish(&inner);
                Settled::Token(slot)
            }
            Err(fault) => {
                let pause = match inner.state.failed(id, fault.clone(), chance, now) {
                    Next::Retry(pause) => Some(pause),
                    Next::GiveUp => None,
                    Next::Superseded => return Settled::Superseded,
                };
                if pause.is_none() {
                    inner.live = None;
                }
                self.hush(&inner, now);
                self.publish(&inner);
                Settled::Failed(fault, pause)
            }
        }
    }

    /// Refresh `id` has ended without a result.
    pub(crate) fn abandoned(&self, id: u64) {
        let now = self.source.clock.now();
        let mut inner = self.lock();
        if inner.state.abandoned(id) {
            inner.live = None;
            self.hush(&inner, now);
            self.publish(&inner);
        }
    }
}

impl Settled {
    /// What those who wait are told.
    pub(crate) fn progress(&self) -> Option<Progress> {
        match self {
            Self::Token(slot) => Some(Progress::Done(Ok(Arc::clone(slot)))),
            Self::Failed(_, Some(_)) => Some(Progress::Failing),
            Self::Failed(fault, None) => Some(Progress::Done(Err(fault.error.clone()))),
            Self::Superseded => None,
        }
    }
}

impl Inner {
    fn judge(
        &self,
        obtained: &Obtained,
        current: Option<&Slot>,
        chance: f64,
    ) -> Result<Arrival, Fault> {
        let arrival = Arrival::new(
            &obtained.reply.token,
            &obtained.exchange,
            self.state.skew,
            &self.state.settings,
            chance,
        )?;
        let current = current.map(|slot| &slot.bearer.header);
        arrival.compare(self.rejected.as_ref(), current)?;
        Ok(arrival)
    }
}
