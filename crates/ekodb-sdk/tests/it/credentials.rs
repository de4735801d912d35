//! Where the key and the token go, and where they never do.

use ekodb_client::{Client, ErrorKind};

use crate::support::{Answer, KEY, Server, builder, client, soon};

#[tokio::test]
async fn the_key_goes_to_the_token_endpoint_and_the_token_to_the_call() {
    let server = Server::with_tokens(|_| Answer::json(200, "{}")).await;
    soon(client(&server).config().use_typed_values(true))
        .await
        .unwrap();

    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].target, "/api/auth/token");
    assert_eq!(seen[0].body, format!(r#"{{"api_key":"{KEY}"}}"#));
    assert_eq!(seen[0].header("authorization"), None);
    assert_eq!(seen[1].target, "/api/config");
    assert_eq!(seen[1].header("authorization"), Some("Bearer token-1"));
    assert_eq!(seen[1].body, r#"{"use_typed_values":true}"#);
}

#[tokio::test]
async fn clones_share_the_token_and_another_key_does_not() {
    let server = Server::with_tokens(|_| Answer::json(200, "{}")).await;
    let client = client(&server);
    let other = client.with_api_key("ek-other-0123456789").unwrap();
    for client in [&client, &client.clone(), &other, &other.clone()] {
        soon(client.config().use_typed_values(true)).await.unwrap();
    }
    let tokens: Vec<String> = server
        .calls()
        .iter()
        .map(|call| call.header("authorization").unwrap().to_owned())
        .collect();
    assert_eq!(
        tokens,
        [
            "Bearer token-1",
            "Bearer token-1",
            "Bearer token-2",
            "Bearer token-2"
        ]
    );
}

#[tokio::test]
async fn health_needs_no_token_and_sends_none() {
    let server = Server::start(|_| Answer::ok()).await;
    soon(client(&server).health()).await.unwrap();
    let seen = server.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].header("authorization"), None);
}

#[tokio::test]
async fn detailed_health_sends_the_token() {
    let server = Server::with_tokens(|_| Answer::ok()).await;
    soon(client(&server).health().detailed()).await.unwrap();
    assert_eq!(
        server.calls()[0].header("authorization"),
        Some("Bearer token-1")
    );
}

#[tokio::test]
async fn a_request_says_who_sends_it_and_nothing_that_the_server_does_not_know() {
    let server = Server::start(|_| Answer::ok()).await;
    let client = builder(&server).user_agent("my-app/1.2").build().unwrap();
    soon(client.health()).await.unwrap();
    let request = &server.seen()[0];
    let own = concat!("my-app/1.2 ekodb-sdk/", env!("CARGO_PKG_VERSION"));
    assert_eq!(request.header("user-agent"), Some(own));
    assert_eq!(request.header("accept"), Some("application/json"));
    assert_eq!(request.header("accept-encoding"), Some("gzip"));
    let mut names: Vec<&str> = request
        .headers
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"]);
}

#[tokio::test]
async fn a_path_prefix_of_the_base_url_is_kept() {
    let server = Server::start(|_| Answer::ok()).await;
    let client = Client::builder()
        .base_url(format!("{}/eko/db/", server.url()))
        .api_key(KEY)
        .build()
        .unwrap();
    soon(client.health()).await.unwrap();
    assert_eq!(server.seen()[0].target, "/eko/db/api/health");
}

#[tokio::test]
async fn no_redirect_carries_a_key_or_a_token_elsewhere() {
    let elsewhere = Server::start(|_| Answer::ok()).await;
    let url = elsewhere.url();
    let location = move |path: &str| format!("{url}{path}");
    let at_token = location("/api/auth/token");
    let redirect = |status: u16, to: &str| Answer::with(status, &[("location", to)], b"");

    for status in [301, 302, 303, 307, 308] {
        let to = at_token.clone();
        let server = Server::start(move |_| redirect(status, &to)).await;
        let error = soon(
            builder(&server)
                .token_refresh(impatient())
                .build()
                .unwrap()
                .token(),
        )
        .await;
        assert_eq!(
            error.unwrap_err().kind(),
            ErrorKind::InvalidReply,
            "{status}"
        );

        let to = location("/api/config");
        let server = Server::with_tokens(move |_| redirect(status, &to)).await;
        let error = soon(client(&server).config().use_typed_values(true))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidReply, "{status}");
        assert_eq!(error.status(), Some(status));
        assert_eq!(server.calls().len(), 1);
    }
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn what_the_server_repeats_of_a_secret_is_taken_out_of_the_error() {
    let server = Server::with_tokens(|request| {
        let token = request.header("authorization").unwrap();
        Answer::json(400, &format!(r#"{{"error":"bad: {token} of {KEY}"}}"#))
    })
    .await;
    let error = soon(client(&server).config().use_typed_values(true))
        .await
        .unwrap_err();
    assert_eq!(
        error.message(),
        Some("bad: Bearer [redacted] of [redacted]")
    );
}

#[tokio::test]
async fn what_the_token_endpoint_repeats_of_the_key_is_taken_out_of_the_error() {
    let server = Server::start(|request| {
        Answer::json(
            401,
            &format!(
                r#"{{"code":401,"message":"unknown: {}"}}"#,
                request.body.replace('"', "'")
            ),
        )
    })
    .await;
    let error = soon(client(&server).token()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert_eq!(error.message(), Some("unknown: {'api_key':'[redacted]'}"));
}

#[tokio::test]
async fn nothing_that_can_be_printed_shows_the_key_or_the_token() {
    let server = Server::with_tokens(|_| Answer::ok()).await;
    let builder = builder(&server);
    let mut shown = format!("{builder:?}");
    let client = builder.build().unwrap();
    let token = soon(client.token()).await.unwrap();
    assert_eq!(token.expose(), "token-1");
    assert!(token.expires_at().is_some());
    shown += &format!(
        "{client:?} {token:?} {:?} {:?} {:?}",
        client.token(),
        client.token_state(),
        client.config()
    );
    assert!(
        !shown.contains(KEY) && !shown.contains("token-1"),
        "{shown}"
    );
}

/// Gives up on a token at once.
fn impatient() -> ekodb_client::TokenRefresh {
    ekodb_client::TokenRefresh::new().deadline(std::time::Duration::from_millis(100))
}
