//! Health, and tokens over a session's life.

use official::{Error, HEALTH_OK};

use crate::support::Server;

#[tokio::test]
async fn health_is_ok_and_reachable() {
    let server = Server::start().await;
    let client = server.client();
    client.health().await.expect("the server is up");
    let health = client.health_status().await;
    assert!(health.reachable);
    assert_eq!(health.status, HEALTH_OK);
    assert!(health.integrity_ok);
}

#[tokio::test]
async fn one_token_serves_many_calls() {
    let server = Server::start().await;
    let client = server.client();
    for _ in 0..5 {
        client.list_collections().await.expect("an admin lists");
    }
    assert_eq!(server.emulator.token_requests(), 1);
}

#[tokio::test]
async fn an_expired_token_is_replaced_within_the_call() {
    let server = Server::start().await;
    let client = server.client();
    client.list_collections().await.expect("an admin lists");
    server.emulator.expire_tokens();
    client
        .list_collections()
        .await
        .expect("the 401 makes the client fetch another token");
    assert_eq!(server.emulator.token_requests(), 2);
}

#[tokio::test]
async fn an_unknown_key_gets_no_token() {
    let server = Server::start().await;
    let refused = server.client_of("not-a-key").get_token().await;
    let Err(Error::Authentication(message)) = refused else {
        panic!("{refused:?}");
    };
    assert!(message.contains("401"), "{message}");
}
