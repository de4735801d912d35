//! The token endpoint: `POST /api/auth/token`.

use std::{sync::Arc, time::Duration};

use ekodb_api::types;
use futures_util::future::BoxFuture;
use http::header;

use super::{
    connection_pool::ConnectionPool,
    deadline::Deadline,
    decode::{decode, generated},
    last_api_key::LastApiKey,
    network_error, retry_after,
    retry_loop::{MayHaveBeenApplied, RetryLoop},
    session::Session,
};
use crate::{
    auth::{
        ApiKey, ApiKeyProvider, IssuedToken, TokenEndpoint, TokenManager, TokenRefresh,
        TokenRequestError,
    },
    error::{Error, ErrorKind},
};

/// Creates a session with the key that `provider` supplies. Nothing is sent yet.
pub(crate) fn open_session(
    pool: &Arc<ConnectionPool>,
    provider: Arc<dyn ApiKeyProvider>,
    refresh: TokenRefresh,
) -> Session {
    let last_api_key = Arc::new(LastApiKey::default());
    let endpoint = HttpTokenEndpoint {
        pool: Arc::clone(pool),
        timeout: refresh.attempt_timeout,
        last_api_key: Arc::clone(&last_api_key),
    };
    let tokens = TokenManager::new(refresh, Arc::clone(&provider), Arc::new(endpoint));
    Session::new(tokens, last_api_key, provider)
}

/// Exchanges API keys for tokens, one attempt each. It has no session, so it can neither send a
/// token nor wait for one.
struct HttpTokenEndpoint {
    pool: Arc<ConnectionPool>,
    timeout: Duration,
    last_api_key: Arc<LastApiKey>,
}

impl TokenEndpoint for HttpTokenEndpoint {
    fn request_token(
        &self,
        key: ApiKey,
    ) -> BoxFuture<'static, Result<IssuedToken, TokenRequestError>> {
        self.last_api_key.remember(&key);
        let pool = Arc::clone(&self.pool);
        let until = Deadline::after(self.timeout);
        Box::pin(async move { exchange(&pool, &key, until).await.map_err(failed) })
    }
}

async fn exchange(
    pool: &ConnectionPool,
    key: &ApiKey,
    until: Deadline,
) -> Result<IssuedToken, Error> {
    let body = types::TokenRequest {
        api_key: ekodb_api::SecretString::new(key.expose()),
    };
    let prepared = pool.api.create_token().body(body).prepare();
    let outgoing = prepared.map_err(generated)?.into_outgoing();
    let retry_loop = RetryLoop {
        pool,
        session: None,
        outgoing: &outgoing,
        identify: false,
        retry: false,
        until,
        max_reply_bytes: MAX_REPLY_BYTES,
        applied: &MayHaveBeenApplied::default(),
    };
    let reply = retry_loop.run().await.map_err(|error| match error.kind() {
        ErrorKind::ReplyTooLarge => error.with_text(TOO_LARGE),
        _ => error,
    })?;
    let date = retry_after::date(&reply.headers);
    let has_age = reply.headers.contains_key(header::AGE);
    let reply: types::TokenReply = decode(reply, outgoing.operation())?;
    Ok(IssuedToken {
        date,
        has_age,
        token: reply.token,
    })
}

/// How large the reply to a token request may be. A token is a few hundred bytes.
const MAX_REPLY_BYTES: usize = 64 * 1024;

const TOO_LARGE: &str = "the reply to the token request is larger than 64 KiB, so it is not ekoDB's; \
     check that base_url leads to ekoDB and not to a page or proxy";

fn failed(error: Error) -> TokenRequestError {
    match error.status() {
        Some(401) => TokenRequestError::Rejected(error),
        // Here there is nothing but the key that could be forbidden.
        Some(403) => TokenRequestError::Rejected(error.with_kind(ErrorKind::Unauthenticated)),
        _ if is_permanent(&error) => TokenRequestError::Permanent(error),
        _ => TokenRequestError::Transient {
            retry_after: error.retry_after(),
            error,
        },
    }
}

/// Whether the same request will fail until a setting, or the server, is changed.
fn is_permanent(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::NotFound
        | ErrorKind::Unsupported
        | ErrorKind::InvalidRequest
        | ErrorKind::InvalidReply
        | ErrorKind::ReplyTooLarge
        | ErrorKind::Conflict
        | ErrorKind::InvalidArgument => true,
        // Another version of HTTP, and a login to the network.
        ErrorKind::Server => matches!(error.status(), Some(505 | 511)),
        ErrorKind::Connect => network_error::is_certificate_failure(error),
        _ => false,
    }
}
