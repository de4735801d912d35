//! Health, configuration and the state of the client.

use std::time::{Duration, SystemTime};

use ekodb_client::Retry;

use crate::support::{Reply, Server, builder, client, error_of, soon};

#[tokio::test]
async fn a_degraded_server_is_reachable_and_not_well() {
    for (body, ok) in [
        (r#"{"status":"ok"}"#, true),
        (r#"{"status":"ok","integrity_ok":true}"#, true),
        (
            r#"{"status":"healthy","version":"0.70.0","uptime_seconds":7}"#,
            true,
        ),
        (r#"{"status":"degraded"}"#, false),
        (r#"{"status":"ok","integrity_ok":false}"#, false),
        (r#"{"status":"on fire"}"#, false),
    ] {
        let server = Server::start(move |_| Reply::json(200, body)).await;
        let health = soon(client(&server).health()).await.unwrap();
        assert_eq!(health.is_ok(), ok, "{body}");
    }
}

#[tokio::test]
async fn all_that_the_server_says_of_its_health_is_kept() {
    let server = Server::with_tokens(|_| {
        Reply::json(
            200,
            r#"{
                "status": "ok", "version": "0.80.0", "commit": "1f0c9d2", "uptime_seconds": 90.5, "wal_healthy": true,
                "timestamp": "2026-09-09T12:34:56Z", "retry_after_ms": 250,
                "integrity": {"healthy": true, "new": 1},
                "capacity": {"can_accept_requests": false, "status": "busy"},
                "something_new": {"a": 1}
            }"#,
        )
    })
    .await;
    let health = soon(client(&server).health().detailed()).await.unwrap();
    assert_eq!(health.version.as_deref(), Some("0.80.0"));
    assert_eq!(health.uptime, Some(Duration::from_millis(90_500)));
    assert_eq!(health.wal_healthy, Some(true));
    assert_eq!(health.can_accept_requests, Some(false));
    assert_eq!(health.retry_after, Some(Duration::from_millis(250)));
    assert_eq!(health.extra["something_new"]["a"], 1);
    assert_eq!(health.extra["integrity"]["new"], 1);
    assert_eq!(health.extra["capacity"]["status"], "busy");
    assert_eq!(health.extra["commit"], "1f0c9d2");
}

#[tokio::test]
async fn a_change_of_the_configuration_comes_back_with_what_the_server_adds() {
    let body = r#"{"status":"success","use_typed_values":false,"node":3}"#;
    let server = Server::with_tokens(move |_| Reply::json(200, body)).await;
    let config = client(&server).config();
    let change = soon(config.use_typed_values(false)).await.unwrap();
    assert_eq!(change.use_typed_values, Some(false));
    assert_eq!(change.status.as_deref(), Some("success"));
    assert_eq!(change.extra["node"], 3);
    assert_eq!(server.calls()[0].method, "PUT");
}

#[tokio::test]
async fn the_state_of_the_token_can_be_seen_and_followed() {
    let server = Server::with_tokens(|_| Reply::ok()).await;
    let client = client(&server);
    let mut watch = client.watch_token();
    assert!(!watch.current().is_valid());
    soon(client.token()).await.unwrap();
    let state = client.token_state();
    assert!(state.is_valid());
    assert_eq!((state.generation, state.failures), (1, 0));
    assert!(state.valid_until > Some(SystemTime::now()));
    assert!(soon(watch.changed()).await.is_some());
}

#[tokio::test]
async fn the_last_rate_limit_told_is_kept() {
    let server = Server::start(|request| {
        let left = (7 - request.before).to_string();
        let headers = [
            ("x-ratelimit-limit", "100"),
            ("x-ratelimit-remaining", left.as_str()),
            ("x-ratelimit-reset", "1700000000"),
        ];
        let status = if request.before == 0 { 200 } else { 429 };
        Reply::new(status, &headers, b"{\"status\":\"ok\"}")
    })
    .await;
    let client = builder(&server).retry(Retry::none()).build().unwrap();
    assert_eq!(client.rate_limit(), None);
    soon(client.health()).await.unwrap();
    let told = client.rate_limit().unwrap();
    assert_eq!((told.limit, told.remaining), (Some(100), Some(7)));
    let reset_at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    assert_eq!(told.reset_at, Some(reset_at));
    error_of(client.clone().health()).await;
    assert_eq!(client.rate_limit().unwrap().remaining, Some(6));
}
