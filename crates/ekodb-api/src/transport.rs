//! The one seam through which every request of the generated client leaves.

use std::{fmt, pin::Pin, sync::Arc};

use crate::Operation;

/// What [`Transport::send`] returns.
pub type TransportFuture<'a> =
    Pin<Box<dyn Future<Output = reqwest::Result<reqwest::Response>> + Send + 'a>>;

/// Sends the requests of a [`Client`](crate::Client): the place for authentication, retries, bounds and traces.
///
/// The generated code can only be handed a `reqwest::Error` made by reqwest itself. A transport that fails for
/// a reason of its own answers with a synthetic `http::Response` instead, whose body is the API's error
/// schema, and keeps the typed error where its owner finds it.
pub trait Transport: Send + Sync {
    /// Sends one request of one operation and returns its reply.
    fn send<'a>(
        &'a self,
        http: &'a reqwest::Client,
        request: reqwest::Request,
        operation: &'static Operation,
    ) -> TransportFuture<'a>;
}

/// The transport of a [`Client`](crate::Client), shared by its clones. The default sends every request as it is,
/// without credentials.
#[derive(Clone, Default)]
pub struct SharedTransport(Option<Arc<dyn Transport>>);

impl SharedTransport {
    /// Sends requests through `transport`.
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self(Some(transport))
    }

    /// The transport, or `None` where requests are sent as they are.
    pub(crate) fn get(&self) -> Option<&dyn Transport> {
        self.0.as_deref()
    }
}

impl fmt::Debug for SharedTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            None => "SharedTransport(plain)",
            Some(_) => "SharedTransport(custom)",
        })
    }
}
