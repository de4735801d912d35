//! What it means that there is no reply, or only a part of one.

use std::time::Duration;

use crate::error::{Error, ErrorKind};

/// The error of a request that got no reply.
pub(super) fn error(error: reqwest::Error) -> Error {
    // Of the sources, this one alone holds the URL.
    let source = error.without_url();
    if source.is_connect() {
        let text = if source.is_timeout() {
            "no connection to the server within the connect timeout; check base_url and the network"
        } else {
            "no connection to the server; check base_url, the network and, for https, the server's certificate"
        };
        return Error::new(ErrorKind::Connect, text).with_source(source);
    }
    if source.is_builder() {
        return Error::new(ErrorKind::InvalidArgument, "the request cannot be built")
            .with_source(source);
    }
    broken(source)
}

/// The error of a connection that broke on the way.
pub(super) fn broken(source: reqwest::Error) -> Error {
    Error::new(
        ErrorKind::Connection,
        "the connection broke before the reply was complete",
    )
    .with_source(source.without_url())
}

/// The error of an attempt that took too long.
pub(super) fn attempt_timed_out(limit: Duration) -> Error {
    Error::new(
        ErrorKind::Timeout,
        format!("no complete reply within the attempt timeout of {limit:?}"),
    )
}

/// The error of a call that took too long.
pub(crate) fn call_timed_out(limit: Duration) -> Error {
    Error::new(
        ErrorKind::Timeout,
        format!("the call did not end within its deadline of {limit:?}"),
    )
}
