//! A reply, and the value in it.

use std::{fmt, ops::Deref};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::{Error, Operation, types::ErrorReply};

/// A reply as it comes from a [`Transport`](crate::Transport): the whole body, unpacked.
///
/// `Debug` prints neither headers nor body, which may hold data.
#[derive(Clone)]
pub struct Reply {
    /// The status that the server sent.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Reply {
    /// Decodes the body as `operation` documents it.
    ///
    /// # Errors
    ///
    /// [`Error::Status`] for a status other than 2xx, [`Error::InvalidReply`] for a body that is
    /// not a `T`.
    pub fn decode<T: DeserializeOwned>(
        self,
        operation: &'static Operation,
    ) -> Result<ResponseValue<T>, Error> {
        if !self.status.is_success() {
            let reply = serde_json::from_slice(&self.body).ok();
            return Err(Error::Status(Box::new(ResponseValue {
                value: reply,
                status: self.status,
                headers: self.headers,
            })));
        }
        // An operation without a reply gives `()`, which JSON writes as null.
        let body: &[u8] = if operation.has_reply {
            &self.body
        } else {
            b"null"
        };
        match serde_json::from_slice(body) {
            Ok(value) => Ok(ResponseValue {
                value,
                status: self.status,
                headers: self.headers,
            }),
            Err(source) => Err(Error::InvalidReply {
                status: self.status,
                source,
            }),
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The value of a reply, with its status and headers.
#[derive(Clone)]
pub struct ResponseValue<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
}

impl<T> ResponseValue<T> {
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
        let said = (**self)
            .as_ref()
            .and_then(|reply| reply.message.as_deref().or(reply.error.as_deref()));
        match said {
            Some(said) => write!(f, "HTTP {}: {said}", self.status.as_u16()),
            None => write!(f, "HTTP {}", self.status.as_u16()),
        }
    }
}
