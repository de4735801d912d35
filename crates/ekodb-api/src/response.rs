//! The value of a reply, beside its status and headers.

use std::{fmt, ops::Deref};

use http::{HeaderMap, StatusCode};

use crate::types::ErrorReply;

/// The value of a reply, with its status and headers.
#[derive(Clone)]
pub struct ResponseValue<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
}

impl<T> ResponseValue<T> {
    pub(crate) fn new(value: T, status: StatusCode, headers: HeaderMap) -> Self {
        Self {
            value,
            status,
            headers,
        }
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The status that the server sent.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

impl<T> Deref for ResponseValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Prints the value and the status. A header may hold a secret.
impl<T: fmt::Debug> fmt::Debug for ResponseValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseValue")
            .field("status", &self.status)
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ResponseValue<Option<ErrorReply>> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // By name, so that a document whose error reply lacks a member still compiles.
        let members = serde_json::to_value(&**self).unwrap_or_default();
        let text = |name| members.get(name).and_then(serde_json::Value::as_str);
        match text("message").or_else(|| text("error")) {
            Some(text) => write!(f, "HTTP {}: {text}", self.status.as_u16()),
            None => write!(f, "HTTP {}", self.status.as_u16()),
        }
    }
}
