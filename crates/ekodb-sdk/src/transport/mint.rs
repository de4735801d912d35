//! The token endpoint: `POST /api/auth/token`.

use std::{sync::Arc, time::Duration};

use ekodb_api::{ResponseValue, types};
use futures_util::future::BoxFuture;
use http::header;

use super::{
    dispatch::{CallOptions, Dispatch},
    last_key::LastKey,
    retry_after,
    session::Session,
    wire::Wire,
};
use crate::{
    auth::{ApiKey, ApiKeyProvider, Mint, MintError, MintReply, TokenManager, TokenRefresh},
    error::{Error, ErrorKind},
};

/// A session with the key that `provider` supplies. Nothing is sent yet.
pub(crate) fn open_session(
    wire: &Arc<Wire>,
    provider: Arc<dyn ApiKeyProvider>,
    refresh: TokenRefresh,
) -> Session {
    let last_key = Arc::new(LastKey::default());
    let endpoint = TokenEndpoint {
        wire: Arc::clone(wire),
        timeout: refresh.attempt_timeout,
        last_key: Arc::clone(&last_key),
    };
    let tokens = TokenManager::new(refresh, Arc::clone(&provider), Arc::new(endpoint));
    Session::new(tokens, last_key, provider)
}

/// Exchanges API keys for tokens, one attempt each. It has no session, so it can neither send a token nor wait for one.
struct TokenEndpoint {
    wire: Arc<Wire>,
    timeout: Duration,
    last_key: Arc<LastKey>,
}

impl Mint for TokenEndpoint {
    fn mint(&self, key: ApiKey) -> BoxFuture<'static, Result<MintReply, MintError>> {
        self.last_key.remember(&key);
        let options = CallOptions {
            timeout: Some(self.timeout),
            no_retry: true,
            ..CallOptions::default()
        };
        let call = Arc::new(Dispatch::new(Arc::clone(&self.wire), None, options));
        Box::pin(async move {
            let body = types::TokenRequest {
                api_key: ekodb_api::SecretString::new(key.expose()),
            };
            let reply = call.run(|api| async move { api.create_token().body(body).send().await });
            reply.await.map(obtained).map_err(failed)
        })
    }
}

fn obtained(reply: ResponseValue<types::TokenReply>) -> MintReply {
    MintReply {
        date: retry_after::date(reply.headers()),
        has_age: reply.headers().contains_key(header::AGE),
        token: reply.into_inner().token,
    }
}

fn failed(error: Error) -> MintError {
    match error.status() {
        Some(401) => MintError::Rejected(error),
        // Here there is nothing but the key that could be forbidden.
        Some(403) => MintError::Rejected(error.with_kind(ErrorKind::Unauthenticated)),
        _ => MintError::Transient {
            retry_after: error.retry_after(),
            error,
        },
    }
}
