//! Tokens and keys that the server rejects.

use std::time::Duration;

use ekodb_client::{ErrorKind, TokenRefresh};
use ekodb_tests::{
    deployment::{Deployment, Tokens},
    server::{Action, Server},
};
use serde_json::json;

use super::{at_once, builder, client, failures};

#[tokio::test(flavor = "multi_thread")]
async fn a_mass_revocation_costs_one_token_request_and_no_failed_call_each_time() {
    let deployment = Deployment::start(Tokens::default()).await;
    let client = client(&deployment.url());
    assert_eq!(failures(&at_once(&client, 100).await), 0);
    for round in 1..=5 {
        deployment.revoke_all();
        assert_eq!(failures(&at_once(&client, 100).await), 0, "round {round}");
        assert_eq!(deployment.issued(), 1 + round, "round {round}");
    }
}

/// A server that gives tokens, each its own, and rejects them all.
async fn rejecting(status: u16) -> Server {
    let counter = std::sync::atomic::AtomicUsize::new(0);
    Server::start(move |request| {
        if request.path == "/api/auth/token" {
            let number = counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            Action::json(200, &json!({ "token": format!("token-{number}") }))
        } else {
            Action::json(
                status,
                &json!({ "code": status, "message": "Invalid or expired token" }),
            )
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_always_answered_with_401_is_refreshed_and_replayed_once() {
    let server = rejecting(401).await;
    let error = client(&server.url())
        .collections()
        .list()
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Unauthenticated, Some(401))
    );
    assert_eq!(server.count("GET", "/api/collections"), 2);
    assert_eq!(server.count("POST", "/api/auth/token"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_always_answers_401_causes_no_storm_of_token_requests() {
    let server = rejecting(401).await;
    let outcomes = at_once(&client(&server.url()), 100).await;
    assert_eq!(failures(&outcomes), 100);
    for outcome in outcomes {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Unauthenticated);
    }
    assert!(
        server.count("GET", "/api/collections") <= 200,
        "each call is replayed once"
    );
    let tokens = server.count("POST", "/api/auth/token");
    assert!(tokens < 20, "100 calls made {tokens} token requests");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_403_is_not_a_matter_of_the_token() {
    let server = rejecting(403).await;
    let error = client(&server.url())
        .collections()
        .list()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert_eq!(server.count("GET", "/api/collections"), 1);
    assert_eq!(server.count("POST", "/api/auth/token"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_fails_at_once_and_is_not_hammered() {
    for status in [401, 403] {
        let server = Server::start(move |_| {
            Action::json(
                status,
                &json!({ "code": status, "message": "Invalid API key" }),
            )
        })
        .await;
        let client = client(&server.url());
        for outcome in at_once(&client, 100).await {
            assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Unauthenticated);
        }
        for _ in 0..100 {
            assert!(client.collections().list().await.is_err());
        }
        let tokens = server.count("POST", "/api/auth/token");
        assert!(tokens <= 4, "200 calls made {tokens} token requests");
        assert_eq!(server.count("GET", "/api/collections"), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_endpoint_that_gives_the_rejected_token_again_is_a_clear_error_and_no_loop() {
    let server = Server::start(|request| {
        if request.path == "/api/auth/token" {
            Action::json(200, &json!({ "token": "always-the-same" }))
        } else {
            Action::json(
                401,
                &json!({ "code": 401, "message": "Invalid or expired token" }),
            )
        }
    })
    .await;
    let refresh = TokenRefresh::new().deadline(Duration::from_secs(2));
    let client = builder(&server.url())
        .token_refresh(refresh)
        .build()
        .unwrap();
    let error = client.collections().list().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert!(server.count("POST", "/api/auth/token") <= 4);
    assert_eq!(server.count("GET", "/api/collections"), 1);
}
