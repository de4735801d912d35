//! TLS: whom the client trusts, and how it proves who it is.

use std::{net::SocketAddr, sync::Arc};

use ekodb_client::{Client, ClientBuilder, ErrorKind, Retry};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig,
        crypto::{CryptoProvider, aws_lc_rs},
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
        server::{NoClientAuth, WebPkiClientVerifier, danger::ClientCertVerifier},
    },
};

use crate::support::soon;

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused() {
    let authority = Authority::new();
    let server = authority.serve(Arc::new(NoClientAuth)).await;
    let error = soon(builder(server).build().unwrap().health())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.has_no_side_effects());
}

#[tokio::test]
async fn a_root_certificate_that_is_added_is_trusted() {
    let authority = Authority::new();
    let server = authority.serve(Arc::new(NoClientAuth)).await;
    let client = builder(server)
        .add_root_certificate(authority.pem())
        .build()
        .unwrap();
    soon(client.health()).await.unwrap();
}

#[tokio::test]
async fn a_server_that_asks_for_it_is_shown_the_identity() {
    let authority = Authority::new();
    let server = authority.serve(authority.clients()).await;
    let trusting = || builder(server).add_root_certificate(authority.pem());

    soon(trusting().build().unwrap().health())
        .await
        .unwrap_err();
    let known = trusting()
        .client_identity(authority.identity())
        .build()
        .unwrap();
    soon(known.health()).await.unwrap();
}

fn builder(server: SocketAddr) -> ClientBuilder {
    Client::builder()
        .base_url(format!("https://localhost:{}", server.port()))
        .api_key("ek-test")
        .retry(Retry::none())
}

/// A certificate authority of this test alone.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn pem(&self) -> String {
        self.0.pem()
    }

    fn issue(&self, name: &str) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        (params.signed_by(&key, &self.0).unwrap(), key)
    }

    /// Certificate and key of a client, one after the other.
    fn identity(&self) -> String {
        let (certificate, key) = self.issue("client.example");
        certificate.pem() + &key.serialize_pem()
    }

    /// Asks clients for a certificate of this authority.
    fn clients(&self) -> Arc<dyn ClientCertVerifier> {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider())
            .build()
            .unwrap()
    }

    /// A healthy server at `localhost`.
    async fn serve(&self, clients: Arc<dyn ClientCertVerifier>) -> SocketAddr {
        let (certificate, key) = self.issue("localhost");
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        // Named, since another member of the workspace may bring a second one, and rustls picks no favourite.
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(clients)
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                // A client that does not trust us ends here.
                if let Ok(mut stream) = acceptor.accept(stream).await {
                    let _ = stream.read(&mut [0; 4_096]).await;
                    let _ = stream.write_all(HEALTHY).await;
                    let _ = stream.shutdown().await;
                }
            }
        });
        address
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

const HEALTHY: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 15\r\nconnection: close\r\n\r\n{\"status\":\"ok\"}";
