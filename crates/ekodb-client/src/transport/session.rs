//! What the calls with one API key share.

use std::sync::Arc;

use arc_swap::ArcSwapOption;

use super::{Wire, mint::TokenEndpoint, rate_limit::LastRateLimit};
use crate::{
    auth::{ApiKey, ApiKeyProvider, TokenManager, TokenRefresh},
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
    pub(crate) fn new(
        wire: &Arc<Wire>,
        provider: Arc<dyn ApiKeyProvider>,
        refresh: TokenRefresh,
    ) -> Self {
        let last_key = Arc::new(LastKey::default());
        let endpoint = TokenEndpoint::new(Arc::clone(wire), &refresh, Arc::clone(&last_key));
        Self {
            tokens: TokenManager::new(refresh, Arc::clone(&provider), Arc::new(endpoint)),
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

/// The key last used, to take it out of what a server says.
#[derive(Debug, Default)]
pub(super) struct LastKey(ArcSwapOption<ApiKey>);

impl LastKey {
    pub(super) fn remember(&self, key: &ApiKey) {
        let known = self.0.load();
        if known
            .as_deref()
            .is_none_or(|known| known.expose() != key.expose())
        {
            self.0.store(Some(Arc::new(key.clone())));
        }
    }

    pub(super) fn get(&self) -> Option<Arc<ApiKey>> {
        self.0.load_full()
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
