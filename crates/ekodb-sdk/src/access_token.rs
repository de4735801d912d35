//! A token in the hands of the application.

use std::{fmt, time::SystemTime};

use ekodb_api::SecretString;

use crate::{
    auth::{Bearer, TokenState},
    client::Client,
    request::Request,
};

/// A token as obtained from the server. Made by [`Client::token`](crate::Client::token).
///
/// It is wiped from memory when dropped, and its `Debug` prints no part of it. The client refreshes
/// its own token; this one stays as it is, and is dead after [`expires_at`](Self::expires_at).
#[derive(Clone)]
pub struct AccessToken {
    token: SecretString,
    expires_at: Option<SystemTime>,
}

impl Client {
    /// A valid token, for requests that this crate does not make: `POST /api/auth/token`, if there
    /// is none cached.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unauthenticated`](crate::ErrorKind::Unauthenticated) if the server rejects the
    /// API key, and the transport's kinds.
    #[doc(alias = "get_token")]
    pub fn token(&self) -> Request<AccessToken> {
        Request::new(self, |call| async move {
            let tokens = call.client().tokens();
            let bearer = call.in_time(tokens.bearer()).await?;
            Ok(AccessToken::new(&bearer, &tokens.state()))
        })
    }
}

impl AccessToken {
    fn new(bearer: &Bearer, state: &TokenState) -> Self {
        // The state is of another token if a refresh came in between.
        let same = state.generation == bearer.generation;
        Self {
            token: bearer.token(),
            expires_at: state.valid_until.filter(|_| same),
        }
    }

    /// The token itself, without `Bearer`. Do not log it, do not put it in an error or a URL.
    pub fn expose(&self) -> &str {
        self.token.expose()
    }

    /// Until when it is valid, by the local wall clock; `None` if that is not known.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
