//! Errors as the server words them: `{"error"}` from handlers, `{"code","message"}` from the layers before.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::json;

use super::Unwritable;
use crate::query::QueryError;
use crate::records::DraftError;
use crate::schema::{SchemaError, Violation};
use crate::store::StoreError;

/// A request that failed. `Display` is not for it: it is only ever sent.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    message: String,
    retry_after: Option<u64>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            retry_after: None,
        }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Invalid or expired token")
    }

    pub(crate) fn unauthorized_because(message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    pub(crate) fn unknown_key() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Invalid API key")
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    pub(crate) fn unknown_collection(name: &str) -> Self {
        Self::not_found(format!("Collection '{name}' not found"))
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    /// Also what a path without a route is answered with.
    pub(crate) fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
    }

    pub(crate) fn too_many_requests(retry_after: u64) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "Rate limit exceeded")
            .with_retry_after(Some(retry_after))
    }

    /// After how many seconds to try again.
    pub(crate) fn with_retry_after(mut self, seconds: Option<u64>) -> Self {
        self.retry_after = seconds;
        self
    }

    pub(crate) fn is_conflict(&self) -> bool {
        self.status == StatusCode::CONFLICT
    }

    /// What went wrong, for an item of a batch.
    pub(crate) fn into_message(self) -> String {
        self.message
    }

    fn body(&self) -> serde_json::Value {
        match self.status {
            StatusCode::UNAUTHORIZED
            | StatusCode::METHOD_NOT_ALLOWED
            | StatusCode::TOO_MANY_REQUESTS => {
                json!({ "code": self.status.as_u16(), "message": self.message })
            }
            _ => json!({ "error": self.message }),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(self.body())).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a request failed in the store");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The store failed; the emulator's log has the reason",
        )
    }
}

impl From<Unwritable> for ApiError {
    fn from(error: Unwritable) -> Self {
        tracing::error!(%error, "a reply could not be written");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The reply could not be written",
        )
    }
}

macro_rules! bad_request_from {
    ($($error:ty),+) => {$(
        impl From<$error> for ApiError {
            fn from(error: $error) -> Self {
                Self::bad_request(error.to_string())
            }
        }
    )+};
}

bad_request_from!(DraftError, QueryError, SchemaError, Violation);
