//! The two formats of bodies: what a request is written in, and what its reply is to be.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, VARY};
use http::request::Parts;
use http::{HeaderName, StatusCode};
use serde::Serialize;

use super::{ApiError, List, Unwritable, msgpack};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
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
        let written = match self.0 {
            Format::Json => serde_json::to_vec(body).map_err(Unwritable::from),
            Format::MessagePack => msgpack::encode(body).map_err(Unwritable::from),
        };
        Ok(self.reply_written(status, written?))
    }

    /// A list in the format of the reply, to be written item by item.
    pub(crate) fn list(self) -> List {
        List::new(self.0)
    }

    /// A reply whose body is written already, or is being written.
    pub(crate) fn reply_written(self, status: StatusCode, body: impl Into<Body>) -> Response {
        let kind = match self.0 {
            Format::Json => JSON,
            Format::MessagePack => MESSAGE_PACK,
        };
        let vary = HeaderValue::from_static("accept");
        (status, [(CONTENT_TYPE, kind), (VARY, vary)], body.into()).into_response()
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
