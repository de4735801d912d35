//! A deployment as a client sees it, with the tokens under the test's control.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::json;
use tokio::sync::watch;

use crate::server::{Action, Received, Server};

/// The API key that the deployment knows.
pub const API_KEY: &str = "the-api-key-of-the-deployment";

/// A scripted server that gives tokens out and takes only those that it has not revoked.
#[derive(Debug)]
pub struct Deployment {
    server: Server,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    lifetime: Duration,
    newest_only: bool,
    valid: Mutex<HashSet<String>>,
    issued: AtomicUsize,
    answered: watch::Sender<usize>,
    refused: AtomicUsize,
}

/// How a [`Deployment`] gives out tokens.
#[derive(Clone, Copy, Debug)]
pub struct Tokens {
    /// How long a token lives.
    pub lifetime: Duration,
    /// How long the token endpoint takes.
    pub latency: Duration,
    /// How many calls are to be answered before the token endpoint answers, for every token but the first.
    pub calls_before: usize,
    /// Whether a new token ends the one before.
    pub newest_only: bool,
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            lifetime: Duration::from_secs(3600),
            latency: Duration::ZERO,
            calls_before: 0,
            newest_only: false,
        }
    }
}

impl Deployment {
    /// Starts a deployment that gives out tokens as told, and answers every call that has a valid one with `{"collections":[]}`.
    pub async fn start(tokens: Tokens) -> Self {
        Self::with(tokens, |_| Action::json(200, &json!({ "collections": [] }))).await
    }

    /// As [`start`](Self::start), with another answer to the calls that have a valid token.
    pub async fn with(
        tokens: Tokens,
        answer: impl Fn(&Received) -> Action + Send + Sync + 'static,
    ) -> Self {
        let state = Arc::new(State {
            lifetime: tokens.lifetime,
            newest_only: tokens.newest_only,
            valid: Mutex::default(),
            issued: AtomicUsize::new(0),
            answered: watch::Sender::new(0),
            refused: AtomicUsize::new(0),
        });
        let server = Server::start({
            let state = state.clone();
            move |request| {
                if request.path == "/api/auth/token" {
                    let calls = match state.issued() {
                        0 => 0,
                        _ => *state.answered.borrow() + tokens.calls_before,
                    };
                    let answer = state.issue(request).after(tokens.latency);
                    return answer.once(state.answered.subscribe(), calls);
                }
                if state.accepts(request) {
                    state.answered.send_modify(|answered| *answered += 1);
                    answer(request)
                } else {
                    state.refused.fetch_add(1, Ordering::SeqCst);
                    Action::json(
                        401,
                        &json!({ "code": 401, "message": "Invalid or expired token" }),
                    )
                }
            }
        })
        .await;
        Self { server, state }
    }

    /// The base URL.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The server beneath.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// How many tokens have been given out.
    pub fn issued(&self) -> usize {
        self.state.issued()
    }

    /// How many calls have been answered with 401.
    pub fn refused(&self) -> usize {
        self.state.refused.load(Ordering::SeqCst)
    }

    /// Ends every token.
    pub fn revoke_all(&self) {
        self.state.valid().clear();
    }
}

impl State {
    fn issued(&self) -> usize {
        self.issued.load(Ordering::SeqCst)
    }

    fn issue(&self, request: &Received) -> Action {
        if request.json()["api_key"] != API_KEY {
            return Action::json(401, &json!({ "code": 401, "message": "Invalid API key" }));
        }
        let number = self.issued.fetch_add(1, Ordering::SeqCst);
        let token = jwt(number, SystemTime::now() + self.lifetime);
        let mut valid = self.valid();
        if self.newest_only {
            valid.clear();
        }
        valid.insert(token.clone());
        Action::json(200, &json!({ "token": token }))
    }

    fn accepts(&self, request: &Received) -> bool {
        let Some(token) = request.bearer() else {
            return false;
        };
        self.valid().contains(token) && expiry(token).is_some_and(|at| at > SystemTime::now())
    }

    fn valid(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.valid.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A token that looks like a JWT and expires at a time given to the millisecond. Nobody checks its signature.
pub fn jwt(number: usize, expires: SystemTime) -> String {
    let expires = expires.duration_since(UNIX_EPOCH).unwrap_or_default();
    claims(&json!({ "sub": number.to_string(), "exp": expires.as_secs_f64() }))
}

/// A token that looks like a JWT and has these claims.
pub fn claims(claims: &serde_json::Value) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let part = |text: String| URL_SAFE_NO_PAD.encode(text);
    format!(
        "{}.{}.{}",
        part(json!({ "alg": "HS256", "typ": "JWT" }).to_string()),
        part(claims.to_string()),
        part("signature".to_owned())
    )
}

fn expiry(token: &str) -> Option<SystemTime> {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    Some(UNIX_EPOCH + Duration::from_secs_f64(claims["exp"].as_f64()?))
}
