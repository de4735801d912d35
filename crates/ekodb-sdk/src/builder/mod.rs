//! Sets up a client, and refuses what cannot work before anything is sent.

mod environment;
mod http;
mod tls;

use std::{fmt, sync::Arc, time::Duration};

use self::{environment::Variables, http::HttpSettings};
use crate::{
    auth::{ApiKey, ApiKeyProvider, TokenRefresh},
    client::Client,
    error::Error,
    setting::refuse,
    transport::{BaseUrl, ConnectionPool, Engine, Limits, Retry, generated_error},
};

/// Sets up a [`Client`]. Made by [`Client::builder`].
///
/// Nothing is read from the environment, also no proxy, unless [`from_env`](Self::from_env) or
/// [`proxy`](Self::proxy) says so. [`build`](Self::build) checks every setting.
#[must_use = "a client is made by build()"]
pub struct ClientBuilder {
    base_url: Option<String>,
    key: Option<Key>,
    variables: Variables,
    allow_insecure_http: bool,
    limits: Limits,
    retry: Retry,
    refresh: TokenRefresh,
    http: HttpSettings,
}

impl Client {
    /// Begins to set up a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder {
            base_url: None,
            key: None,
            variables: Variables::default(),
            allow_insecure_http: false,
            limits: Limits {
                timeout: Duration::from_secs(60),
                attempt_timeout: Duration::from_secs(30),
                max_reply_bytes: 32 * 1024 * 1024,
            },
            retry: Retry::new(),
            refresh: TokenRefresh::new(),
            http: HttpSettings::new(),
        }
    }

    /// A client for the deployment in `EKODB_API_URL` with the key in `EKODB_API_KEY`. The same as
    /// `Client::builder().from_env().build()`; see [`ClientBuilder::from_env`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if one of them is not set or
    /// wrong.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().from_env().build()
    }

    /// A client with another API key for the same deployment. It shares settings and connections
    /// with this one, but not the token.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the key is blank or cannot
    /// be one.
    pub fn with_api_key(&self, key: impl Into<ApiKey>) -> Result<Self, Error> {
        let key = key.into().trimmed()?;
        Ok(self.with_provider(Arc::new(key)))
    }
}

enum Key {
    Fixed(ApiKey),
    Provided(Arc<dyn ApiKeyProvider>),
}

impl ClientBuilder {
    /// The URL of the deployment, such as `https://your-subdomain.production.aws.ekodb.io`.
    /// Required.
    ///
    /// White space and line ends around it are removed; quotation marks and invisible characters
    /// are refused. A path is kept as a prefix of every request's path. It must be https, except
    /// for `localhost` and loopback addresses; see
    /// [`allow_insecure_http`](Self::allow_insecure_http).
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// The API key, from the dashboard or from registering one. Required, unless there is an
    /// [`api_key_provider`](Self::api_key_provider); the later of the two counts.
    ///
    /// White space and line ends around it are removed, as files and secret stores add them;
    /// quotation marks around it, control characters and invisible characters are refused. The same
    /// holds for the environment and for a provider.
    pub fn api_key(mut self, key: impl Into<ApiKey>) -> Self {
        self.key = Some(Key::Fixed(key.into()));
        self
    }

    /// Asks `provider` for the API key each time a token is requested, so that keys can be rotated
    /// without a restart.
    pub fn api_key_provider(mut self, provider: impl ApiKeyProvider) -> Self {
        self.key = Some(Key::Provided(Arc::new(provider)));
        self
    }

    /// Takes [`base_url`](Self::base_url) from `EKODB_API_URL` and [`api_key`](Self::api_key) from
    /// `EKODB_API_KEY`, as far as they are set. `EKODB_BASE_URL`, which the official clients read,
    /// is understood too; the two must not name different deployments.
    ///
    /// [`build`](Self::build) refuses a variable that is set but empty, or that holds what the
    /// setting itself may not hold; the error names the variable.
    #[expect(clippy::disallowed_methods, reason = "it was asked for")]
    pub fn from_env(mut self) -> Self {
        self.variables = Variables::read(|name| std::env::var_os(name));
        if let Some(url) = self.variables.url.take() {
            self.base_url = Some(url);
        }
        if let Some(key) = self.variables.key.take() {
            self.key = Some(Key::Fixed(key));
        }
        self
    }

    /// How long making a connection may take: DNS, TCP and TLS. Default: 10 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.http.connect_timeout = timeout;
        self
    }

    /// How long one attempt may take, from connecting to the last byte of the reply. Default: 30
    /// seconds.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.limits.attempt_timeout = timeout;
        self
    }

    /// How long a call may take: waiting for a token, all attempts, and the pauses between them. A
    /// single call can have another, see [`Request::timeout`](crate::Request::timeout). Default: 60
    /// seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.limits.timeout = timeout;
        self
    }

    /// The former name of [`timeout`](Self::timeout).
    #[deprecated = "use `timeout`, which is its name on a call too"]
    pub fn deadline(self, timeout: Duration) -> Self {
        self.timeout(timeout)
    }

    /// How failed attempts are retried.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// How tokens are refreshed.
    pub fn token_refresh(mut self, refresh: TokenRefresh) -> Self {
        self.refresh = refresh;
        self
    }

    /// How long a connection that is not used is kept for further calls. It should be below the
    /// time after which the server, or a balancer before it, closes one: a call that is sent just
    /// then fails, and one that writes may have been applied. Zero keeps none. Default: 50 seconds.
    pub fn pool_idle_timeout(mut self, timeout: Duration) -> Self {
        self.http.pool_idle_timeout = timeout;
        self
    }

    /// The largest reply that is read, in bytes, counted both as it is sent and as it unpacks. As
    /// untyped records, which take more memory than their JSON, the records of one page may take
    /// eight times that; those of more are refused in the same way. Default: 32 MiB.
    pub fn max_reply_bytes(mut self, bytes: usize) -> Self {
        self.limits.max_reply_bytes = bytes;
        self
    }

    /// What stands in `User-Agent` before `ekodb-sdk/VERSION`, such as `my-app/1.2`. Default:
    /// nothing.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.http.user_agent = Some(product.into());
        self
    }

    /// The proxy for all requests, such as `http://proxy.example:3128`. It may hold a user name and
    /// a password. Default: none.
    ///
    /// The proxy variables of the environment (`HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`) are not
    /// read, also not by [`from_env`](Self::from_env): pass their value here if it is meant. Nor is
    /// `NO_PROXY`: with a proxy every request goes through it, to this machine too, so leave it out
    /// for a server that is to be reached directly. With a proxy, plain http needs
    /// [`allow_insecure_http`](Self::allow_insecure_http) even for this machine, since the proxy
    /// reads the API key.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.http.proxy = Some(url.into());
        self
    }

    /// Trusts the certificates in `pem` too, besides those that the system trusts. May be called
    /// more than once.
    pub fn add_root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http.tls.root_certificates.push(pem.into());
        self
    }

    /// The certificate that the client shows to the server, and its private key, both in `pem`.
    /// With the feature `tls-native` the key is in PKCS #8 form.
    pub fn client_identity(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http.tls.identity = Some(zeroize::Zeroizing::new(pem.into()));
        self
    }

    /// Allows plain http to other hosts than this machine, and through a proxy. The API key then
    /// travels in the clear. Default: `false`.
    pub fn allow_insecure_http(mut self, allow: bool) -> Self {
        self.allow_insecure_http = allow;
        self
    }

    /// Makes the client. It needs no runtime and sends nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) for a setting that is missing
    /// or wrong. The text says which, why, and what to write.
    pub fn build(self) -> Result<Client, Error> {
        let Self {
            base_url,
            key,
            mut variables,
            allow_insecure_http,
            limits,
            retry,
            mut refresh,
            http,
        } = self;
        refresh.cold_attempts = retry.attempts;
        variables.check()?;
        let base_url = base_url.ok_or_else(|| variables.missing_url())?;
        let base_url = BaseUrl::parse(&base_url, allow_insecure_http)?;
        if http.proxy.is_some() && !allow_insecure_http && !base_url.is_https() {
            return Err(refuse(
                "base_url uses plain http and proxy is set, which would show the API key to the proxy",
                "write https://, remove the proxy, or set allow_insecure_http(true) if it is trusted",
            ));
        }
        if base_url.is_https() && !tls::IS_COMPILED_IN {
            return Err(refuse(
                "base_url is https, and this build is without TLS",
                tls::TURN_ON,
            ));
        }
        let key: Arc<dyn ApiKeyProvider> = match key.ok_or_else(|| variables.missing_key())? {
            Key::Fixed(key) => Arc::new(key.trimmed()?),
            Key::Provided(provider) => provider,
        };
        limits.validate()?;
        retry.validate()?;
        refresh.validate()?;
        let base = ekodb_api::Base::parse(base_url.as_str()).map_err(generated_error)?;
        let api = ekodb_api::Client::without_transport(base);
        let client = http.client()?;
        let make = Box::new(move || http.client().ok());
        let engine = Engine::new(client, make, base_url.authority());
        let pool = ConnectionPool::new(engine, base_url, api, limits, retry);
        Ok(Client::new(Arc::new(pool), key, refresh))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("limits", &self.limits)
            .field("retry", &self.retry)
            .field("token_refresh", &self.refresh)
            .finish_non_exhaustive()
    }
}
