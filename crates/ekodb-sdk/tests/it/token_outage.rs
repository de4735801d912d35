//! A token endpoint that fails.

use std::time::{Duration, SystemTime};

use ekodb_client::{Client, ErrorKind, TokenRefresh};
use futures::future::join_all;
use scripted_server::{Counter, TokenPolicy, TokenServer, advance_clock, jwt};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::support::{LONG, Reply, Server, at_once, builder, client, failures, soon};

const MINUTE: Duration = Duration::from_secs(60);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest pause between attempts, in seconds.
const PAUSE: u64 = 10;

/// What a faulty token endpoint does.
struct Fault {
    name: &'static str,
    reply: Reply,
    /// Whether it cannot get better by itself, so that a call without a token is told at once.
    is_permanent: bool,
    /// Whether only the timeout ends an attempt.
    is_silent: bool,
}

/// The ways in which a token endpoint fails for a time. `retry_after` is what it asks for with 429,
/// in seconds.
fn faults(retry_after: u64) -> Vec<Fault> {
    let now = httpdate::fmt_http_date(SystemTime::now());
    let busy = Reply::empty(429);
    [
        ("500", Reply::json(500, r#"{"error":"internal"}"#)),
        (
            "503",
            Reply::json(503, r#"{"code":503,"message":"overloaded"}"#),
        ),
        (
            "429 in seconds",
            busy.clone().header("retry-after", retry_after),
        ),
        ("429 with a date", busy.header("retry-after", now)),
        ("hang", Reply::hang()),
        ("reset", Reply::reset()),
        ("bad JSON", Reply::json(200, "{")),
        ("no token member", Reply::json(200, r#"{"jwt":"x"}"#)),
        ("empty token", Reply::json(200, r#"{"token":""}"#)),
        (
            "a page",
            Reply::body(200, "text/html", "<html>login</html>"),
        ),
        ("redirect", Reply::redirect(307, "/elsewhere")),
        ("a conflict", Reply::empty(409)),
        ("a login to the network", Reply::empty(511)),
    ]
    .map(|(name, reply)| Fault {
        name,
        reply,
        is_permanent: PERMANENT.contains(&name),
        is_silent: name == "hang",
    })
    .into()
}

const PERMANENT: [&str; 7] = [
    "bad JSON",
    "no token member",
    "empty token",
    "a page",
    "redirect",
    "a conflict",
    "a login to the network",
];

/// Lets time pass in small steps. A refresh that does not run for five seconds is taken for dead,
/// and replaced.
async fn pass(seconds: u64) {
    for _ in 0..seconds {
        advance_clock(Duration::from_secs(1)).await;
    }
}

/// Waits until `count` attempts to get a token have failed; the last is due.
async fn failed_attempts(client: &Client, server: &Server, fault: &Fault, count: u32) {
    if fault.is_silent {
        let begun = client.token_state().generation + u64::from(count);
        while (server.token_requests() as u64) < begun {
            tokio::task::yield_now().await;
        }
        while client.token_state().failures < count {
            pass(1).await;
        }
    }
    let mut watch = client.watch_token();
    while watch.current().failures < count {
        watch.changed().await.unwrap();
    }
}

#[tokio::test]
async fn a_failing_refresh_is_invisible_while_the_old_token_is_valid() {
    for fault in faults(60) {
        let (name, reply) = (fault.name, fault.reply.clone());
        // The first token is valid for an hour; there is no second.
        let server = Server::start(move |request| {
            if !request.is_for_a_token() {
                Reply::json(200, r#"{"collections":[]}"#)
            } else if request.before == 0 {
                Reply::json(200, json!({ "token": jwt::expiring_in(0, 60 * MINUTE) }))
            } else {
                reply.clone()
            }
        })
        .await;
        let refresh = TokenRefresh::new()
            .timeout(2 * ATTEMPT_TIMEOUT)
            .attempt_timeout(ATTEMPT_TIMEOUT)
            .backoff(LONG, LONG);
        let client = builder(&server).token_refresh(refresh).build().unwrap();
        soon(client.collections().list()).await.unwrap();
        advance_clock(50 * MINUTE).await;
        soon(client.collections().list()).await.unwrap();
        soon(failed_attempts(&client, &server, &fault, 1)).await;
        for _ in 0..20 {
            let outcome = soon(client.collections().list()).await;
            assert!(outcome.is_ok(), "{name}: {outcome:?}");
        }
        assert!(client.token_state().last_error.is_some(), "{name}");
        assert_eq!(server.token_requests(), 2, "{name}");
    }
}

#[tokio::test]
async fn on_a_cold_start_all_waiters_get_one_clear_error_after_three_attempts_or_at_once() {
    for fault in faults(1) {
        let (name, reply) = (fault.name, fault.reply.clone());
        let server = Server::start(move |_| reply.clone()).await;
        let pause = Duration::from_secs(PAUSE);
        let refresh = TokenRefresh::new()
            .timeout(MINUTE)
            .attempt_timeout(ATTEMPT_TIMEOUT)
            .backoff(pause, pause);
        let client = builder(&server).token_refresh(refresh).build().unwrap();
        let mut calls = tokio::spawn({
            let client = client.clone();
            async move { at_once(&client, 20).await }
        });
        let mut attempts = 0;
        let outcomes = loop {
            attempts += 1;
            tokio::select! {
                biased;
                outcomes = &mut calls => break outcomes.unwrap(),
                () = failed_attempts(&client, &server, &fault, attempts) => {}
            }
            pass(PAUSE).await;
        };
        for outcome in outcomes {
            let error = outcome.unwrap_err();
            assert_ne!(error.kind(), ErrorKind::Unauthenticated, "{name}: {error}");
        }
        let attempts = server.token_requests();
        let expected = if fault.is_permanent { 1 } else { 3 };
        assert_eq!(attempts, expected, "{name}");
        assert_eq!(server.calls().len(), 0, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_endpoint_that_recovers_within_the_deadline_is_not_noticed() {
    let server = Server::start(|request| {
        if !request.is_for_a_token() {
            return Reply::json(200, r#"{"collections":[]}"#);
        }
        match request.before {
            0 => Reply::json(503, r#"{"code":503,"message":"starting"}"#),
            1 => Reply::body(502, "text/html", "<h1>Bad gateway</h1>"),
            _ => Reply::json(200, r#"{"token":"token-3"}"#),
        }
    })
    .await;
    let pause = Duration::from_millis(1);
    let refresh = TokenRefresh::new()
        .timeout(LONG)
        .attempt_timeout(LONG)
        .backoff(pause, pause);
    let client = builder(&server).token_refresh(refresh).build().unwrap();
    assert_eq!(failures(&at_once(&client, 20).await), 0);
    assert_eq!(server.token_requests(), 3);
}

#[tokio::test]
async fn callers_with_50_ms_do_not_starve_a_refresh_that_takes_longer() {
    let hold = Counter::new();
    let server = TokenServer::start(TokenPolicy {
        hold: Some(hold.clone()),
        ..TokenPolicy::default()
    })
    .await;
    let refresh = TokenRefresh::new().timeout(LONG).attempt_timeout(LONG);
    let client = builder(server.server()).token_refresh(refresh).build();
    let client = client.unwrap();
    for _ in 0..3 {
        let list = || client.collections().list();
        let calls = (0..10).map(|_| list().timeout(Duration::from_millis(50)).into_future());
        for outcome in soon(join_all(calls)).await {
            assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Timeout);
        }
    }
    soon(server.server().wait_for_requests(1)).await;
    hold.add(1);
    soon(client.collections().list()).await.unwrap();
    assert_eq!(server.issued(), 1);
}

#[test]
fn a_client_goes_on_when_the_runtime_that_began_a_refresh_is_dropped() {
    let serving = Runtime::new().unwrap();
    let server = serving.block_on(Server::start(|request| match request.is_for_a_token() {
        true if request.before == 0 => Reply::hang(),
        true => Reply::json(200, r#"{"token":"token-2"}"#),
        false => Reply::json(200, r#"{"collections":[]}"#),
    }));
    let client = client(&server);
    let first = Runtime::new().unwrap();
    first.block_on(async {
        let call = tokio::spawn({
            let client = client.clone();
            async move { client.collections().list().await }
        });
        soon(server.wait_for_requests(1)).await;
        call.abort();
    });
    drop(first);
    let second = Runtime::new().unwrap();
    let outcomes = second.block_on(at_once(&client, 20));
    assert_eq!(failures(&outcomes), 0);
    assert_eq!(server.token_requests(), 2);
}
