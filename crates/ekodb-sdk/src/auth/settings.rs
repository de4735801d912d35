//! What a user may set about token refresh.

use std::time::Duration;

use crate::error::{Error, ErrorKind};

/// How tokens are obtained and refreshed. The defaults suit every deployment; most applications never need
/// this.
///
/// ```
/// use std::time::Duration;
/// use ekodb_client::TokenRefresh;
///
/// let refresh = TokenRefresh::new()
///     .timeout(Duration::from_secs(20))
///     .attempt_timeout(Duration::from_secs(5));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRefresh {
    pub(crate) advisory: Option<Duration>,
    pub(crate) mandatory: Option<Duration>,
    pub(crate) timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) backoff_initial: Duration,
    pub(crate) backoff_cap: Duration,
    pub(crate) assumed_lifetime: Duration,
    /// How many attempts a refresh makes while there has never been a token: those of the client's
    /// [`Retry`](crate::Retry).
    pub(crate) cold_attempts: u32,
}

impl TokenRefresh {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long before its expiry a token is refreshed in the background, while calls go on with the old
    /// one.
    ///
    /// Default: 5 minutes for tokens that live up to 20 minutes, 15 minutes below 90 minutes, else 60
    /// minutes. Never more than half of the lifetime (a quarter for tokens of up to two minutes). Up to a
    /// fifth is added by jitter.
    #[must_use]
    pub fn advisory(mut self, window: Duration) -> Self {
        self.advisory = Some(window);
        self
    }

    /// How long before its expiry a call waits for the refresh instead of going on with the old token,
    /// unless the refresh fails.
    ///
    /// Default: 60 seconds. Never more than a tenth of the lifetime.
    #[must_use]
    pub fn mandatory(mut self, window: Duration) -> Self {
        self.mandatory = Some(window);
        self
    }

    /// How long one refresh may take with all its attempts. It is independent of the time-outs of calls.
    /// As long as there has been no token at all, a refresh also makes no more attempts than the client's
    /// [`Retry`](crate::Retry) allows a call. Default: 30 seconds.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long one attempt of a refresh may take, the API key provider included. Default: 10 seconds.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// The pause after a failed attempt: it starts at `initial`, doubles with each further failure and
    /// never exceeds `cap`. Jitter shortens it by up to half. Default: 1 second, 60 seconds.
    #[must_use]
    pub fn backoff(mut self, initial: Duration, cap: Duration) -> Self {
        self.backoff_initial = initial;
        self.backoff_cap = cap;
        self
    }

    /// How long a token is taken to live if it does not say so in a form that can be read. Default: 1 hour.
    #[must_use]
    pub fn assumed_lifetime(mut self, lifetime: Duration) -> Self {
        self.assumed_lifetime = lifetime;
        self
    }

    /// Refuses what cannot work.
    pub(crate) fn validate(&self) -> Result<(), Error> {
        let problem = if self.timeout.is_zero() {
            "token refresh: the timeout must be longer than zero"
        } else if self.attempt_timeout.is_zero() {
            "token refresh: the attempt timeout must be longer than zero"
        } else if self.backoff_initial.is_zero() {
            "token refresh: the initial backoff must be longer than zero"
        } else if self.backoff_cap < self.backoff_initial {
            "token refresh: the backoff cap must not be shorter than the initial backoff"
        } else if self.assumed_lifetime.is_zero() {
            "token refresh: the assumed lifetime must be longer than zero"
        } else {
            return Ok(());
        };
        Err(Error::new(ErrorKind::Configuration, problem))
    }
}

impl Default for TokenRefresh {
    fn default() -> Self {
        Self {
            advisory: None,
            mandatory: None,
            timeout: Duration::from_secs(30),
            attempt_timeout: Duration::from_secs(10),
            backoff_initial: Duration::from_secs(1),
            backoff_cap: Duration::from_secs(60),
            assumed_lifetime: Duration::from_secs(3_600),
            cold_attempts: 3,
        }
    }
}
