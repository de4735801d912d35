//! A reply, and how its body is decoded.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::{Error, Operation, ResponseValue};

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
            let reply = ResponseValue::new(reply, self.status, self.headers);
            return Err(Error::Status(Box::new(reply)));
        }
        // An operation without a reply gives `()`, which JSON writes as null.
        let body: &[u8] = if operation.has_reply {
            &self.body
        } else {
            b"null"
        };
        match serde_json::from_slice(body) {
            Ok(value) => Ok(ResponseValue::new(value, self.status, self.headers)),
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
