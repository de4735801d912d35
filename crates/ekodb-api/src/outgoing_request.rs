//! A request that is ready to be sent.

use std::fmt;

use bytes::Bytes;
use url::Url;

use crate::Operation;

/// A request as it goes to a [`Transport`](crate::Transport): everything but credentials, and
/// headers that belong to the connection.
///
/// A clone shares the body. `Debug` prints neither body nor URL, which may hold data.
#[derive(Clone)]
pub struct Outgoing {
    pub(crate) operation: &'static Operation,
    pub(crate) url: Url,
    pub(crate) body: Option<Bytes>,
}

impl Outgoing {
    pub(crate) fn new(operation: &'static Operation, url: Url, body: Option<Bytes>) -> Self {
        Self {
            operation,
            url,
            body,
        }
    }

    /// The operation that it is a request of. Its method is the request's.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The whole URL.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The body, which is JSON, if there is one.
    pub fn body(&self) -> Option<&Bytes> {
        self.body.as_ref()
    }

    /// The same request with one more parameter in its query.
    pub fn with_query(mut self, name: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(name, value);
        self
    }

    /// The same request with another body.
    pub fn with_body(self, body: Bytes) -> Self {
        Self {
            body: Some(body),
            ..self
        }
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("operation", &self.operation.id)
            .field("body_bytes", &self.body.as_ref().map(Bytes::len))
            .finish_non_exhaustive()
    }
}
