//! What the calls with one API key share.

use std::sync::Arc;

use super::{last_key::LastKey, rate_limit::LastRateLimit};
use crate::{
    auth::{ApiKey, ApiKeyProvider, TokenManager, key_of},
    error::Error,
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
        let key = key_of(&*self.provider.0).await?;
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
