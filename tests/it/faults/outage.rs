//! A token endpoint that fails.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use ekodb_client::{ErrorKind, TokenRefresh};
use ekodb_tests::{
    deployment::{Deployment, Tokens, jwt},
    server::{Action, Server},
};
use serde_json::json;

use super::{at_once, builder, client, failures};

/// The ways in which a token endpoint fails for a time.
fn faults() -> Vec<(&'static str, Action)> {
    vec![
        ("500", Action::json(500, &json!({ "error": "internal" }))),
        (
            "503",
            Action::json(503, &json!({ "code": 503, "message": "overloaded" })),
        ),
        (
            "429 in seconds",
            Action::empty(429).with_header("retry-after", "1"),
        ),
        (
            "429 with a date",
            Action::empty(429)
                .with_header("retry-after", httpdate::fmt_http_date(SystemTime::now())),
        ),
        ("hang", Action::Hang),
        ("reset", Action::Reset),
        (
            "bad JSON",
            Action::body(200, "application/json", b"{".to_vec()),
        ),
        ("no token member", Action::json(200, &json!({ "jwt": "x" }))),
        ("empty token", Action::json(200, &json!({ "token": "" }))),
        (
            "a page",
            Action::body(200, "text/html", b"<html>login</html>".to_vec()),
        ),
        (
            "redirect",
            Action::empty(307).with_header("location", "/elsewhere"),
        ),
    ]
}

/// A server whose token endpoint works once, with a token that is soon due for a refresh, and then fails as told.
async fn failing_after_the_first(fault: Action) -> Server {
    let first = AtomicBool::new(true);
    Server::start(move |request| {
        if request.path != "/api/auth/token" {
            return Action::json(200, &json!({ "collections": [] }));
        }
        if first.swap(false, Ordering::SeqCst) {
            let token = jwt(0, SystemTime::now() + Duration::from_secs(8));
            Action::json(200, &json!({ "token": token }))
        } else {
            fault.clone()
        }
    })
    .await
}

/// Calls until the refresh has been tried and has failed, and then some.
async fn call_through_a_failed_refresh(name: &str, fault: Action) {
    let server = failing_after_the_first(fault).await;
    let refresh = TokenRefresh::new().attempt_timeout(Duration::from_millis(500));
    let client = builder(&server.url())
        .token_refresh(refresh)
        .build()
        .unwrap();
    while client.token_state().failures == 0 {
        assert!(client.collections().list().await.is_ok(), "{name}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for _ in 0..20 {
        assert!(client.collections().list().await.is_ok(), "{name}");
    }
    assert!(client.token_state().last_error.is_some(), "{name}");
    let tokens = server.count("POST", "/api/auth/token");
    assert!(tokens <= 4, "{name}: {tokens} token requests");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_refresh_is_invisible_while_the_old_token_is_valid() {
    let faults = faults().into_iter();
    futures::future::join_all(
        faults.map(|(name, fault)| call_through_a_failed_refresh(name, fault)),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_the_refresh_is_retried_and_then_all_waiters_get_one_clear_error() {
    let faults = faults().into_iter();
    futures::future::join_all(faults.map(|(name, fault)| fail_without_a_token(name, fault))).await;
}

async fn fail_without_a_token(name: &str, fault: Action) {
    let server = Server::start(move |_| fault.clone()).await;
    let refresh = TokenRefresh::new()
        .deadline(Duration::from_millis(1500))
        .attempt_timeout(Duration::from_millis(300))
        .backoff(Duration::from_millis(100), Duration::from_millis(400));
    let client = builder(&server.url())
        .token_refresh(refresh)
        .build()
        .unwrap();
    for outcome in at_once(&client, 20).await {
        let error = outcome.unwrap_err();
        assert_ne!(error.kind(), ErrorKind::Unauthenticated, "{name}: {error}");
    }
    let attempts = server.count("POST", "/api/auth/token");
    assert!((2..=20).contains(&attempts), "{name}: {attempts} attempts");
    assert_eq!(server.count("GET", "/api/collections"), 0, "{name}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_endpoint_that_recovers_within_the_deadline_is_not_noticed() {
    let attempts = AtomicUsize::new(0);
    let server = Server::start(move |request| {
        if request.path != "/api/auth/token" {
            return Action::json(200, &json!({ "collections": [] }));
        }
        if attempts.fetch_add(1, Ordering::SeqCst) < 2 {
            return Action::json(503, &json!({ "code": 503, "message": "starting" }));
        }
        let token = jwt(0, SystemTime::now() + Duration::from_secs(3600));
        Action::json(200, &json!({ "token": token }))
    })
    .await;
    let refresh =
        TokenRefresh::new().backoff(Duration::from_millis(50), Duration::from_millis(100));
    let client = builder(&server.url())
        .token_refresh(refresh)
        .build()
        .unwrap();
    assert_eq!(failures(&at_once(&client, 20).await), 0);
    assert_eq!(server.count("POST", "/api/auth/token"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_with_50_ms_do_not_starve_a_refresh_of_a_second() {
    let deployment = Deployment::start(Tokens {
        latency: Duration::from_secs(1),
        ..Tokens::default()
    })
    .await;
    let client = client(&deployment.url());
    let mut timeouts = 0;
    while client.token_state().generation == 0 {
        match client
            .collections()
            .list()
            .timeout(Duration::from_millis(50))
            .await
        {
            Ok(_) => {}
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Timeout);
                timeouts += 1;
            }
        }
    }
    assert!(timeouts > 0);
    assert!(client.collections().list().await.is_ok());
    assert_eq!(deployment.issued(), 1);
}

#[test]
fn a_client_goes_on_when_the_runtime_that_began_a_refresh_is_dropped() {
    let host = tokio::runtime::Runtime::new().unwrap();
    let deployment = host.block_on(Deployment::start(Tokens {
        latency: Duration::from_millis(500),
        ..Tokens::default()
    }));
    let client = Arc::new(client(&deployment.url()));
    {
        let first = tokio::runtime::Runtime::new().unwrap();
        let issued = first.block_on(async {
            let call = tokio::spawn({
                let client = client.clone();
                async move { client.collections().list().await }
            });
            while deployment.issued() == 0 {
                tokio::task::yield_now().await;
            }
            call.abort();
            deployment.issued()
        });
        assert_eq!(issued, 1);
    }
    let second = tokio::runtime::Runtime::new().unwrap();
    let outcomes = second.block_on(at_once(&client, 20));
    assert_eq!(failures(&outcomes), 0);
    assert_eq!(deployment.issued(), 2);
}
