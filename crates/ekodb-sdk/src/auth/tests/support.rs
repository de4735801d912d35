//! A clock that can be set, a token endpoint that follows a script, and tokens to go with them.

use std::{
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ekodb_api::SecretString;
use futures::future::{BoxFuture, join_all};
use tokio::time::{Instant, sleep};

use crate::{
    auth::{
        ApiKey, ApiKeyProvider, Bearer, IssuedToken, TokenEndpoint, TokenManager, TokenRefresh,
        TokenRequestError,
        clock::{Clock, Moment},
    },
    error::{Error, ErrorKind},
};

pub(super) const HOUR: Duration = Duration::from_secs(3_600);

/// Tokio's (paused) time, with a wall clock that can be set.
pub(super) struct VirtualClock {
    origin: Instant,
    /// How far the local wall clock is ahead of the server's, in milliseconds.
    ahead: AtomicI64,
}

impl VirtualClock {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            origin: Instant::now(),
            ahead: AtomicI64::new(0),
        })
    }

    /// Moves the wall clock alone: a step of NTP, or a sleep of the machine.
    pub(super) fn step_wall(&self, seconds: i64) {
        self.ahead.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }

    /// The true time, which the server keeps, since the Unix epoch.
    pub(super) fn server_time(&self) -> Duration {
        Duration::from_secs(1_700_000_000) + self.origin.elapsed()
    }

    /// The same as it stands in a `Date`: in whole seconds.
    pub(super) fn server_date(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.server_time().as_secs())
    }
}

impl Clock for VirtualClock {
    fn at(&self, mono: Instant) -> Moment {
        let ahead = self.ahead.load(Ordering::SeqCst);
        let wall = self.server_time().as_millis() as i64 + ahead;
        Moment {
            mono: mono.saturating_duration_since(self.origin),
            wall: Duration::from_millis(wall as u64),
        }
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        Box::pin(sleep(span))
    }
}

/// How the token endpoint answers one request.
#[derive(Clone)]
pub(super) enum Answer {
    /// A new token with this life.
    Token(Duration),
    /// A new token with this life that does not say when it was issued, in a reply without `Date`.
    Undated(Duration),
    /// The token of the request before, again.
    SameToken,
    /// This text as token.
    Raw(&'static str),
    Fail(TokenRequestError),
    Panic,
    Hang,
}

type Script = dyn FnMut(usize) -> (Duration, Answer) + Send;

/// A token endpoint that follows a script: the number of the request, from 1, gives delay and
/// answer.
pub(super) struct Endpoint {
    clock: Arc<VirtualClock>,
    script: Mutex<Box<Script>>,
    requests: AtomicUsize,
    open: AtomicUsize,
    most_open: AtomicUsize,
    last: Mutex<Option<String>>,
    keys: Mutex<Vec<String>>,
}

impl Endpoint {
    pub(super) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    /// How many requests are being answered.
    pub(super) fn open(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }

    /// The most requests there have been at one time.
    pub(super) fn most_open(&self) -> usize {
        self.most_open.load(Ordering::SeqCst)
    }

    /// The keys received, in order.
    pub(super) fn keys(&self) -> Vec<String> {
        self.keys.lock().unwrap().clone()
    }

    pub(super) fn follow(&self, script: impl FnMut(usize) -> (Duration, Answer) + Send + 'static) {
        *self.script.lock().unwrap() = Box::new(script);
    }

    fn token(&self, number: usize, life: Duration) -> String {
        let now = self.clock.server_time().as_secs();
        let exp = now + life.as_secs();
        jwt(&format!(r#"{{"iat":{now},"exp":{exp},"jti":{number}}}"#))
    }
}

impl TokenEndpoint for Arc<Endpoint> {
    fn request_token(
        &self,
        key: ApiKey,
    ) -> BoxFuture<'static, Result<IssuedToken, TokenRequestError>> {
        let endpoint = Arc::clone(self);
        Box::pin(async move {
            let number = endpoint.requests.fetch_add(1, Ordering::SeqCst) + 1;
            endpoint.keys.lock().unwrap().push(key.expose().to_owned());
            let _open = Open::new(Arc::clone(&endpoint));
            let (delay, answer) = (endpoint.script.lock().unwrap())(number);
            sleep(delay).await;
            let mut date = Some(endpoint.clock.server_date());
            let token = match answer {
                Answer::Undated(life) => {
                    date = None;
                    let exp = endpoint.clock.server_time() + life;
                    jwt(&format!(r#"{{"exp":{}}}"#, exp.as_secs()))
                }
                Answer::Token(life) => endpoint.token(number, life),
                Answer::SameToken => endpoint.last.lock().unwrap().clone().unwrap_or_default(),
                Answer::Raw(text) => text.to_owned(),
                Answer::Fail(error) => return Err(error),
                Answer::Panic => panic!("the script says so"),
                Answer::Hang => pending().await,
            };
            *endpoint.last.lock().unwrap() = Some(token.clone());
            Ok(IssuedToken {
                token: SecretString::new(token),
                date,
                has_age: false,
            })
        })
    }
}

struct Open(Arc<Endpoint>);

impl Open {
    fn new(endpoint: Arc<Endpoint>) -> Self {
        let open = endpoint.open.fetch_add(1, Ordering::SeqCst) + 1;
        endpoint.most_open.fetch_max(open, Ordering::SeqCst);
        Self(endpoint)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A manager with its endpoint and clock.
pub(super) struct Fixture {
    pub(super) manager: TokenManager,
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) clock: Arc<VirtualClock>,
}

impl Fixture {
    /// The endpoint issues tokens of this life after 100 ms.
    pub(super) fn issuing(life: Duration) -> Self {
        Self::following(move |_| (Duration::from_millis(100), Answer::Token(life)))
    }

    /// The same, and the first token is there.
    pub(super) async fn holding(life: Duration) -> Self {
        let fixture = Self::issuing(life);
        fixture.manager.bearer().await.unwrap();
        fixture
    }

    /// The generations of the tokens that so many calls at once get.
    pub(super) async fn generations(&self, calls: usize) -> Vec<u64> {
        let calls = (0..calls).map(|_| self.manager.bearer());
        let bearers = join_all(calls).await.into_iter();
        bearers.map(|bearer| bearer.unwrap().generation).collect()
    }

    /// The token that a call made now would use at once.
    pub(super) fn cached(&self) -> Option<Bearer> {
        self.manager.cached(self.manager.now())
    }

    pub(super) fn following(
        script: impl FnMut(usize) -> (Duration, Answer) + Send + 'static,
    ) -> Self {
        Self::with(TokenRefresh::new(), ApiKey::from("key-1"), script)
    }

    pub(super) fn with(
        settings: TokenRefresh,
        provider: impl ApiKeyProvider,
        script: impl FnMut(usize) -> (Duration, Answer) + Send + 'static,
    ) -> Self {
        let clock = VirtualClock::new();
        let endpoint = Arc::new(Endpoint {
            clock: Arc::clone(&clock),
            script: Mutex::new(Box::new(script)),
            requests: AtomicUsize::new(0),
            open: AtomicUsize::new(0),
            most_open: AtomicUsize::new(0),
            last: Mutex::new(None),
            keys: Mutex::new(Vec::new()),
        });
        let manager = TokenManager::with_clock(
            settings,
            Arc::new(provider),
            Arc::new(Arc::clone(&endpoint)),
            Arc::clone(&clock) as Arc<dyn Clock>,
            Arc::new(|| 0.5),
        );
        Self {
            manager,
            endpoint,
            clock,
        }
    }
}

pub(super) fn jwt(payload: &str) -> String {
    let payload = URL_SAFE_NO_PAD.encode(payload);
    format!("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.{payload}.c2lnbmF0dXJl")
}

pub(super) fn rejected() -> Answer {
    let text = "the server rejected the API key";
    let error = Error::new(ErrorKind::Unauthenticated, text);
    Answer::Fail(TokenRequestError::Rejected(error.with_status(401)))
}

pub(super) fn unavailable() -> Answer {
    unavailable_for(None)
}

pub(super) fn unavailable_for(retry_after: Option<Duration>) -> Answer {
    let error = Error::new(ErrorKind::Unavailable, "the server is not ready").with_status(503);
    Answer::Fail(TokenRequestError::Transient { error, retry_after })
}

pub(super) fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub(super) fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Lets a subscriber of one test see what other threads have met before it. As long as there is one
/// subscriber, the thread that meets a span first decides for all whether anybody wants it, and a
/// thread without a subscriber says no.
pub(super) fn let_every_span_be_seen() {
    // Refused to all but the first, which is enough.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry());
    tracing::callsite::rebuild_interest_cache();
}
