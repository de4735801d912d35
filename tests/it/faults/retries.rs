//! What is sent again, and what never is.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use ekodb_client::{CollectionSchema, ErrorKind, Field};
use ekodb_tests::{
    deployment::{Deployment, Tokens},
    server::{Action, Received},
};
use serde_json::json;

use super::{at_once, client, failures};

/// Answers the first `times` requests with the fault and the others properly.
fn at_first(times: usize, fault: Action) -> impl Fn(&Received) -> Action + Send + Sync + 'static {
    let seen = AtomicUsize::new(0);
    move |request| {
        if seen.fetch_add(1, Ordering::SeqCst) < times {
            fault.clone()
        } else if request.method == "POST" {
            Action::json(
                201,
                &json!({ "status": "success", "message": "Collection initialized successfully" }),
            )
        } else {
            Action::json(200, &json!({ "collections": [] }))
        }
    }
}

fn transient() -> Vec<(&'static str, Action)> {
    vec![
        (
            "502",
            Action::body(502, "text/html", b"<h1>Bad Gateway</h1>".to_vec()),
        ),
        (
            "503",
            Action::json(503, &json!({ "code": 503, "message": "overloaded" })),
        ),
        ("504", Action::empty(504)),
        (
            "429",
            Action::json(429, &json!({ "code": 429, "message": "slow down" }))
                .with_header("retry-after", "0"),
        ),
        ("reset", Action::Reset),
        ("closed", Action::Raw(Vec::new())),
        (
            "cut short",
            Action::Raw(
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{"
                    .to_vec(),
            ),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idempotent_call_survives_a_transient_fault() {
    for (name, fault) in transient() {
        let deployment = Deployment::with(Tokens::default(), at_first(1, fault)).await;
        let client = client(&deployment.url());
        assert!(client.collections().list().await.is_ok(), "{name}");
        assert_eq!(
            deployment.server().count("GET", "/api/collections"),
            2,
            "{name}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_may_have_been_applied_is_never_sent_twice() {
    for (name, fault) in [
        ("500", Action::json(500, &json!({ "error": "internal" }))),
        ("502", Action::empty(502)),
        ("504", Action::empty(504)),
        ("reset", Action::Reset),
        ("closed", Action::Raw(Vec::new())),
    ] {
        let deployment = Deployment::with(Tokens::default(), at_first(1, fault)).await;
        let schema = CollectionSchema::new().field("a", Field::string());
        let outcome = client(&deployment.url())
            .collection("users")
            .create(schema)
            .await;
        let error = outcome.unwrap_err();
        assert!(!error.has_no_side_effects(), "{name}: {error}");
        assert_eq!(
            deployment.server().count("POST", "/api/collections/users"),
            1,
            "{name}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_the_server_turned_away_unapplied_is_sent_again() {
    for (name, fault) in [
        (
            "503",
            Action::json(503, &json!({ "code": 503, "message": "overloaded" })),
        ),
        ("429", Action::empty(429).with_header("retry-after", "0")),
    ] {
        let deployment = Deployment::with(Tokens::default(), at_first(1, fault)).await;
        let schema = CollectionSchema::new().field("a", Field::string());
        let outcome = client(&deployment.url())
            .collection("users")
            .create(schema)
            .await;
        assert!(outcome.is_ok(), "{name}: {outcome:?}");
        assert_eq!(
            deployment.server().count("POST", "/api/collections/users"),
            2,
            "{name}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_not_retried() {
    for status in [400, 403, 404, 405, 409, 422, 501] {
        let answer = move |_: &Received| Action::json(status, &json!({ "error": "no" }));
        let deployment = Deployment::with(Tokens::default(), answer).await;
        let error = client(&deployment.url())
            .collections()
            .list()
            .await
            .unwrap_err();
        assert_eq!(error.status(), Some(status));
        assert_eq!(error.message(), Some("no"));
        assert_eq!(
            deployment.server().count("GET", "/api/collections"),
            1,
            "{status}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_server_is_not_multiplied_by_retries() {
    let answer = |_: &Received| Action::json(503, &json!({ "code": 503, "message": "down" }));
    let deployment = Deployment::with(Tokens::default(), answer).await;
    let outcomes = at_once(&client(&deployment.url()), 200).await;
    assert_eq!(failures(&outcomes), 200);
    assert_eq!(
        outcomes[0].as_ref().unwrap_err().kind(),
        ErrorKind::Unavailable
    );
    let sent = deployment.server().count("GET", "/api/collections");
    assert!(sent < 400, "200 calls became {sent} requests");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pooled_connection_that_went_stale_is_not_noticed() {
    // The server closes after every reply; the client finds out when it uses the connection again.
    let reply = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 18\r\n\r\n{\"collections\":[]}";
    let deployment = Deployment::with(Tokens::default(), |_| Action::Raw(reply.to_vec())).await;
    let client = client(&deployment.url());
    for _ in 0..20 {
        assert!(client.collections().list().await.is_ok());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn retry_after_longer_than_the_deadline_ends_the_call_at_once() {
    let answer = |_: &Received| Action::empty(503).with_header("retry-after", "3600");
    let deployment = Deployment::with(Tokens::default(), answer).await;
    let error = client(&deployment.url())
        .collections()
        .list()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(deployment.server().count("GET", "/api/collections"), 1);
}
