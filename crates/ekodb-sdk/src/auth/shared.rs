//! What all handles of a manager share: the state machine behind a lock, and the token in front of it.
//!
//! Nothing foreign is called under the lock: no mint, no provider, no subscriber of traces, no runtime.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use arc_swap::ArcSwapOption;
use http::HeaderValue;
use tokio::sync::{oneshot, watch};

use super::{
    attempt::Source,
    clock::Moment,
    health::TokenState,
    settings::TokenRefresh,
    skew::Skew,
    slot::{Glance, Slot},
    state::{Decision, Reason, State},
    token::Bearer,
};
use crate::error::Error;

/// Randomness: a number in 0..1.
pub(crate) type Chance = Arc<dyn Fn() -> f64 + Send + Sync>;

pub(crate) struct Shared {
    /// The token in use, for calls that need nothing else. Written only under the lock.
    pub(crate) slot: ArcSwapOption<Slot>,
    inner: Mutex<Inner>,
    pub(crate) source: Source,
    pub(crate) chance: Chance,
    pub(crate) health: watch::Sender<TokenState>,
    /// When the server's clock was last learned, in milliseconds of the monotonic clock; zero for never.
    skew_learned: AtomicU64,
    skew_noted: AtomicBool,
}

pub(crate) struct Inner {
    pub(crate) state: State,
    /// The token obtained last, in use or not.
    pub(crate) newest: Option<HeaderValue>,
    /// The token the server rejected last.
    pub(crate) rejected: Option<HeaderValue>,
    pub(crate) live: Option<Live>,
}

/// The refresh under way, seen from here.
pub(crate) struct Live {
    progress: watch::Receiver<Progress>,
    /// Dropped with the last handle, or when another refresh takes over: the task ends at once.
    _cancel: oneshot::Sender<()>,
}

/// A refresh, seen by those who wait for it. If the sender goes without `Done`, the refresh is lost.
#[derive(Clone)]
pub(crate) enum Progress {
    Running,
    /// An attempt has failed, another follows.
    Failing,
    Done(Result<Arc<Slot>, Error>),
}

/// What a call does next.
pub(crate) enum Step {
    Serve(Bearer),
    Fail(Error),
    Join(Join),
    /// A refresh is due, and this call may not start one.
    Stuck,
}

/// A refresh to wait for.
pub(crate) struct Join {
    pub(crate) progress: watch::Receiver<Progress>,
    /// After this long without an end, look again: nobody may be running it.
    pub(crate) patience: Duration,
    /// Whether the old token will do if the refresh does not go well.
    pub(crate) fallback: bool,
    /// Whether this call has started it.
    pub(crate) own: bool,
}

/// A refresh that has begun on paper: whoever holds this must run it, or drop it.
pub(crate) struct Ticket {
    pub(crate) id: u64,
    pub(crate) reason: Reason,
    /// The first attempt is due after this.
    pub(crate) after: Duration,
    /// The generation of the token to be replaced.
    pub(crate) generation: u64,
    pub(crate) progress: watch::Sender<Progress>,
    pub(crate) cancelled: oneshot::Receiver<()>,
}

impl Shared {
    pub(crate) fn new(settings: TokenRefresh, source: Source, chance: Chance) -> Self {
        Self {
            slot: ArcSwapOption::empty(),
            inner: Mutex::new(Inner {
                state: State::new(settings),
                newest: None,
                rejected: None,
                live: None,
            }),
            source,
            chance,
            health: watch::Sender::default(),
            skew_learned: AtomicU64::new(0),
            skew_noted: AtomicBool::new(false),
        }
    }

    /// The token, if a call may use it without looking at anything else.
    pub(crate) fn glance(&self, now: Moment) -> Option<Glance> {
        let slot = self.slot.load();
        slot.as_ref()?.glance(now)
    }

    /// Decides what a call does. If a refresh is due and the call may start one, there is a ticket for it.
    pub(crate) fn step(&self, may_start: bool) -> (Step, Option<Ticket>) {
        let now = self.source.clock.now();
        let mut inner = self.lock();
        let slot = self.slot.load_full();
        let serve = |slot: Arc<Slot>| Step::Serve(slot.bearer.clone());
        match (inner.state.decide(now), slot) {
            (Decision::Serve, Some(slot)) => (serve(slot), None),
            (Decision::ServeAndRefresh(reason), Some(slot)) => {
                let ticket = may_start.then(|| self.begin(&mut inner, reason, Duration::ZERO, now));
                (serve(slot), ticket)
            }
            (Decision::Refresh { reason, after }, _) if may_start => {
                let ticket = self.begin(&mut inner, reason, after, now);
                (inner.join(now, true), Some(ticket))
            }
            (Decision::Refresh { .. }, _) => (Step::Stuck, None),
            (Decision::Fail(error), _) => (Step::Fail(error), None),
            // The state never says to serve without a token.
            (Decision::Wait | Decision::Serve | Decision::ServeAndRefresh(_), _) => {
                (inner.join(now, false), None)
            }
        }
    }

    /// The token in use, if it has not expired.
    pub(crate) fn usable(&self) -> Option<Bearer> {
        let now = self.source.clock.now();
        let slot = self.slot.load();
        let slot = slot.as_ref().filter(|slot| slot.is_usable(now))?;
        Some(slot.bearer.clone())
    }

    /// Whether this is the token in use.
    pub(crate) fn holds(&self, slot: &Arc<Slot>) -> bool {
        let held = self.slot.load();
        held.as_ref().is_some_and(|held| Arc::ptr_eq(held, slot))
    }

    /// Takes the token of `generation` out of use, unless a newer one is there.
    pub(crate) fn reject(&self, generation: u64) {
        let now = self.source.clock.now();
        let mut inner = self.lock();
        if generation >= inner.state.generation {
            // Also if the application has discarded it in the meantime: the server may issue it again.
            inner.rejected = inner.newest.clone();
        }
        if inner.state.reject(generation, now) {
            self.slot.store(None);
            self.publish(&inner);
        }
    }

    /// Takes the token of `generation` out of use, unless a newer one is there, and lets calls fail with
    /// `error` for a while: it had been issued for the replay that it was rejected for.
    pub(crate) fn distrust(&self, generation: u64, error: &Error) {
        self.reject(generation);
        let now = self.source.clock.now();
        let chance = (self.chance)();
        let mut inner = self.lock();
        if generation == inner.state.generation && !inner.state.usable(now) {
            inner.state.distrust(error.clone(), chance, now);
            self.publish(&inner);
        }
    }

    /// Takes the token in use out of use.
    pub(crate) fn invalidate(&self) {
        let mut inner = self.lock();
        inner.state.invalidate();
        self.slot.store(None);
        self.publish(&inner);
    }

    /// Learns the server's clock.
    pub(crate) fn learn(&self, skew: Option<Skew>) {
        let Some(skew) = skew else { return };
        if skew.is_remarkable() && !self.skew_noted.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                skew_s = skew.millis / 1_000,
                "the server's clock differs from the local one; token lifetimes are corrected for it"
            );
        }
        let now = self.source.clock.now();
        self.skew_learned.store(stamp(now), Ordering::Relaxed);
        self.lock().state.skew = Some(skew);
    }

    /// Whether the server's clock was learned so recently that another look is not worth the lock.
    pub(crate) fn knows_skew(&self, now: Moment) -> bool {
        let learned = self.skew_learned.load(Ordering::Relaxed);
        learned != 0 && stamp(now).saturating_sub(learned) < SKEW_INTERVAL
    }

    /// Tells calls with a token in its advisory window when to look again.
    pub(crate) fn hush(&self, inner: &Inner, now: Moment) {
        if let Some(slot) = self.slot.load().as_ref() {
            let quiet = match inner.state.flight {
                Some(flight) => flight.alive_for(now),
                None => inner.state.pause(now),
            };
            slot.hush(quiet, now);
        }
    }

    pub(crate) fn publish(&self, inner: &Inner) {
        let state = &inner.state;
        let expiry = state.token.map(|held| held.validity.expiry.wall);
        self.health.send_replace(TokenState {
            generation: state.generation,
            valid_until: expiry.and_then(|wall| SystemTime::UNIX_EPOCH.checked_add(wall)),
            refreshing: state.flight.is_some(),
            last_error: state.failure.as_ref().map(|last| last.fault.error.clone()),
            failures: state.failure.as_ref().map_or(0, |last| last.count),
        });
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        // Every change under the lock leaves a state that is true, so a panic in between harms nothing.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, inner: &mut Inner, reason: Reason, after: Duration, now: Moment) -> Ticket {
        let (sender, progress) = watch::channel(Progress::Running);
        let (cancel, cancelled) = oneshot::channel();
        let flight = inner.state.begin(after, now);
        inner.live = Some(Live {
            progress,
            _cancel: cancel,
        });
        self.hush(inner, now);
        self.publish(inner);
        Ticket {
            id: flight.id,
            reason,
            after,
            generation: inner.state.generation,
            progress: sender,
            cancelled,
        }
    }
}

/// How long a measurement of the server's clock is good enough, in milliseconds.
const SKEW_INTERVAL: u64 = 60_000;

fn stamp(now: Moment) -> u64 {
    u64::try_from(now.mono.as_millis())
        .unwrap_or(u64::MAX)
        .max(1)
}

impl Inner {
    fn join(&self, now: Moment, own: bool) -> Step {
        match (&self.live, self.state.flight) {
            (Some(live), Some(flight)) => Step::Join(Join {
                progress: live.progress.clone(),
                patience: flight.alive_for(now),
                fallback: self.state.usable(now),
                own,
            }),
            _ => Step::Stuck,
        }
    }
}
