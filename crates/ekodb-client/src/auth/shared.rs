//! What all handles of a manager share: the state machine behind a lock, and the token in front of it.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use arc_swap::ArcSwapOption;
use http::HeaderValue;
use tokio::{
    runtime::Handle,
    sync::{oneshot, watch},
};

use super::{
    arrival::{Arrival, failure},
    attempt::{Obtained, Source},
    clock::Moment,
    failure::Fault,
    flight::Task,
    health::TokenState,
    settings::TokenRefresh,
    skew::Skew,
    state::{Decision, Next, Reason, State},
    token::Bearer,
    window::{Phase, Validity},
};
use crate::error::{Error, ErrorKind};

/// Randomness: a number in 0..1.
pub(crate) type Chance = Arc<dyn Fn() -> f64 + Send + Sync>;

pub(crate) struct Shared {
    /// The token in use, for calls that need nothing else. Written only under the lock.
    slot: ArcSwapOption<Slot>,
    inner: Mutex<Inner>,
    pub(crate) source: Source,
    chance: Chance,
    pub(crate) health: watch::Sender<TokenState>,
}

struct Inner {
    state: State,
    /// The token obtained last, in use or not.
    newest: Option<HeaderValue>,
    /// The token the server rejected last.
    rejected: Option<HeaderValue>,
    live: Option<Live>,
    skew_noted: bool,
}

/// The refresh under way, seen from here.
struct Live {
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

/// A token and its turning points.
pub(crate) struct Slot {
    pub(crate) bearer: Bearer,
    pub(crate) validity: Validity,
    /// Until when, in nanoseconds of the monotonic clock, calls need not ask for a refresh: one is under way or would be too early.
    quiet_until: AtomicU64,
}

/// What a call does next.
pub(crate) enum Step {
    Serve(Bearer),
    Fail(Error),
    Join(Join),
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

/// What came of one attempt, for the refresh that made it.
pub(crate) struct Settled {
    pub(crate) next: Option<Duration>,
    pub(crate) outcome: &'static str,
    pub(crate) progress: Option<Progress>,
    pub(crate) error: Option<Error>,
    pub(crate) expires_in: Option<Duration>,
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
                skew_noted: false,
            }),
            source,
            chance,
            health: watch::Sender::default(),
        }
    }

    /// The token, if a call may use it without looking at anything else. Whether a refresh should be seen to comes second.
    pub(crate) fn glance(&self) -> Option<(Bearer, bool)> {
        let slot = self.slot.load();
        let slot = slot.as_ref()?;
        let now = self.source.clock.now();
        match slot.validity.phase(now) {
            Phase::Fresh => Some((slot.bearer.clone(), false)),
            Phase::Advisory => Some((slot.bearer.clone(), slot.is_due(now))),
            Phase::Mandatory | Phase::Expired => None,
        }
    }

    /// Decides what a call does, and has a refresh run where one is due.
    pub(crate) fn step(self: &Arc<Self>) -> Step {
        let now = self.source.clock.now();
        let mut inner = self.lock();
        let decision = inner.state.decide(now);
        match (decision, self.slot.load_full()) {
            (Decision::Serve, Some(slot)) => Step::Serve(slot.bearer.clone()),
            (Decision::ServeAndRefresh(reason), Some(slot)) => {
                // Outside of a runtime nothing can be started; the token is good all the same.
                if let Ok(runtime) = Handle::try_current() {
                    let (task, _) = self.launch(&mut inner, reason, Duration::ZERO, now);
                    drop(inner);
                    runtime.spawn(task.run(Duration::ZERO));
                }
                Step::Serve(slot.bearer.clone())
            }
            (Decision::Refresh { reason, after }, _) => match Handle::try_current() {
                Ok(runtime) => {
                    let (task, join) = self.launch(&mut inner, reason, after, now);
                    // Not under the lock: a runtime that is shutting down drops the task at once, and the task takes the lock then.
                    drop(inner);
                    runtime.spawn(task.run(after));
                    Step::Join(join)
                }
                Err(_) => Step::Fail(no_runtime()),
            },
            (Decision::Fail(error), _) => Step::Fail(error),
            // The state never says to serve without a token.
            (Decision::Wait | Decision::Serve | Decision::ServeAndRefresh(_), _) => {
                match inner.join(now, false) {
                    Some(join) => Step::Join(join),
                    None => Step::Fail(no_runtime()),
                }
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
        self.slot
            .load()
            .as_ref()
            .is_some_and(|held| Arc::ptr_eq(held, slot))
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

    /// Takes the token in use out of use.
    pub(crate) fn invalidate(&self) {
        let mut inner = self.lock();
        inner.state.invalidate();
        self.slot.store(None);
        self.publish(&inner);
    }

    /// Learns the server's clock from any reply.
    pub(crate) fn learn(&self, skew: Option<Skew>) {
        if skew.is_some() {
            self.lock().learn(skew);
        }
    }

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
        let now = self.source.clock.now();
        let chance = (self.chance)();
        let mut inner = self.lock();
        let current = self.slot.load_full();
        match outcome.and_then(|obtained| inner.judge(&obtained, current.as_deref(), chance, now)) {
            Ok(arrival) => {
                let same = inner.newest.as_ref() == Some(&arrival.header);
                let granted = inner.state.granted(id, arrival.validity, same, now);
                let Some(generation) = granted else {
                    return Settled::superseded();
                };
                let slot = Arc::new(Slot {
                    bearer: Bearer {
                        header: arrival.header,
                        generation,
                    },
                    validity: arrival.validity,
                    quiet_until: AtomicU64::new(0),
                });
                inner.newest = Some(slot.bearer.header.clone());
                self.slot.store(Some(Arc::clone(&slot)));
                inner.live = None;
                self.publish(&inner);
                Settled {
                    outcome: "refreshed",
                    expires_in: Some(slot.validity.expiry.left(now)),
                    progress: Some(Progress::Done(Ok(slot))),
                    ..Settled::superseded()
                }
            }
            Err(fault) => {
                let error = fault.error.clone();
                let next = inner.state.failed(id, fault, chance, now);
                if next == Next::GiveUp {
                    inner.live = None;
                }
                self.hush(&inner, now);
                self.publish(&inner);
                match next {
                    Next::Retry(pause) => Settled {
                        next: Some(pause),
                        outcome: "failing",
                        progress: Some(Progress::Failing),
                        error: Some(error),
                        ..Settled::superseded()
                    },
                    Next::GiveUp => Settled {
                        outcome: "failed",
                        progress: Some(Progress::Done(Err(error.clone()))),
                        error: Some(error),
                        ..Settled::superseded()
                    },
                    Next::Superseded => Settled::superseded(),
                }
            }
        }
    }

    /// Refresh `id` ended without a result.
    pub(crate) fn abandoned(&self, id: u64) {
        let now = self.source.clock.now();
        let mut inner = self.lock();
        if inner.state.abandoned(id) {
            inner.live = None;
            self.hush(&inner, now);
            self.publish(&inner);
        }
    }

    fn launch(
        self: &Arc<Self>,
        inner: &mut Inner,
        reason: Reason,
        after: Duration,
        now: Moment,
    ) -> (Task, Join) {
        let flight = inner.state.begin(after, now);
        let (sender, progress) = watch::channel(Progress::Running);
        let (cancel, cancelled) = oneshot::channel();
        let join = Join {
            progress: progress.clone(),
            patience: flight.alive_for(now),
            fallback: inner.state.usable(now),
            own: true,
        };
        inner.live = Some(Live {
            progress,
            _cancel: cancel,
        });
        self.hush(inner, now);
        self.publish(inner);
        let generation = inner.state.generation;
        let task = Task::new(self, flight.id, reason, generation, sender, cancelled);
        (task, join)
    }

    /// Tells calls with a token in its advisory window when to look again.
    fn hush(&self, inner: &Inner, now: Moment) {
        if let Some(slot) = self.slot.load().as_ref() {
            let quiet = match inner.state.flight {
                Some(flight) => flight.alive_for(now),
                None => inner.state.pause(now),
            };
            slot.quiet_until
                .store(nanos(now.mono.saturating_add(quiet)), Ordering::Relaxed);
        }
    }

    fn publish(&self, inner: &Inner) {
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

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Every change under the lock leaves a state that is true, so a panic in between harms nothing.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn join(&self, now: Moment, own: bool) -> Option<Join> {
        let live = self.live.as_ref()?;
        Some(Join {
            progress: live.progress.clone(),
            patience: self.state.flight?.alive_for(now),
            fallback: self.state.usable(now),
            own,
        })
    }

    fn judge(
        &mut self,
        obtained: &Obtained,
        current: Option<&Slot>,
        chance: f64,
        now: Moment,
    ) -> Result<Arrival, Fault> {
        self.learn(Skew::measure(&obtained.exchange));
        let arrival = Arrival::new(
            &obtained.reply.token,
            &obtained.exchange,
            self.state.skew,
            &self.state.settings,
            chance,
        )?;
        let current = current.filter(|slot| slot.is_usable(now));
        arrival.compare(
            self.rejected.as_ref(),
            current.map(|slot| &slot.bearer.header),
        )?;
        Ok(arrival)
    }

    fn learn(&mut self, skew: Option<Skew>) {
        let Some(skew) = skew else { return };
        self.state.skew = Some(skew);
        if skew.is_remarkable() && !std::mem::replace(&mut self.skew_noted, true) {
            tracing::warn!(
                skew_s = skew.millis / 1_000,
                "the server's clock differs from the local one; token lifetimes are corrected for it"
            );
        }
    }
}

impl Slot {
    pub(crate) fn is_usable(&self, now: Moment) -> bool {
        self.validity.phase(now) != Phase::Expired
    }

    fn is_due(&self, now: Moment) -> bool {
        nanos(now.mono) >= self.quiet_until.load(Ordering::Relaxed)
    }
}

impl Settled {
    fn superseded() -> Self {
        Self {
            next: None,
            outcome: "superseded",
            progress: None,
            error: None,
            expires_in: None,
        }
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TokenManager")
            .field(&*self.health.borrow())
            .finish()
    }
}

fn nanos(mono: Duration) -> u64 {
    u64::try_from(mono.as_nanos()).unwrap_or(u64::MAX)
}

fn no_runtime() -> Error {
    failure(
        ErrorKind::Configuration,
        "a token can only be requested from within a tokio runtime that is running",
    )
}
