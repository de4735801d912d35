//! The two formats of bodies: what a request is written in, and what its reply is to be.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, VARY};
use http::request::Parts;
use http::{HeaderName, StatusCode};
use serde::Serialize;

use super::{ApiError, msgpack};

const MESSAGE_PACK: HeaderValue = HeaderValue::from_static("application/msgpack");

/// A format of bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    MessagePack,
}

/// The format of a reply: what `Accept` names first. Errors are JSON all the same.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Accepted(Format);

impl Format {
    /// What `Content-Type` says. Anything but MessagePack is taken for JSON: the header is often missing or
    /// a tool's default.
    pub(super) fn of_body(headers: &HeaderMap) -> Self {
        first_named(headers, &CONTENT_TYPE)
    }
}

impl Accepted {
    /// A reply with status 200.
    pub(crate) fn reply(self, body: &impl Serialize) -> Result<Response, ApiError> {
        self.reply_with(StatusCode::OK, body)
    }

    pub(crate) fn reply_with(
        self,
        status: StatusCode,
        body: &impl Serialize,
    ) -> Result<Response, ApiError> {
        let mut response = match self.0 {
            Format::Json => (status, axum::Json(body)).into_response(),
            Format::MessagePack => {
                let packed = msgpack::encode(body).map_err(|error| {
                    tracing::error!(%error, "a reply could not be written");
                    ApiError::new(
                        StatusCode::INTERNAL_SERVER_ERROR,
                        "The reply could not be written",
                    )
                })?;
                (status, [(CONTENT_TYPE, MESSAGE_PACK)], packed).into_response()
            }
        };
        let accept = HeaderValue::from_static("accept");
        response.headers_mut().append(VARY, accept);
        Ok(response)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Accepted {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(first_named(&parts.headers, &ACCEPT)))
    }
}

/// The first media type of a header that is one of the two; JSON if none is.
fn first_named(headers: &HeaderMap, header: &HeaderName) -> Format {
    headers
        .get_all(header)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .find_map(named)
        .unwrap_or(Format::Json)
}

fn named(range: &str) -> Option<Format> {
    let essence = range.split(';').next().unwrap_or_default().trim();
    match essence.to_ascii_lowercase().as_str() {
        "application/json" => Some(Format::Json),
        "application/msgpack" | "application/x-msgpack" | "application/vnd.msgpack" => {
            Some(Format::MessagePack)
        }
        _ => None,
    }
}
