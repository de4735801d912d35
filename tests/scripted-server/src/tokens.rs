//! A server that gives out tokens, and accepts only those that are valid.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::json;
use tokio::time::Instant;

use crate::{Counter, Reply, Request, Server, jwt};

/// The API key that a [`TokenServer`] accepts.
pub const API_KEY: &str = "ek-test-0123456789abcdef";

/// A scripted server that gives out tokens, and answers calls without a valid one with 401.
///
/// Tokens expire by the clock that [`advance_clock`](crate::advance_clock) moves.
#[derive(Debug)]
pub struct TokenServer {
    server: Server,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    policy: TokenPolicy,
    /// The tokens that have not been revoked, and when they expire.
    valid: Mutex<HashMap<String, Instant>>,
    issued: Counter,
    accepted: Counter,
    refused: Counter,
}

/// How a [`TokenServer`] gives out tokens.
#[derive(Clone, Debug)]
pub struct TokenPolicy {
    /// How long a token lives.
    pub lifetime: Duration,
    /// Holds the reply to the n-th token request, counted from 1, until the counter is n.
    pub hold: Option<Counter>,
    /// How many calls are to be answered before a token request is, for every token but the first.
    pub calls_before_reply: usize,
    /// Whether a new token revokes the ones before.
    pub newest_only: bool,
}

impl Default for TokenPolicy {
    fn default() -> Self {
        Self {
            lifetime: Duration::from_secs(3600),
            hold: None,
            calls_before_reply: 0,
            newest_only: false,
        }
    }
}

impl TokenServer {
    /// Starts a server that answers every call with a valid token with `{"collections":[]}`.
    pub async fn start(policy: TokenPolicy) -> Self {
        let state = Arc::new(State {
            policy,
            valid: Mutex::default(),
            issued: Counter::new(),
            accepted: Counter::new(),
            refused: Counter::new(),
        });
        let script = Arc::clone(&state);
        let server = Server::start(move |request| script.reply(request)).await;
        Self { server, state }
    }

    /// Returns the server, with its URL and its record of requests.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Returns how many tokens have been given out.
    pub fn issued(&self) -> usize {
        self.state.issued.get()
    }

    /// Returns how many calls have been answered with 401.
    pub fn refused(&self) -> usize {
        self.state.refused.get()
    }

    /// Revokes every token.
    pub fn revoke_all(&self) {
        self.state.valid().clear();
    }
}

impl State {
    fn reply(&self, request: &Request) -> Reply {
        if request.is_for_a_token() {
            return self.issue(request);
        }
        if !self.accepts(request) {
            self.refused.add(1);
            return Reply::json(401, r#"{"code":401,"message":"Invalid or expired token"}"#);
        }
        self.accepted.add(1);
        Reply::json(200, r#"{"collections":[]}"#)
    }

    fn issue(&self, request: &Request) -> Reply {
        if request.json()["api_key"] != API_KEY {
            return Reply::json(401, r#"{"code":401,"message":"Invalid API key"}"#);
        }
        let lifetime = self.policy.lifetime;
        let mut valid = self.valid();
        let number = self.issued.get();
        let token = jwt::expiring_in(number, lifetime);
        if self.policy.newest_only {
            valid.clear();
        }
        valid.insert(token.clone(), Instant::now() + lifetime);
        self.issued.add(1);
        drop(valid);
        let reply = Reply::json(200, json!({ "token": token }));
        match &self.policy.hold {
            Some(released) => reply.once(released, number + 1),
            None if number == 0 => reply,
            None => reply.once(
                &self.accepted,
                self.accepted.get() + self.policy.calls_before_reply,
            ),
        }
    }

    fn accepts(&self, request: &Request) -> bool {
        let valid = self.valid();
        let expiry = request.bearer().and_then(|token| valid.get(token));
        expiry.is_some_and(|expiry| *expiry > Instant::now())
    }

    fn valid(&self) -> MutexGuard<'_, HashMap<String, Instant>> {
        self.valid.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
