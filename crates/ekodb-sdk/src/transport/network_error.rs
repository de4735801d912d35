//! What it means that there is no reply, or only a part of one.

use std::time::Duration;

use crate::error::{Error, ErrorKind};

/// The error of a request for which no connection could be made.
pub(super) fn no_connection(
    timed_out: bool,
    source: impl std::error::Error + Send + Sync + 'static,
) -> Error {
    let cause = innermost(&source);
    let text = if timed_out {
        "no connection to the server within the connect timeout; check base_url, the network and, for https, \
         that the server speaks TLS"
            .to_owned()
    } else {
        format!("no connection to the server ({cause}); {}", remedy(&cause))
    };
    Error::new(ErrorKind::Connect, text).with_source(source)
}

/// What to check when a connection cannot be made, by the words of the innermost error: the
/// libraries below have no types for all of these.
fn remedy(cause: &str) -> &'static str {
    let cause = cause.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|words| cause.contains(words));
    if is_about_certificates(&cause) {
        if says(&["not valid for", "hostname mismatch", "name mismatch"]) {
            "the certificate is of another host: check the host in base_url"
        } else if says(&["expired", "not valid yet", "notvalidyet"]) {
            "check the clock of this machine, or renew the certificate of the server"
        } else {
            "check base_url, or trust the issuer of the certificate with add_root_certificate"
        }
    } else if says(&[
        "invalidcontenttype",
        "corrupt message",
        "wrong version number",
        "packet length too long",
        "record layer",
        "unknown protocol",
        "tls handshake eof",
    ]) {
        "there is no TLS at this address: check the port of base_url, and whether it begins with http://"
    } else if says(&[
        "lookup",
        "name or service",
        "resolve",
        "dns",
        "no such host",
        "nodename",
    ]) {
        "the name of the host is not known: check the host in base_url, and the DNS of this machine"
    } else if says(&["refused"]) {
        "nobody listens there: check that the server runs, and the port of base_url"
    } else if says(&["tunnel", "proxy", "socks"]) {
        "check the URL of the proxy, and its user name and password"
    } else if says(&["unreachable", "no route"]) {
        "check the host in base_url and the network of this machine"
    } else if says(&["tls", "ssl", "handshake", "alert"]) {
        "check that the server speaks TLS with this client, and whether it wants a client_identity"
    } else {
        "check base_url, the network and, for https, that the server speaks TLS"
    }
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
    Error::invalid_argument("the request cannot be built")
}

/// The error of a connection that broke before there was a reply.
pub(super) fn no_reply(source: impl std::error::Error + Send + Sync + 'static) -> Error {
    // hyper has no types for what it cannot read.
    let cause = innermost(&source);
    let error = if cause.starts_with("message head is too large") {
        Error::invalid_reply(
            "the reply has more than 100 headers, or very long ones; check what the proxies before the \
             server add",
        )
    } else if cause.starts_with("invalid HTTP") || cause.starts_with("invalid header") {
        Error::invalid_reply(format!(
            "the reply is not HTTP ({cause}); check the port of base_url, and whether it begins with https://"
        ))
    } else {
        let text = format!(
            "the connection broke before there was a reply ({cause}); if it goes on, check the port of \
             base_url, and whether it begins with https://"
        );
        Error::new(ErrorKind::Connection, text)
    };
    error.with_source(source)
}

/// The error of a connection that broke before the reply was complete.
pub(super) fn broken(source: impl std::error::Error + Send + Sync + 'static) -> Error {
    let cause = innermost(&source);
    let text = format!("the connection broke before the reply was complete ({cause})");
    Error::new(ErrorKind::Connection, text).with_source(source)
}

/// The error of an attempt that took too long.
pub(super) fn attempt_timed_out(limit: Duration) -> Error {
    let text = format!("no complete reply within the attempt timeout of {limit:?}");
    Error::new(ErrorKind::Timeout, text)
}

/// The error of a call that took too long.
pub(super) fn call_timed_out(limit: Duration) -> Error {
    let text = format!("the call did not end within its timeout of {limit:?}");
    Error::new(ErrorKind::Timeout, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cause_says_what_to_check() {
        for (cause, check) in [
            ("Connection refused (os error 111)", "the server runs"),
            (
                "failed to lookup address information: Name or service not known",
                "DNS",
            ),
            ("No such host is known. (os error 11001)", "DNS"),
            (
                "Network is unreachable (os error 101)",
                "network of this machine",
            ),
            ("No route to host (os error 113)", "network of this machine"),
            (
                "invalid peer certificate: UnknownIssuer",
                "add_root_certificate",
            ),
            (
                "self-signed certificate in certificate chain",
                "add_root_certificate",
            ),
            ("invalid peer certificate: Expired", "clock"),
            (
                "certificate not valid for name \"eko.example\"",
                "the host in base_url",
            ),
            (
                "received corrupt message of type InvalidContentType",
                "http://",
            ),
            (
                "error:0A00010B:SSL routines::wrong version number",
                "http://",
            ),
            ("received fatal alert: HandshakeFailure", "client_identity"),
            (
                "tunnel error: proxy authorization required",
                "URL of the proxy",
            ),
            ("something else", "base_url"),
        ] {
            let error = no_connection(false, std::io::Error::other(cause));
            let text = error.to_string();
            assert!(text.contains(cause) && text.contains(check), "{text}");
        }
    }
}
