//! The token request, as the manager sees it.

use std::time::{Duration, SystemTime};

use ekodb_api::SecretString;
use futures_util::future::BoxFuture;

use super::token::ApiKey;
use crate::error::Error;

/// Makes one attempt at `POST /api/auth/token`: no retries and no bearer, those are the manager's
/// business.
pub(crate) trait TokenEndpoint: Send + Sync + 'static {
    /// Exchanges `key` for a token.
    fn request_token(
        &self,
        key: ApiKey,
    ) -> BoxFuture<'static, Result<IssuedToken, TokenRequestError>>;
}

/// A token and what its reply says about the server's clock.
#[derive(Debug)]
pub(crate) struct IssuedToken {
    pub(crate) token: SecretString,
    /// The `Date` header.
    pub(crate) date: Option<SystemTime>,
    /// Whether there was an `Age` header.
    pub(crate) has_age: bool,
}

/// Why there is no token.
#[derive(Clone, Debug)]
pub(crate) enum TokenRequestError {
    /// The server rejected the key (401 or 403): trying again with the same key is of no use.
    Rejected(Error),
    /// The endpoint is not ekoDB's, or refuses the request as such: trying again is of no use until
    /// something else changes.
    Permanent(Error),
    /// Anything else. It may work later.
    Transient {
        error: Error,
        retry_after: Option<Duration>,
    },
}
