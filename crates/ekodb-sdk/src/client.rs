//! The handle that applications hold.

use std::{fmt, sync::Arc};

use crate::{
    auth::{ApiKey, ApiKeyProvider, TokenManager, TokenRefresh, TokenState, TokenWatch},
    error::Error,
    probe::ProbeMemory,
    transport::{self, CallOptions, Dispatch, RateLimit, Session, Wire},
};

/// A client of one ekoDB deployment, with one API key.
///
/// It exchanges the key for a token at the first call, refreshes the token ahead of its expiry, and takes another if the server
/// rejects it. Clones are cheap and share connections and token: make one client and clone it.
///
/// ```
/// # fn main() -> Result<(), ekodb_client::Error> {
/// use ekodb_client::Client;
///
/// let client = Client::builder()
///     .base_url("https://your-subdomain.production.aws.ekodb.io")
///     .api_key("your-api-key-here")
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    wire: Arc<Wire>,
    session: Arc<Session>,
    refresh: TokenRefresh,
    permission_routes: ProbeMemory,
}

impl Client {
    /// The URL of the deployment, without a slash at its end.
    pub fn base_url(&self) -> &str {
        self.0.wire.base_url.as_str()
    }

    /// How token refresh stands: until when the token is valid, and what failed last.
    pub fn token_state(&self) -> TokenState {
        self.0.session.tokens.state()
    }

    /// Follows how token refresh stands.
    pub fn watch_token(&self) -> TokenWatch {
        self.0.session.tokens.watch()
    }

    /// Forgets the token, so that the next call requests another. It is not needed after a rejected call: that is seen to.
    pub fn invalidate_token(&self) {
        self.0.session.tokens.invalidate();
    }

    /// The rate limit, as the server told it with its last reply to this client or a clone. `None` if it never did.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.0.session.rate_limit.get()
    }

    /// The same deployment with another key.
    pub(crate) fn with_provider(&self, key: Arc<dyn ApiKeyProvider>) -> Self {
        Self::new(Arc::clone(&self.0.wire), key, self.0.refresh.clone())
    }

    /// The token, kept fresh.
    pub(crate) fn tokens(&self) -> &TokenManager {
        &self.0.session.tokens
    }

    pub(crate) fn new(
        wire: Arc<Wire>,
        key: Arc<dyn ApiKeyProvider>,
        refresh: TokenRefresh,
    ) -> Self {
        let session = Arc::new(transport::open_session(&wire, key, refresh.clone()));
        Self(Arc::new(Inner {
            wire,
            session,
            refresh,
            permission_routes: ProbeMemory::default(),
        }))
    }

    /// What the client shares with those of other keys.
    #[cfg(feature = "raw-api")]
    pub(crate) fn wire(&self) -> &Wire {
        &self.0.wire
    }

    /// A call whose deadline begins to run now.
    pub(crate) fn dispatch(&self, options: CallOptions) -> Dispatch {
        let session = Arc::clone(&self.0.session);
        Dispatch::new(Arc::clone(&self.0.wire), Some(session), options)
    }

    /// What is known of the server's permission routes.
    pub(crate) fn permission_routes(&self) -> &ProbeMemory {
        &self.0.permission_routes
    }

    /// The API key itself, for the calls that carry it in their body.
    pub(crate) async fn api_key(&self) -> Result<ApiKey, Error> {
        self.0.session.api_key().await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.0.wire.base_url)
            .finish_non_exhaustive()
    }
}
