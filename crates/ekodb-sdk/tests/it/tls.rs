//! TLS: whom the client trusts, and how it proves who it is.

use std::net::SocketAddr;

use ekodb_client::{Client, ClientBuilder, ErrorKind, Retry};

use crate::support::{authority::Authority, error_of, soon};

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused() {
    let authority = Authority::new();
    let server = authority.serve().await;
    let error = error_of(builder(server).build().unwrap().health()).await;
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.has_no_side_effects());
}

#[tokio::test]
async fn a_root_certificate_that_is_added_is_trusted() {
    let authority = Authority::new();
    let server = authority.serve().await;
    let client = builder(server)
        .add_root_certificate(authority.pem())
        .build()
        .unwrap();
    soon(client.health()).await.unwrap();
}

#[tokio::test]
async fn a_server_that_asks_for_it_is_shown_the_identity() {
    let authority = Authority::new();
    let server = authority.serve_to_clients().await;
    let trusting = || builder(server).add_root_certificate(authority.pem());

    error_of(trusting().build().unwrap().health()).await;
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
