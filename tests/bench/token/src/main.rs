//! What a call pays for its token.
//!
//! The manager is no part of the public API, so its sources are compiled into the program.
#![allow(
    dead_code,
    unfulfilled_lint_expectations,
    unreachable_pub,
    unused_imports,
    reason = "the sources are those of the SDK, whose lints are checked there"
)]

#[path = "../../../../crates/ekodb-sdk/src/auth/mod.rs"]
mod auth;
#[path = "../../../../crates/ekodb-sdk/src/error.rs"]
mod error;
#[path = "../../../../crates/ekodb-sdk/src/exponential_backoff.rs"]
mod exponential_backoff;
#[path = "../../../../crates/ekodb-sdk/src/setting.rs"]
mod setting;

use std::{hint::black_box, sync::Arc, time::SystemTime};

use auth::{ApiKey, IssuedToken, TokenEndpoint, TokenManager, TokenRefresh, TokenRequestError};
use ekodb_api::SecretString;
use ekodb_bench_contender::{Contender, unknown};
use futures_util::future::{BoxFuture, ready};

fn main() {
    ekodb_bench_contender::main::<Token>();
}

#[derive(Clone)]
struct Token(TokenManager);

impl Contender for Token {
    fn new(_: &str) -> Self {
        let key = Arc::new(ApiKey::from("key"));
        Self(TokenManager::new(TokenRefresh::new(), key, Arc::new(Fixed)))
    }

    async fn run(&self, scenario: &str, units: usize) {
        match scenario {
            // The first of them fetches the token.
            "look up" => {
                for _ in 0..units {
                    black_box(self.0.bearer().await.is_ok());
                }
            }
            // As a call does it, which has read the clocks for its timer.
            "look up, clocks read" => {
                black_box(self.0.bearer().await.is_ok());
                let now = self.0.now();
                for _ in 0..units {
                    black_box(self.0.cached(black_box(now)).is_some());
                }
            }
            _ => unknown(scenario),
        }
    }
}

/// Hands out an opaque token, good for an hour.
struct Fixed;

impl TokenEndpoint for Fixed {
    fn request_token(
        &self,
        _: ApiKey,
    ) -> BoxFuture<'static, Result<IssuedToken, TokenRequestError>> {
        Box::pin(ready(Ok(IssuedToken {
            token: SecretString::new("0123456789abcdef".repeat(20)),
            date: Some(SystemTime::now()),
            has_age: false,
        })))
    }
}
