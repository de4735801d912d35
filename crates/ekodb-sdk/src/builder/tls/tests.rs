//! Every implementation that is compiled in, against a server: a build with all features has them
//! all.

use std::{error::Error as _, net::SocketAddr, sync::Arc};

use ::rustls::crypto::{CryptoProvider, aws_lc_rs, ring};

use self::authority::Authority;
use super::{TlsSettings, native, rustls::Platform};
use crate::error::Error;

#[path = "../../../tests/it/support/authority.rs"]
mod authority;

type Configure = fn(reqwest::ClientBuilder, &TlsSettings) -> Result<reqwest::ClientBuilder, Error>;

const IMPLEMENTATIONS: [(&str, Configure); 4] = [
    ("rustls by default", super::rustls::configure),
    ("rustls with ring", |client, settings| {
        configure_with(ring::default_provider(), client, settings)
    }),
    ("rustls with AWS-LC", |client, settings| {
        configure_with(aws_lc_rs::default_provider(), client, settings)
    }),
    ("native", native::configure),
];

fn configure_with(
    provider: CryptoProvider,
    client: reqwest::ClientBuilder,
    settings: &TlsSettings,
) -> Result<reqwest::ClientBuilder, Error> {
    let platform = Platform::read(Arc::new(provider)).unwrap();
    Ok(client.tls_backend_preconfigured(platform.config(settings)?))
}

#[tokio::test]
async fn every_implementation_trusts_only_whom_it_is_told_to() {
    let authority = Authority::new();
    let server = authority.serve().await;
    let trusting = TlsSettings {
        root_certificates: vec![authority.pem().into_bytes()],
        identity: None,
    };
    for (name, configure) in IMPLEMENTATIONS {
        let error = get(server, configure, &TlsSettings::default())
            .await
            .expect_err(name);
        assert!(error.is_connect(), "{name}: {error:?}");
        assert!(error.source().is_some(), "{name}: {error:?}");
        get(server, configure, &trusting).await.expect(name);
    }
}

#[tokio::test]
async fn every_implementation_shows_its_identity() {
    let authority = Authority::new();
    let server = authority.serve_to_clients().await;
    let settings = |identity: Option<String>| TlsSettings {
        root_certificates: vec![authority.pem().into_bytes()],
        identity: identity.map(|pem| pem.into_bytes().into()),
    };
    let known = authority.identity();
    // The key first: the order of the two files is free.
    let (chain, key) = known.split_at(known.find("-----BEGIN PRIVATE").unwrap());
    let turned = format!("{key}{chain}");
    for (name, configure) in IMPLEMENTATIONS {
        get(server, configure, &settings(None))
            .await
            .expect_err(name);
        for pem in [&known, &turned] {
            get(server, configure, &settings(Some(pem.clone())))
                .await
                .expect(name);
        }
    }
}

#[test]
fn every_implementation_refuses_half_an_identity() {
    let known = Authority::new().identity();
    let (chain, key) = known.split_at(known.find("-----BEGIN PRIVATE").unwrap());
    for (name, configure) in IMPLEMENTATIONS {
        for half in [chain, key, "", "-----BEGIN PRIVATE KEY-----"] {
            let settings = TlsSettings {
                root_certificates: Vec::new(),
                identity: Some(half.as_bytes().to_vec().into()),
            };
            let error = configure(reqwest::Client::builder(), &settings).expect_err(name);
            assert!(
                error.to_string().contains("client_identity"),
                "{name}: {error}"
            );
        }
    }
}

async fn get(
    server: SocketAddr,
    configure: Configure,
    settings: &TlsSettings,
) -> Result<reqwest::Response, reqwest::Error> {
    let client = configure(reqwest::Client::builder().no_proxy(), settings).unwrap();
    let url = format!("https://localhost:{}/", server.port());
    client.build().unwrap().get(url).send().await
}
