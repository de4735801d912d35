//! TLS: which implementation, whom the client trusts, and how it identifies itself.
//!
//! Features are additive, so several implementations may be compiled in. One that is not a default
//! was asked for by somebody: `tls-native` is used before `tls-aws-lc`, and that before `tls-ring`.

#[cfg(feature = "tls-native")]
mod native;
#[cfg(not(any(feature = "__rustls", feature = "tls-native")))]
mod none;
#[cfg(feature = "__rustls")]
mod rustls;
#[cfg(test)]
#[cfg(all(feature = "__rustls", feature = "tls-native"))]
mod tests;

#[cfg(feature = "tls-native")]
pub(super) use native::configure;
#[cfg(not(any(feature = "__rustls", feature = "tls-native")))]
pub(super) use none::configure;
#[cfg(all(feature = "__rustls", not(feature = "tls-native")))]
pub(super) use rustls::configure;

use zeroize::Zeroizing;

use crate::{error::Error, setting::refuse};

/// Whether this build can speak https.
pub(super) const IS_COMPILED_IN: bool = cfg!(any(feature = "__rustls", feature = "tls-native"));

/// The remedy for a build without TLS.
pub(super) const TURN_ON: &str = "turn on the feature tls-ring, tls-aws-lc or tls-native";

/// The certificates of a client.
#[derive(Default)]
pub(super) struct TlsSettings {
    /// PEM bundles that are trusted besides the certificates of the system.
    pub(super) root_certificates: Vec<Vec<u8>>,
    /// A certificate chain and its private key, in PEM.
    pub(super) identity: Option<Zeroizing<Vec<u8>>>,
}

impl TlsSettings {
    /// The error of settings that could be read but not used.
    pub(super) fn unusable(&self, source: impl std::error::Error + Send + Sync + 'static) -> Error {
        let problem = match (self.root_certificates.is_empty(), &self.identity) {
            (false, None) => "add_root_certificate holds a certificate that cannot be used",
            (_, Some(_)) => "client_identity or add_root_certificate cannot be used",
            (true, None) => "the TLS of this system cannot be set up",
        };
        refuse(problem, "see the source of this error").with_source(source)
    }
}

#[cfg(any(feature = "__rustls", feature = "tls-native"))]
fn no_root_certificate() -> Error {
    refuse(
        "add_root_certificate was given no certificate in PEM form",
        "give the content of a file that begins with -----BEGIN CERTIFICATE-----",
    )
}

/// The parser's error is not shown, because what it was given is a secret.
#[cfg(any(feature = "__rustls", feature = "tls-native"))]
fn no_identity() -> Error {
    refuse(
        "client_identity lacks a certificate or its private key in PEM form",
        "give the content of both files, one after the other",
    )
}
