//! The handle that applications hold.

use std::{fmt, sync::Arc};

use crate::{
    auth::{ApiKey, ApiKeyProvider, TokenManager, TokenRefresh, TokenState, TokenWatch},
    error::Error,
    server_generation::ServerGeneration,
    transport::{self, ConnectionPool, RateLimit, Session},
};

/// A client of one ekoDB deployment, with one API key.
///
/// It exchanges the key for a token at the first call, refreshes the token ahead of its expiry, and
/// takes another if the server rejects it. Clones are cheap and share connections and token: make
/// one client and clone it.
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
pub struct Client {
    inner: Arc<Inner>,
    /// The transaction that the calls take part in. Clients of applications have none: see
    /// [`Transaction::collection`](crate::transactions::Transaction::collection).
    transaction: Option<Arc<str>>,
}

struct Inner {
    pool: Arc<ConnectionPool>,
    session: Session,
    refresh: TokenRefresh,
    permission_routes: ServerGeneration,
}

impl Client {
    /// The URL of the deployment, without a slash at its end.
    pub fn base_url(&self) -> &str {
        self.inner.pool.base_url.as_str()
    }

    /// How token refresh stands: until when the token is valid, and what failed last.
    pub fn token_state(&self) -> TokenState {
        self.inner.session.tokens.state()
    }

    /// Follows how token refresh stands.
    pub fn watch_token(&self) -> TokenWatch {
        self.inner.session.tokens.watch()
    }

    /// Forgets the token, so that the next call requests another. It is not needed after a rejected
    /// call: the client does that.
    #[doc(alias("refresh_token", "clear_token_cache"))]
    pub fn invalidate_token(&self) {
        self.inner.session.tokens.invalidate();
    }

    /// The rate limit, as the server reported it with its last reply to this client or a clone.
    /// `None` if it never did.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.inner.session.rate_limit.get()
    }

    /// The same deployment with another key.
    pub(crate) fn with_provider(&self, key: Arc<dyn ApiKeyProvider>) -> Self {
        Self::new(
            Arc::clone(&self.inner.pool),
            key,
            self.inner.refresh.clone(),
        )
    }

    /// The token, kept fresh.
    pub(crate) fn tokens(&self) -> &TokenManager {
        &self.inner.session.tokens
    }

    pub(crate) fn new(
        pool: Arc<ConnectionPool>,
        key: Arc<dyn ApiKeyProvider>,
        refresh: TokenRefresh,
    ) -> Self {
        let session = transport::open_session(&pool, key, refresh.clone());
        let inner = Arc::new(Inner {
            pool,
            session,
            refresh,
            permission_routes: ServerGeneration::default(),
        });
        Self {
            inner,
            transaction: None,
        }
    }

    /// The same client, for calls that take part in a transaction.
    pub(crate) fn in_transaction(&self, id: Arc<str>) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            transaction: Some(id),
        }
    }

    /// The transaction that the calls take part in.
    pub(crate) fn transaction(&self) -> Option<&str> {
        self.transaction.as_deref()
    }

    /// What the client shares with those of other keys.
    pub(crate) fn pool(&self) -> &ConnectionPool {
        &self.inner.pool
    }

    /// What the calls with this client's key share.
    pub(crate) fn session(&self) -> &Session {
        &self.inner.session
    }

    /// What is known of the server's permission routes.
    pub(crate) fn permission_routes(&self) -> &ServerGeneration {
        &self.inner.permission_routes
    }

    /// The API key itself, for the calls that carry it in their body.
    pub(crate) async fn api_key(&self) -> Result<ApiKey, Error> {
        self.inner.session.api_key().await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.inner.pool.base_url)
            .finish_non_exhaustive()
    }
}
