//! The one seam through which every request of the generated client leaves.

use std::pin::Pin;

use crate::{Outgoing, Reply};

/// What [`Transport::send`] returns.
pub type TransportFuture<'a> = Pin<Box<dyn Future<Output = TransportResult> + Send + 'a>>;

/// A reply, or the transport's own error.
pub type TransportResult = Result<Reply, Box<dyn std::error::Error + Send + Sync>>;

/// Sends the requests of a [`Client`](crate::Client): the place for authentication, retries, bounds
/// and traces.
///
/// A request has neither credentials nor headers: the transport adds `Accept: application/json`,
/// and `Content-Type: application/json` where there is a body. A reply of any status is a reply;
/// an error is returned where there is none, or where the transport has an error type of its own.
pub trait Transport: Send + Sync {
    /// Sends one request and returns its reply.
    fn send(&self, outgoing: Outgoing) -> TransportFuture<'_>;
}
