//! What it means that there is no reply, or only a part of one.

use std::time::Duration;

use crate::error::{Error, ErrorKind};

/// The error of a request for which no connection could be made.
pub(super) fn no_connection<E>(timed_out: bool, source: E) -> Error
where
    E: std::error::Error + Send + Sync + 'static,
{
    let text = if timed_out {
        "no connection to the server within the connect timeout; check base_url and the network"
    } else {
        "no connection to the server; check base_url, the network and, for https, the server's certificate"
    };
    Error::new(ErrorKind::Connect, text).with_source(source)
}

/// The error of a request that cannot be built.
pub(super) fn unbuildable() -> Error {
    Error::new(ErrorKind::InvalidArgument, "the request cannot be built")
}

/// The error of a connection that broke before the reply was complete.
pub(super) fn broken<E>(source: E) -> Error
where
    E: std::error::Error + Send + Sync + 'static,
{
    Error::new(
        ErrorKind::Connection,
        "the connection broke before the reply was complete",
    )
    .with_source(source)
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
