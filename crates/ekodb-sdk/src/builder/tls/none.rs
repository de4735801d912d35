//! A build without TLS, for plain http to this machine or through a sidecar.

use super::{TlsSettings, refuse};
use crate::error::Error;

/// Refuses certificates, which nothing here could use.
pub(in super::super) fn configure(
    client: reqwest::ClientBuilder,
    settings: &TlsSettings,
) -> Result<reqwest::ClientBuilder, Error> {
    if settings.root_certificates.is_empty() && settings.identity.is_none() {
        return Ok(client);
    }
    Err(refuse(
        "add_root_certificate and client_identity need TLS, which this build is without",
        super::TURN_ON,
    ))
}
