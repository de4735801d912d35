//! The token manager: hands out a valid bearer header.

use std::{fmt, sync::Arc, time::SystemTime};

use futures_util::future::Either;
use tokio::{runtime::Handle, time::Instant};

use super::{
    cached_token::{CachedToken, Peek},
    clock::{Clock, Moment, TokioClock},
    fetcher::TokenFetcher,
    first_of_two::race,
    provider::ApiKeyProvider,
    refresh_task,
    settings::TokenRefresh,
    shared::{Jitter, Join, Progress, Shared, Step},
    skew::{Exchange, Skew},
    token::Bearer,
    token_health::{TokenState, TokenWatch},
    token_request::TokenEndpoint,
    validate::{expired, failure},
};
use crate::error::{Error, ErrorKind};

/// Keeps one token, shared by all clones.
///
/// Every call takes the token from here. Refreshes run on their own task, one at a time; a call
/// waits for one only if there is no token it could use instead, and may be dropped at any moment
/// without harm.
#[derive(Clone)]
pub(crate) struct TokenManager {
    shared: Arc<Shared>,
}

impl TokenManager {
    /// A manager without a token. Nothing is requested before the first call.
    pub(crate) fn new(
        settings: TokenRefresh,
        provider: Arc<dyn ApiKeyProvider>,
        endpoint: Arc<dyn TokenEndpoint>,
    ) -> Self {
        let clock = Arc::new(TokioClock::new());
        Self::with_clock(settings, provider, endpoint, clock, Arc::new(fastrand::f64))
    }

    /// The same with its own time and randomness.
    pub(crate) fn with_clock(
        settings: TokenRefresh,
        provider: Arc<dyn ApiKeyProvider>,
        endpoint: Arc<dyn TokenEndpoint>,
        clock: Arc<dyn Clock>,
        jitter: Jitter,
    ) -> Self {
        let fetcher = TokenFetcher {
            provider,
            endpoint,
            clock,
        };
        Self {
            shared: Arc::new(Shared::new(settings, fetcher, jitter)),
        }
    }

    /// The token, if there is one that a call may use at once. No lock, no wait, no allocation. If
    /// the token should be replaced soon, a refresh is started on the side.
    pub(crate) fn cached(&self, now: Moment) -> Option<Bearer> {
        let Peek { bearer, due } = self.shared.peek(now)?;
        if due {
            self.step();
        }
        Some(bearer)
    }

    /// A valid token; waits for a refresh if there is none.
    pub(crate) async fn bearer(&self) -> Result<Bearer, Error> {
        match self.cached(self.now()) {
            Some(bearer) => Ok(bearer),
            None => self.obtain().await,
        }
    }

    /// A token for the replay of a call that was answered with 401 and had used the token of
    /// generation `rejected`. If there is a newer one, that is it; else the rejected token is never
    /// used again, and a refresh follows.
    pub(crate) async fn replace(&self, rejected: u64) -> Result<Bearer, Error> {
        self.shared.reject(rejected);
        self.bearer().await
    }

    /// The token of `generation`, which was issued for the replay of a rejected call, was rejected
    /// too. Calls fail with `error` for some seconds; then a token is requested again.
    pub(crate) fn distrust(&self, generation: u64, error: &Error) {
        self.shared.distrust(generation, error);
    }

    /// Discards the token. The next call requests another.
    pub(crate) fn invalidate(&self) {
        self.shared.invalidate();
    }

    /// Both clocks, now.
    pub(crate) fn now(&self) -> Moment {
        self.shared.fetcher.clock.now()
    }

    /// Both clocks, where `mono` has just been read.
    pub(crate) fn at(&self, mono: Instant) -> Moment {
        self.shared.fetcher.clock.at(mono)
    }

    /// Whether the server's clock was learned so recently that a reply's `Date` is not worth a
    /// look.
    pub(crate) fn knows_skew(&self, now: Moment) -> bool {
        self.shared.knows_skew(now)
    }

    /// Learns the server's clock from the `Date` of a reply, at most once a minute. Of use where
    /// the token endpoint gives none.
    pub(crate) fn observe_date(&self, sent: Moment, date: Option<SystemTime>, has_age: bool) {
        if self.knows_skew(sent) {
            return;
        }
        let exchange = Exchange {
            sent,
            received: self.now(),
            date,
            has_age,
        };
        self.shared.learn(Skew::measure(&exchange));
    }

    /// How token refresh stands.
    pub(crate) fn state(&self) -> TokenState {
        self.shared.health.borrow().clone()
    }

    /// Follows how token refresh stands.
    pub(crate) fn watch(&self) -> TokenWatch {
        TokenWatch(self.shared.health.subscribe())
    }

    /// Decides what a call does, and has a refresh run where one is due.
    fn step(&self) -> Step {
        let runtime = Handle::try_current().ok();
        let (step, pending) = self.shared.step(runtime.is_some());
        if let (Some(runtime), Some(pending)) = (runtime, pending) {
            refresh_task::spawn(&runtime, &self.shared, pending);
        }
        step
    }

    async fn obtain(&self) -> Result<Bearer, Error> {
        let mut losses = 0;
        let mut overtaken = 0;
        loop {
            let join = match self.step() {
                Step::Serve(bearer) => return Ok(bearer),
                Step::Fail(error) => return Err(error),
                Step::Stuck => return Err(no_runtime()),
                Step::Join(join) => join,
            };
            let own = join.own;
            match self.outcome(join).await {
                Outcome::Token(cached) => {
                    // Another call may have found it rejected already, or the clock was set. A call
                    // that is always the last to wake takes what it gets in the end, rather than
                    // wait for ever.
                    let last = overtaken == MAX_OVERTAKEN;
                    match cached.is_usable(self.now()) {
                        true if last || self.shared.holds(&cached) => {
                            return Ok(cached.bearer());
                        }
                        false if last => return Err(expired()),
                        _ => overtaken += 1,
                    }
                }
                Outcome::Failed(error) => return self.shared.usable().ok_or(error),
                Outcome::Lost if own => {
                    losses += 1;
                    if losses == MAX_LOSSES {
                        return Err(lost());
                    }
                }
                Outcome::Lost | Outcome::LookAgain => {}
            }
        }
    }

    async fn outcome(&self, mut join: Join) -> Outcome {
        let fallback = join.fallback;
        let ended = join.progress.wait_for(|progress| match progress {
            Progress::Running => false,
            Progress::Failing => fallback,
            Progress::Done(_) => true,
        });
        let patience = self.shared.fetcher.clock.sleep(join.patience);
        match race(ended, patience).await {
            Either::Left(progress) => match progress.as_deref() {
                Ok(Progress::Done(Ok(cached))) => Outcome::Token(Arc::clone(cached)),
                Ok(Progress::Done(Err(error))) => Outcome::Failed(error.clone()),
                Ok(_) => Outcome::LookAgain,
                Err(_) => Outcome::Lost,
            },
            Either::Right(()) => Outcome::LookAgain,
        }
    }
}

impl fmt::Debug for TokenManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TokenManager").field(&self.state()).finish()
    }
}

/// What became of a refresh a call has waited for.
enum Outcome {
    Token(Arc<CachedToken>),
    Failed(Error),
    /// Its runtime is gone.
    Lost,
    /// It goes on, but something may have changed for this call.
    LookAgain,
}

/// How many refreshes a call starts that vanish with their runtime, before it gives up.
const MAX_LOSSES: u32 = 3;

/// How many tokens a call waits for in vain because they are rejected, or have expired, before it
/// wakes.
const MAX_OVERTAKEN: u32 = 3;

fn no_runtime() -> Error {
    failure(
        ErrorKind::Configuration,
        "a token can only be requested from within a tokio runtime; make the call from one",
    )
}

fn lost() -> Error {
    failure(
        ErrorKind::Configuration,
        "the token refresh was lost because its tokio runtime has shut down; make the call from a running one",
    )
}
