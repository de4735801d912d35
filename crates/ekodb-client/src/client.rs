//! The handle that applications hold.

use std::{fmt, sync::Arc};

use crate::{
    access_token::AccessToken,
    auth::{ApiKey, ApiKeyProvider, TokenRefresh, TokenState, TokenWatch},
    builder::{self, ClientBuilder},
    collections::{Collection, Collections},
    error::Error,
    keys::{Keys, ProbeMemory},
    request::Request,
    transport::{CallOptions, Dispatch, RateLimit, Session, Wire},
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
    /// Begins to set up a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// A client for the deployment in `EKODB_API_URL` with the key in `EKODB_API_KEY`. The same as
    /// `Client::builder().from_env().build()`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if one of them is not set or wrong.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().from_env().build()
    }

    /// A client with another API key for the same deployment. It shares settings and connections with this one, but not the token.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the key is blank or cannot be one.
    pub fn with_api_key(&self, key: impl Into<ApiKey>) -> Result<Self, Error> {
        let key = builder::checked_key(key.into())?;
        Ok(Self::new(
            Arc::clone(&self.0.wire),
            Arc::new(key),
            self.0.refresh.clone(),
        ))
    }

    /// The URL of the deployment, without a slash at its end.
    pub fn base_url(&self) -> &str {
        self.0.wire.base_url.as_str()
    }

    /// The collections of the deployment.
    pub fn collections(&self) -> Collections {
        Collections::new(self.clone())
    }

    /// One collection, by name. Asks the server nothing.
    pub fn collection(&self, name: impl Into<String>) -> Collection {
        Collection::new(self.clone(), name.into())
    }

    /// The API keys of the deployment and what they may do.
    pub fn keys(&self) -> Keys {
        Keys::new(self.clone())
    }

    /// A valid token, for requests that this crate does not make: `POST /api/auth/token`, if there is none at hand.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unauthenticated`](crate::ErrorKind::Unauthenticated) if the server rejects the API key, and the transport's kinds.
    pub fn token(&self) -> Request<AccessToken> {
        Request::new(self, |call| async move {
            let tokens = &call.client().0.session.tokens;
            let bearer = tokens.bearer().await?;
            Ok(AccessToken::new(&bearer, &tokens.state()))
        })
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

    pub(crate) fn new(
        wire: Arc<Wire>,
        key: Arc<dyn ApiKeyProvider>,
        refresh: TokenRefresh,
    ) -> Self {
        let session = Arc::new(Session::new(&wire, key, refresh.clone()));
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
