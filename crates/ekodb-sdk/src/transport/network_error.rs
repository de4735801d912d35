//! What it means that there is no reply, or only a part of one.

use std::time::Duration;

use crate::error::{Error, ErrorKind};

/// The error of a request for which no connection could be made.
pub(super) fn no_connection<E>(timed_out: bool, source: E) -> Error
where
    E: std::error::Error + Send + Sync + 'static,
{
    let cause = innermost(&source);
    let text = if timed_out {
        "no connection to the server within the connect timeout; check base_url and the network"
            .to_owned()
    } else if is_about_certificates(&cause) {
        format!(
            "no connection to the server, whose certificate was refused ({cause}); check base_url, or \
             add its issuer with add_root_certificate"
        )
    } else {
        format!(
            "no connection to the server ({cause}); check base_url, the network and, for https, that \
             the server speaks TLS"
        )
    };
    Error::new(ErrorKind::Connect, text).with_source(source)
}

/// Whether a connection failed because the server's certificate was refused.
pub(super) fn is_certificate_failure(error: &Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| is_about_certificates(&innermost(source)))
}

/// What the last error of a chain says.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

/// The TLS libraries have error types of their own, but all say the word.
fn is_about_certificates(words: &str) -> bool {
    words.to_ascii_lowercase().contains("certificate")
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
        format!("the call did not end within its timeout of {limit:?}"),
    )
}
