//! Whether a token that has just arrived is any good.

use ekodb_api::SecretString;
use http::HeaderValue;

use super::{
    claims::Claims,
    clock::Moment,
    failure::Fault,
    lifetime::lifetime,
    refresh_schedule::RefreshSchedule,
    settings::TokenRefresh,
    skew::{Exchange, Skew},
    token,
};
use crate::error::{Error, ErrorKind};

/// A token fit for use, as far as it shows by itself.
#[derive(Debug)]
pub(crate) struct ValidatedToken {
    pub(crate) header: HeaderValue,
    pub(crate) schedule: RefreshSchedule,
    /// What it says about its life.
    pub(super) claims: Claims,
    /// When it came.
    pub(super) received: Moment,
}

impl ValidatedToken {
    /// Judges a token by what it says and when it came. Whether it is still valid by then is for
    /// [`KnownTokens`](super::known_tokens::KnownTokens).
    pub(crate) fn new(
        token: &SecretString,
        exchange: &Exchange,
        skew: Option<Skew>,
        settings: &TokenRefresh,
        jitter: f64,
    ) -> Result<Self, Fault> {
        let header = token::header(token).map_err(|problem| {
            Fault::terminal(failure(
                ErrorKind::InvalidReply,
                &format!("the token in the server's reply {problem}"),
            ))
        })?;
        let claims = Claims::of(token.expose());
        let Some(lifetime) = lifetime(claims, exchange, skew, settings.assumed_lifetime) else {
            return Err(Fault::terminal(expired()));
        };
        let schedule = RefreshSchedule::new(exchange.sent, lifetime, settings, jitter);
        Ok(Self {
            header,
            schedule,
            claims,
            received: exchange.received,
        })
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
