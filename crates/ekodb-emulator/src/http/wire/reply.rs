//! Replies in the format that the client accepts.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::{FromRequestParts, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue, VARY};
use http::request::Parts;
use serde::Serialize;

use super::format::Format;
use super::list::{List, Unwritable};
use super::msgpack;
use crate::http::error::{ApiError, ErrorBody};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const MESSAGE_PACK: HeaderValue = HeaderValue::from_static("application/msgpack");

/// The format of a reply: what `Accept` names first. Errors are JSON, but for
/// [`Accepted::errors_too`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Accepted(Format);

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

impl Accepted {
    /// Middleware that writes errors in the format of the reply.
    pub(crate) async fn errors_too(
        self,
        request: Request,
        next: Next,
    ) -> Result<Response, ApiError> {
        let response = next.run(request).await;
        let Some(ErrorBody(body)) = response.extensions().get().cloned() else {
            return Ok(response);
        };
        let written = self.reply_with(response.status(), &body)?;
        let (mut head, _) = response.into_parts();
        let (kind, body) = written.into_parts();
        head.headers.extend(kind.headers);
        Ok(Response::from_parts(head, body))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Accepted {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(Format::of_reply(&parts.headers)))
    }
}
