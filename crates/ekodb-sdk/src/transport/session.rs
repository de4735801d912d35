//! What the calls with one API key share.

use std::sync::Arc;

use http::{HeaderMap, header};

use super::{last_api_key::LastApiKey, rate_limit::LastRateLimit, retry_after};
use crate::{
    auth::{ApiKey, ApiKeyProvider, Moment, TokenManager, key_of},
    error::Error,
};

/// An API key and the token it is exchanged for.
pub(crate) struct Session {
    pub(crate) tokens: TokenManager,
    pub(crate) rate_limit: LastRateLimit,
    pub(super) last_api_key: Arc<LastApiKey>,
    provider: Arc<dyn ApiKeyProvider>,
}

impl Session {
    pub(super) fn new(
        tokens: TokenManager,
        last_api_key: Arc<LastApiKey>,
        provider: Arc<dyn ApiKeyProvider>,
    ) -> Self {
        Self {
            tokens,
            rate_limit: LastRateLimit::default(),
            last_api_key,
            provider,
        }
    }

    /// Learns from the headers of a reply to a request that was sent at `sent`.
    pub(super) fn observe(&self, sent: Moment, headers: &HeaderMap) {
        self.rate_limit.observe(headers);
        if !self.tokens.knows_skew(sent) {
            let has_age = headers.contains_key(header::AGE);
            self.tokens
                .observe_date(sent, retry_after::date(headers), has_age);
        }
    }

    /// The API key itself, for the calls that carry it in their body.
    pub(crate) async fn api_key(&self) -> Result<ApiKey, Error> {
        let key = key_of(&*self.provider).await?;
        self.last_api_key.remember(&key);
        Ok(key)
    }
}
