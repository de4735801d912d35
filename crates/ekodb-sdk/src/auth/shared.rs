//! What all handles of a manager share: the state machine behind a lock, and the token in front of
//! it.
//!
//! Nothing foreign is called under the lock: no endpoint, no provider, no subscriber of traces, no
//! runtime.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use arc_swap::ArcSwapOption;
use tokio::sync::{oneshot, watch};

use super::{
    cached_token::{CachedToken, Peek},
    clock::Moment,
    fetcher::TokenFetcher,
    known_tokens::KnownTokens,
    settings::TokenRefresh,
    skew::Skew,
    state::{Decision, Reason, State},
    token::Bearer,
    token_health::TokenState,
};
use crate::error::Error;

/// Randomness: a number in 0..1.
pub(crate) type Jitter = Arc<dyn Fn() -> f64 + Send + Sync>;

pub(crate) struct Shared {
    /// The token in use, for calls that need nothing else. Written only under the lock.
    pub(crate) cached: ArcSwapOption<CachedToken>,
    inner: Mutex<Inner>,
    pub(crate) fetcher: TokenFetcher,
    pub(crate) jitter: Jitter,
    pub(crate) health: watch::Sender<TokenState>,
    /// When the server's clock was last learned, in milliseconds of the monotonic clock; zero for
    /// never.
    skew_learned: AtomicU64,
    skew_noted: AtomicBool,
}

pub(crate) struct Inner {
    pub(crate) state: State,
    pub(crate) known: KnownTokens,
    pub(crate) live: Option<Live>,
}

/// The refresh under way, seen from here.
pub(crate) struct Live {
    progress: watch::Receiver<Progress>,
    /// Dropped with the last handle, or when another refresh takes over: the task ends at once.
    _cancel: oneshot::Sender<()>,
}

/// A refresh, seen by those who wait for it. If the sender goes without `Done`, the refresh is
/// lost.
#[derive(Clone)]
pub(crate) enum Progress {
    Running,
    /// An attempt has failed, another follows.
    Failing,
    Done(Result<Arc<CachedToken>, Error>),
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
pub(crate) struct PendingRefresh {
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
    pub(crate) fn new(settings: TokenRefresh, fetcher: TokenFetcher, jitter: Jitter) -> Self {
        Self {
            cached: ArcSwapOption::empty(),
            inner: Mutex::new(Inner {
                state: State::new(settings),
                known: KnownTokens::default(),
                live: None,
            }),
            fetcher,
            jitter,
            health: watch::Sender::default(),
            skew_learned: AtomicU64::new(0),
            skew_noted: AtomicBool::new(false),
        }
    }

    /// The token, if a call may use it without looking at anything else.
    pub(crate) fn peek(&self, now: Moment) -> Option<Peek> {
        let cached = self.cached.load();
        cached.as_ref()?.peek(now)
    }

    /// Decides what a call does. If a refresh is due and the call may start one, there is a pending
    /// refresh with it.
    pub(crate) fn step(&self, may_start: bool) -> (Step, Option<PendingRefresh>) {
        let now = self.fetcher.clock.now();
        let mut inner = self.lock();
        let cached = self.cached.load_full();
        let serve = |cached: Arc<CachedToken>| Step::Serve(cached.bearer());
        match (inner.state.decide(now), cached) {
            (Decision::Serve, Some(cached)) => (serve(cached), None),
            (Decision::ServeAndRefresh(reason), Some(cached)) => {
                let pending =
                    may_start.then(|| self.begin(&mut inner, reason, Duration::ZERO, now));
                (serve(cached), pending)
            }
            (Decision::Refresh { reason, after }, _) if may_start => {
                let pending = self.begin(&mut inner, reason, after, now);
                (inner.join(now, true), Some(pending))
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
        let now = self.fetcher.clock.now();
        let cached = self.cached.load();
        let cached = cached.as_ref().filter(|cached| cached.is_usable(now))?;
        Some(cached.bearer())
    }

    /// Whether this is the token in use.
    pub(crate) fn holds(&self, cached: &Arc<CachedToken>) -> bool {
        let held = self.cached.load();
        held.as_ref().is_some_and(|held| Arc::ptr_eq(held, cached))
    }

    /// Takes the token of `generation` out of use, unless a newer one is there.
    pub(crate) fn reject(&self, generation: u64) {
        let now = self.fetcher.clock.now();
        let mut inner = self.lock();
        if generation >= inner.state.generation {
            // Also if the application has discarded it in the meantime: the server may issue it
            // again.
            inner.known.reject_newest();
        }
        if inner.state.reject(generation, now) {
            self.cached.store(None);
            self.publish(&inner);
        }
    }

    /// Takes the token of `generation` out of use, unless a newer one is there, and lets calls fail
    /// with `error` for a while: it had been issued for the replay that it was rejected for.
    pub(crate) fn distrust(&self, generation: u64, error: &Error) {
        self.reject(generation);
        let now = self.fetcher.clock.now();
        let jitter = (self.jitter)();
        let mut inner = self.lock();
        if generation == inner.state.generation && !inner.state.usable(now) {
            inner.state.distrust(error.clone(), jitter, now);
            self.publish(&inner);
        }
    }

    /// Takes the token in use out of use.
    pub(crate) fn invalidate(&self) {
        let mut inner = self.lock();
        inner.state.invalidate();
        self.cached.store(None);
        self.publish(&inner);
    }

    /// Learns the server's clock.
    pub(crate) fn learn(&self, skew: Option<Skew>) {
        let Some(skew) = skew else { return };
        if skew.is_remarkable() && !self.skew_noted.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                skew_s = skew.millis / 1_000,
                "the server's clock differs from the local one; it counts for tokens that do not say when they were issued"
            );
        }
        let now = self.fetcher.clock.now();
        self.skew_learned.store(stamp(now), Ordering::Relaxed);
        self.lock().state.skew = Some(skew);
    }

    /// Whether the server's clock was learned so recently that another look is not worth the lock.
    pub(crate) fn knows_skew(&self, now: Moment) -> bool {
        let learned = self.skew_learned.load(Ordering::Relaxed);
        learned != 0 && stamp(now).saturating_sub(learned) < SKEW_INTERVAL
    }

    /// Tells calls with a token in its advisory window when to look again.
    pub(crate) fn defer_refresh(&self, inner: &Inner, now: Moment) {
        if let Some(cached) = self.cached.load().as_ref() {
            let span = match inner.state.refresh {
                Some(refresh) => refresh.alive_for(now),
                None => inner.state.pause(now),
            };
            cached.defer_refresh(span, now);
        }
    }

    pub(crate) fn publish(&self, inner: &Inner) {
        let state = &inner.state;
        let expiry = state.token.map(|held| held.schedule.expiry.wall);
        self.health.send_replace(TokenState {
            generation: state.generation,
            valid_until: expiry.and_then(|wall| SystemTime::UNIX_EPOCH.checked_add(wall)),
            refreshing: state.refresh.is_some(),
            last_error: state.failure.as_ref().map(|last| last.fault.error.clone()),
            failures: state.failure.as_ref().map_or(0, |last| last.count),
        });
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        // Every change under the lock leaves a state that is true, so a panic in between harms
        // nothing.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(
        &self,
        inner: &mut Inner,
        reason: Reason,
        after: Duration,
        now: Moment,
    ) -> PendingRefresh {
        let (sender, progress) = watch::channel(Progress::Running);
        let (cancel, cancelled) = oneshot::channel();
        let refresh = inner.state.begin(after, now);
        inner.live = Some(Live {
            progress,
            _cancel: cancel,
        });
        self.defer_refresh(inner, now);
        self.publish(inner);
        PendingRefresh {
            id: refresh.id,
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
        match (&self.live, self.state.refresh) {
            (Some(live), Some(refresh)) => Step::Join(Join {
                progress: live.progress.clone(),
                patience: refresh.alive_for(now),
                fallback: self.state.usable(now),
                own,
            }),
            _ => Step::Stuck,
        }
    }
}
