//! Tokens of every form that a server may give.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ekodb_client::{ErrorKind, TokenRefresh};
use ekodb_tests::{
    deployment::claims,
    server::{Action, Server},
};
use serde_json::json;

use super::client;

fn in_an_hour() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    now.as_secs() + 3600
}

/// A server that gives this token, and takes it.
async fn giving(token: String) -> Server {
    Server::start(move |request| match request.bearer() {
        None => Action::json(200, &json!({ "token": token })),
        Some(bearer) if bearer == token => Action::json(200, &json!({ "collections": [] })),
        Some(_) => Action::empty(401),
    })
    .await
}

#[tokio::test]
async fn a_token_of_any_form_is_used_and_kept() {
    for (name, token) in [
        ("opaque", "opaque-token".to_owned()),
        ("dots but no JSON", "a.b.c".to_owned()),
        ("no exp", claims(&json!({ "sub": "x" }))),
        ("seconds", claims(&json!({ "exp": in_an_hour() }))),
        (
            "float",
            claims(&json!({ "exp": in_an_hour() as f64 + 0.5 })),
        ),
        (
            "quoted",
            claims(&json!({ "exp": in_an_hour().to_string() })),
        ),
        ("huge", claims(&json!({ "exp": 1e300 }))),
        // Nobody says what the time is, so the clock may be wrong rather than the token.
        ("negative", claims(&json!({ "exp": -5 }))),
        ("past", claims(&json!({ "exp": 1_000_000_000 }))),
        ("no number", claims(&json!({ "exp": "tomorrow" }))),
    ] {
        let server = giving(token).await;
        let client = client(&server.url());
        for _ in 0..3 {
            assert!(client.collections().list().await.is_ok(), "{name}");
        }
        assert_eq!(server.count("POST", "/api/auth/token"), 1, "{name}");
    }
}

#[tokio::test]
async fn a_local_clock_that_is_hours_wrong_changes_nothing() {
    // The server lives two hours before and after us: it says so in `Date`, and its tokens expire by its own clock.
    for hours in [-2_i64, 2] {
        let offset = hours * 3600;
        let server_now = move || {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
            i64::try_from(now.as_secs()).unwrap() + offset
        };
        let server = Server::start(move |request| {
            let at = UNIX_EPOCH + Duration::from_secs(server_now().unsigned_abs());
            let reply = match request.bearer() {
                None => json!({ "token": claims(&json!({ "exp": server_now() + 3600 })) }),
                Some(_) => json!({ "collections": [] }),
            };
            Action::json(200, &reply).with_header("date", httpdate::fmt_http_date(at))
        })
        .await;
        let client = client(&server.url());
        for _ in 0..5 {
            assert!(client.collections().list().await.is_ok(), "{hours} hours");
        }
        assert_eq!(server.count("POST", "/api/auth/token"), 1, "{hours} hours");
    }
}

#[tokio::test]
async fn a_token_that_has_expired_on_arrival_by_the_servers_clock_is_a_clear_error_and_no_loop() {
    let token = claims(&json!({ "exp": in_an_hour() - 7200 }));
    let server = Server::start(move |_| {
        Action::json(200, &json!({ "token": token }))
            .with_header("date", httpdate::fmt_http_date(SystemTime::now()))
    })
    .await;
    let refresh = TokenRefresh::new().deadline(Duration::from_secs(2));
    let client = super::builder(&server.url())
        .token_refresh(refresh)
        .build()
        .unwrap();
    let error = client.collections().list().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidReply, "{error}");
    assert!(server.count("POST", "/api/auth/token") <= 3);
    assert_eq!(server.count("GET", "/api/collections"), 0);
}
