//! Whether a token that has just arrived is any good.

use ekodb_api::SecretString;
use http::HeaderValue;

use super::{
    claims::Claims,
    failure::Fault,
    lifetime::lifetime,
    settings::TokenRefresh,
    skew::{Exchange, Skew},
    token,
    window::Validity,
};
use crate::error::{Error, ErrorKind};

/// A token fit for use, as far as it shows by itself.
#[derive(Debug)]
pub(crate) struct ValidatedToken {
    pub(crate) header: HeaderValue,
    pub(crate) validity: Validity,
    /// Whether it says when it expires.
    dated: bool,
}

impl ValidatedToken {
    /// Judges a token by what it says and when it came.
    pub(crate) fn new(
        token: &SecretString,
        exchange: &Exchange,
        skew: Option<Skew>,
        settings: &TokenRefresh,
        jitter: f64,
    ) -> Result<Self, Fault> {
        let Some(header) = token::header(token) else {
            return Err(Fault::terminal(failure(
                ErrorKind::InvalidReply,
                "the server's reply holds no usable token",
            )));
        };
        let claims = Claims::of(token.expose());
        let Some(lifetime) = lifetime(claims, exchange, skew, settings.assumed_lifetime) else {
            return Err(Fault::terminal(expired()));
        };
        let validity = Validity::new(exchange.sent, lifetime, settings, jitter);
        if validity.expiry.reached(exchange.received) {
            // It was good when it left: the reply was slow, or the machine slept.
            return Err(Fault::transient(expired()));
        }
        Ok(Self {
            header,
            validity,
            dated: claims.exp.is_some(),
        })
    }

    /// Whether it is a step forward from the token the server rejected last and the one in use, if that is
    /// still valid. An undated token that is still handed out is still good, so it counts as new.
    pub(crate) fn compare(
        &self,
        rejected: Option<&HeaderValue>,
        current: Option<&HeaderValue>,
    ) -> Result<(), Fault> {
        if rejected == Some(&self.header) {
            return Err(Fault::terminal(failure(
                ErrorKind::Unauthenticated,
                "the server rejected its token and then issued the same one again; check the server's clock and signing key",
            )));
        }
        if self.dated && current == Some(&self.header) {
            return Err(Fault::transient(failure(
                ErrorKind::InvalidReply,
                "the server issued the token again that is about to expire",
            )));
        }
        Ok(())
    }
}

pub(crate) fn expired() -> Error {
    failure(
        ErrorKind::InvalidReply,
        "the server issued a token that had already expired; check the server's clock and its token lifetime",
    )
}

/// An error of the token request itself.
pub(crate) fn failure(kind: ErrorKind, text: &str) -> Error {
    Error::new(kind, text)
        .with_operation("create_token")
        .with_no_side_effects(true)
}
