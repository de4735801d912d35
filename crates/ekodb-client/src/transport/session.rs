//! What the calls with one API key share.

use std::sync::Arc;

use super::{last_key::LastKey, rate_limit::LastRateLimit};
use crate::{
    auth::{ApiKey, ApiKeyProvider, TokenManager},
    error::{Error, ErrorKind},
};

/// An API key and the token it is exchanged for.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) tokens: TokenManager,
    pub(crate) rate_limit: LastRateLimit,
    pub(super) last_key: Arc<LastKey>,
    provider: Provider,
}

impl Session {
    pub(super) fn new(
        tokens: TokenManager,
        last_key: Arc<LastKey>,
        provider: Arc<dyn ApiKeyProvider>,
    ) -> Self {
        Self {
            tokens,
            rate_limit: LastRateLimit::default(),
            last_key,
            provider: Provider(provider),
        }
    }

    /// The API key itself, for the calls that carry it in their body.
    pub(crate) async fn api_key(&self) -> Result<ApiKey, Error> {
        let key = self.provider.0.api_key().await.map_err(|source| {
            Error::new(
                ErrorKind::Configuration,
                "the API key provider supplied no key",
            )
            .with_source(Foreign(source))
        })?;
        self.last_key.remember(&key);
        Ok(key)
    }
}

struct Provider(Arc<dyn ApiKeyProvider>);

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiKeyProvider")
    }
}

/// An error of the application's provider, boxed as it came.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Foreign(Box<dyn std::error::Error + Send + Sync + 'static>);
