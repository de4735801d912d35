//! Tokens of every form that a server may give.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ekodb_client::ErrorKind;
use scripted_server::jwt::with_claims;
use serde_json::json;

use crate::support::{Reply, Server, builder, client, error_of, one_attempt, soon};

const HOUR: Duration = Duration::from_secs(3600);

/// A point in time as `exp` has it.
fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn in_an_hour() -> u64 {
    seconds(SystemTime::now() + HOUR)
}

/// A server that gives this token, and accepts it.
async fn giving(token: String) -> Server {
    Server::start(move |request| match request.bearer() {
        None => Reply::json(200, json!({ "token": token })),
        Some(bearer) if bearer == token => Reply::json(200, r#"{"collections":[]}"#),
        Some(_) => Reply::empty(401),
    })
    .await
}

/// Makes some calls, which succeed with one token.
async fn calls_take_one_token(server: &Server, case: &str) {
    let client = client(server);
    for _ in 0..5 {
        let outcome = soon(client.collections().list()).await;
        assert!(outcome.is_ok(), "{case}: {outcome:?}");
    }
    assert_eq!(server.token_requests(), 1, "{case}");
}

#[tokio::test]
async fn a_token_of_any_form_is_used_and_kept() {
    for (name, token) in [
        ("opaque", "opaque-token".to_owned()),
        ("dots but no JSON", "a.b.c".to_owned()),
        ("no exp", with_claims(&json!({ "sub": "x" }))),
        ("seconds", with_claims(&json!({ "exp": in_an_hour() }))),
        (
            "float",
            with_claims(&json!({ "exp": in_an_hour() as f64 + 0.5 })),
        ),
        (
            "quoted",
            with_claims(&json!({ "exp": in_an_hour().to_string() })),
        ),
        ("huge", with_claims(&json!({ "exp": 1e300 }))),
        // The server does not say what time it is, so the clock may be wrong rather than the token.
        ("negative", with_claims(&json!({ "exp": -5 }))),
        ("past", with_claims(&json!({ "exp": 1_000_000_000 }))),
        ("no number", with_claims(&json!({ "exp": "tomorrow" }))),
    ] {
        calls_take_one_token(&giving(token).await, name).await;
    }
}

#[tokio::test]
async fn a_local_clock_that_is_hours_wrong_changes_nothing() {
    // The server is two hours before or after us: it says so in `Date`, and its tokens expire by
    // its own clock.
    for ahead in [true, false] {
        let server = Server::start(move |request| {
            let now = if ahead {
                SystemTime::now() + 2 * HOUR
            } else {
                SystemTime::now() - 2 * HOUR
            };
            let reply = match request.bearer() {
                None => json!({ "token": with_claims(&json!({ "exp": seconds(now + HOUR) })) }),
                Some(_) => json!({ "collections": [] }),
            };
            Reply::json(200, reply).header("date", httpdate::fmt_http_date(now))
        })
        .await;
        calls_take_one_token(&server, &format!("ahead: {ahead}")).await;
    }
}

#[tokio::test]
async fn a_token_that_has_expired_on_arrival_by_the_servers_clock_is_a_clear_error_and_no_loop() {
    let token = with_claims(&json!({ "exp": in_an_hour() - 7200 }));
    let server = Server::start(move |_| {
        Reply::json(200, json!({ "token": token }))
            .header("date", httpdate::fmt_http_date(SystemTime::now()))
    })
    .await;
    let client = builder(&server).token_refresh(one_attempt()).build();
    let error = error_of(client.unwrap().collections().list()).await;
    assert_eq!(error.kind(), ErrorKind::InvalidReply, "{error}");
    assert_eq!(server.token_requests(), 1);
    assert_eq!(server.calls().len(), 0);
}

#[tokio::test]
async fn a_token_reply_without_a_token_is_a_typed_error() {
    for body in [
        "{}",
        r#"{"token":""}"#,
        r#"{"token":null}"#,
        r#"{"token":7}"#,
        "[]",
        "",
    ] {
        let server = Server::start(move |_| Reply::json(200, body)).await;
        let client = builder(&server).token_refresh(one_attempt()).build();
        let error = error_of(client.unwrap().token()).await;
        assert_eq!(error.kind(), ErrorKind::InvalidReply, "{body}");
    }
}

#[tokio::test]
async fn a_date_of_a_proxy_whose_clock_is_minutes_off_fails_no_call() {
    for minutes_ahead in [-20, -4, 4, 20] {
        for says_when_issued in [true, false] {
            let server = Server::start(move |request| {
                let now = seconds(SystemTime::now());
                let date = now.saturating_add_signed(60 * minutes_ahead);
                let date = UNIX_EPOCH + Duration::from_secs(date);
                let mut claims = json!({ "exp": now + 120 });
                if says_when_issued {
                    claims["iat"] = now.into();
                }
                let reply = match request.bearer() {
                    None => json!({ "token": with_claims(&claims) }),
                    Some(_) => json!({ "collections": [] }),
                };
                Reply::json(200, reply).header("date", httpdate::fmt_http_date(date))
            })
            .await;
            let case = format!("{minutes_ahead} minutes ahead, iat: {says_when_issued}");
            calls_take_one_token(&server, &case).await;
        }
    }
}

#[tokio::test]
async fn a_token_that_is_longer_than_a_header_may_be_is_refused() {
    let server = giving("x".repeat(40_000)).await;
    let error = error_of(client(&server).collections().list()).await;
    assert_eq!(error.kind(), ErrorKind::InvalidReply, "{error}");
    assert!(error.to_string().contains("16 KiB"), "{error}");
    assert_eq!((server.token_requests(), server.calls().len()), (1, 0));
    // A long one that servers take is used.
    let server = giving("x".repeat(16_000)).await;
    let client = builder(&server).max_reply_bytes(1_000).build().unwrap();
    soon(client.collections().list()).await.unwrap();
}

#[tokio::test]
async fn a_token_reply_of_more_than_64_kib_is_refused() {
    let large = json!({ "token": "token-1", "more": "x".repeat(70_000) });
    for reply in [Reply::json(200, large), Reply::endless()] {
        let server = Server::start(move |_| reply.clone()).await;
        let error = error_of(client(&server).collections().list()).await;
        assert_eq!(error.kind(), ErrorKind::ReplyTooLarge, "{error}");
        assert!(error.to_string().contains("64 KiB"), "{error}");
        assert!(error.has_no_side_effects());
        assert_eq!(server.token_requests(), 1);
    }
}
