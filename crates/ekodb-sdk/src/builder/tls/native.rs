//! The TLS of the operating system: OpenSSL on Linux, Secure Transport on Apple's systems, SChannel
//! on Windows.

use reqwest::{Certificate, Identity};
use zeroize::Zeroizing;

use super::{TlsSettings, no_identity, no_root_certificate, refuse};
use crate::error::Error;

/// Gives `client` the certificates, and the TLS of the operating system to use them.
pub(in super::super) fn configure(
    client: reqwest::ClientBuilder,
    settings: &TlsSettings,
) -> Result<reqwest::ClientBuilder, Error> {
    let mut client = client.tls_backend_native();
    let mut roots = Vec::new();
    for pem in &settings.root_certificates {
        let pem = Pem::split(pem).ok_or_else(no_root_certificate)?;
        if pem.certificates.is_empty() {
            return Err(no_root_certificate());
        }
        let bundle = Certificate::from_pem_bundle(pem.certificates.as_bytes());
        roots.extend(bundle.map_err(|error| settings.unusable(error))?);
    }
    if !roots.is_empty() {
        client = client.tls_certs_merge(roots);
    }
    if let Some(pem) = &settings.identity {
        client = client.identity(identity(pem)?);
    }
    Ok(client)
}

fn identity(pem: &[u8]) -> Result<Identity, Error> {
    let pem = Pem::split(pem).ok_or_else(no_identity)?;
    if pem.certificates.is_empty() || pem.keys.is_empty() {
        return Err(no_identity());
    }
    // The parser's error is not shown, because what it was given is a secret.
    Identity::from_pkcs8_pem(pem.certificates.as_bytes(), pem.keys.as_bytes()).map_err(|_| {
        refuse(
            "client_identity cannot be used by the TLS of this system",
            "give a key in PKCS #8 form, which begins with -----BEGIN PRIVATE KEY-----",
        )
    })
}

/// The blocks of a PEM text. The native implementations take certificates and keys apart.
struct Pem {
    certificates: String,
    keys: Zeroizing<String>,
}

impl Pem {
    /// `None` if the text is not UTF-8 or a block has no end.
    fn split(pem: &[u8]) -> Option<Self> {
        let mut rest = str::from_utf8(pem).ok()?;
        let mut certificates = String::new();
        // As large as it can become: one that grows leaves copies behind.
        let mut keys = Zeroizing::new(String::with_capacity(pem.len() + 1));
        while let Some(start) = rest.find(BEGIN) {
            let block = &rest[start..];
            let end = block.find(END)?;
            let line = block[end..].find('\n').map_or(block.len(), |at| end + at);
            let (block, after) = block.split_at(line);
            if block[BEGIN.len()..].starts_with("CERTIFICATE-----") {
                certificates.push_str(block);
                certificates.push('\n');
            } else {
                keys.push_str(block);
                keys.push('\n');
            }
            rest = after;
        }
        Some(Self { certificates, keys })
    }
}

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
