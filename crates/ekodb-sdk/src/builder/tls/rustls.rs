//! rustls, with ring or AWS-LC and the verifier of the platform.

use std::sync::{Arc, OnceLock};

use rustls::{
    ClientConfig,
    client::danger::ServerCertVerifier,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use rustls_platform_verifier::Verifier;

use super::{TlsSettings, no_identity, no_root_certificate};
use crate::error::Error;

/// Gives `client` a TLS configuration of its own.
#[cfg_attr(
    feature = "tls-native",
    allow(dead_code, reason = "tls-native is used")
)]
pub(in super::super) fn configure(
    client: reqwest::ClientBuilder,
    settings: &TlsSettings,
) -> Result<reqwest::ClientBuilder, Error> {
    let platform = Platform::shared().map_err(|error| settings.unusable(error))?;
    // reqwest recognizes the type only if it comes from the rustls that reqwest itself is built
    // with.
    Ok(client.tls_backend_preconfigured(platform.config(settings)?))
}

/// What is read once in a process. On Linux the verifier parses all certificates of the system,
/// which takes milliseconds.
#[derive(Clone)]
pub(super) struct Platform {
    provider: Arc<CryptoProvider>,
    verifier: Arc<dyn ServerCertVerifier>,
}

impl Platform {
    fn shared() -> Result<Self, rustls::Error> {
        static SHARED: OnceLock<Platform> = OnceLock::new();
        if let Some(shared) = SHARED.get() {
            return Ok(shared.clone());
        }
        // A failure is not kept: the next client tries again.
        let read = Self::read(provider())?;
        Ok(SHARED.get_or_init(|| read).clone())
    }

    pub(super) fn read(provider: Arc<CryptoProvider>) -> Result<Self, rustls::Error> {
        let verifier = Arc::new(Verifier::new(Arc::clone(&provider))?);
        Ok(Self { provider, verifier })
    }

    pub(super) fn config(self, settings: &TlsSettings) -> Result<ClientConfig, Error> {
        let roots = root_certificates(settings)?;
        let identity = identity(settings)?;
        let unusable = |error: rustls::Error| settings.unusable(error);

        let verifier = if roots.is_empty() {
            self.verifier
        } else {
            with_extra_roots(roots, &self.provider).map_err(unusable)?
        };
        let config = ClientConfig::builder_with_provider(self.provider)
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let mut config = match identity {
            Some((chain, key)) => config.with_client_auth_cert(chain, key).map_err(unusable)?,
            None => config.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

/// The provider that the application has installed for its process, or else the one of this crate's
/// features. It is named, because rustls panics when it has to choose between two.
fn provider() -> Arc<CryptoProvider> {
    CryptoProvider::get_default().map_or_else(|| Arc::new(compiled_in()), Arc::clone)
}

#[cfg(feature = "tls-aws-lc")]
fn compiled_in() -> CryptoProvider {
    rustls::crypto::aws_lc_rs::default_provider()
}

#[cfg(not(feature = "tls-aws-lc"))]
fn compiled_in() -> CryptoProvider {
    rustls::crypto::ring::default_provider()
}

#[cfg(not(target_os = "android"))]
fn with_extra_roots(
    roots: Vec<CertificateDer<'static>>,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, rustls::Error> {
    let verifier = Verifier::new_with_extra_roots(roots, Arc::clone(provider))?;
    Ok(Arc::new(verifier))
}

#[cfg(target_os = "android")]
fn with_extra_roots(
    _: Vec<CertificateDer<'static>>,
    _: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, rustls::Error> {
    Err(rustls::Error::General(
        "the certificate verifier of Android takes no further root certificates".to_owned(),
    ))
}

fn root_certificates(settings: &TlsSettings) -> Result<Vec<CertificateDer<'static>>, Error> {
    let mut certificates = Vec::new();
    for pem in &settings.root_certificates {
        let before = certificates.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            certificates.push(certificate.map_err(|_| no_root_certificate())?);
        }
        if certificates.len() == before {
            return Err(no_root_certificate());
        }
    }
    Ok(certificates)
}

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn identity(settings: &TlsSettings) -> Result<Option<Identity>, Error> {
    let Some(pem) = &settings.identity else {
        return Ok(None);
    };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match (chain, PrivateKeyDer::from_pem_slice(pem)) {
        (Ok(chain), Ok(key)) if !chain.is_empty() => Ok(Some((chain, key))),
        _ => Err(no_identity()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reqwest_is_built_with_the_rustls_that_the_configuration_is_of() {
        // With another version of rustls than its own, reqwest refuses the configuration as
        // unknown.
        configure(reqwest::Client::builder(), &TlsSettings::default())
            .unwrap()
            .build()
            .unwrap();
    }

    #[test]
    fn the_certificates_of_the_system_are_read_once() {
        let [first, second] = [(); 2].map(|()| Platform::shared().unwrap());
        assert!(Arc::ptr_eq(&first.verifier, &second.verifier));
        assert!(Arc::ptr_eq(&first.provider, &second.provider));
    }
}
