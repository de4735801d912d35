//! What a user may set about token refresh.

use std::time::Duration;

use crate::{
    error::Error,
    exponential_backoff::ExponentialBackoff,
    setting::{LONGER, refuse},
};

/// How tokens are obtained and refreshed. The defaults suit every deployment; most applications
/// never need this.
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
    pub(crate) backoff: ExponentialBackoff,
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

    /// How long before its expiry a token is refreshed in the background, while calls go on with
    /// the old one.
    ///
    /// Default: 5 minutes for tokens that live up to 20 minutes, 15 minutes below 90 minutes, else
    /// 60 minutes. Never more than half of the lifetime (a quarter for tokens of up to two
    /// minutes). Up to a fifth is added by jitter.
    #[must_use]
    pub fn advisory(mut self, window: Duration) -> Self {
        self.advisory = Some(window);
        self
    }

    /// How long before its expiry a call waits for the refresh instead of going on with the old
    /// token, unless the refresh fails.
    ///
    /// Default: 60 seconds. Never more than a tenth of the lifetime.
    #[must_use]
    pub fn mandatory(mut self, window: Duration) -> Self {
        self.mandatory = Some(window);
        self
    }

    /// How long one refresh may take with all its attempts. It is independent of the time-outs of
    /// calls. As long as there has been no token at all, a refresh also makes no more attempts than
    /// the client's [`Retry`](crate::Retry) allows a call. Default: 30 seconds.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The former name of [`timeout`](Self::timeout).
    #[deprecated = "use `timeout`, which is its name on a call too"]
    #[must_use]
    pub fn deadline(self, timeout: Duration) -> Self {
        self.timeout(timeout)
    }

    /// How long one attempt of a refresh may take, the API key provider included. Default: 10
    /// seconds.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// The pause after a failed attempt: it starts at `initial`, doubles with each further failure
    /// and never exceeds `cap`. Jitter shortens it by up to half. Default: 1 second, 60 seconds.
    #[must_use]
    pub fn backoff(mut self, initial: Duration, cap: Duration) -> Self {
        self.backoff = ExponentialBackoff { initial, cap };
        self
    }

    /// How long a token is taken to live if it does not say so in a form that can be read. Default:
    /// 1 hour.
    #[must_use]
    pub fn assumed_lifetime(mut self, lifetime: Duration) -> Self {
        self.assumed_lifetime = lifetime;
        self
    }

    /// Refuses what cannot work.
    pub(crate) fn validate(&self) -> Result<(), Error> {
        for (name, span) in [
            ("timeout", self.timeout),
            ("attempt timeout", self.attempt_timeout),
            ("assumed lifetime", self.assumed_lifetime),
        ] {
            if span.is_zero() {
                return Err(refuse(
                    &format!("token refresh: the {name} is zero"),
                    LONGER,
                ));
            }
        }
        self.backoff.validate("token refresh")
    }
}

impl Default for TokenRefresh {
    fn default() -> Self {
        Self {
            advisory: None,
            mandatory: None,
            timeout: Duration::from_secs(30),
            attempt_timeout: Duration::from_secs(10),
            backoff: ExponentialBackoff {
                initial: Duration::from_secs(1),
                cap: Duration::from_secs(60),
            },
            assumed_lifetime: Duration::from_secs(3_600),
            cold_attempts: 3,
        }
    }
}
