//! Where the key and the token go, and where they never do.

use ekodb_client::{Client, ErrorKind};

use crate::support::{
    KEY, Reply, Server, builder, client, error_of, idempotent, one_attempt, soon,
};

#[tokio::test]
async fn the_key_goes_to_the_token_endpoint_and_the_token_to_the_call() {
    let server = Server::with_tokens(|_| Reply::json(200, "{}")).await;
    idempotent(&client(&server)).await.unwrap();

    let seen = server.requests();
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
    let server = Server::with_tokens(|_| Reply::json(200, "{}")).await;
    let client = client(&server);
    let other = client.with_api_key("ek-other-0123456789").unwrap();
    for client in [&client, &client.clone(), &other, &other.clone()] {
        idempotent(client).await.unwrap();
    }
    let calls = server.calls();
    let tokens = calls.iter().map(|call| call.header("authorization"));
    let (first, second) = (Some("Bearer token-1"), Some("Bearer token-2"));
    assert_eq!(tokens.collect::<Vec<_>>(), [first, first, second, second]);
}

#[tokio::test]
async fn health_needs_no_token_and_sends_none() {
    let server = Server::start(|_| Reply::ok()).await;
    soon(client(&server).health()).await.unwrap();
    let seen = server.requests();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].header("authorization"), None);
}

#[tokio::test]
async fn detailed_health_sends_the_token() {
    let server = Server::with_tokens(|_| Reply::ok()).await;
    soon(client(&server).health().detailed()).await.unwrap();
    let call = &server.calls()[0];
    assert_eq!(call.header("authorization"), Some("Bearer token-1"));
}

#[tokio::test]
async fn a_request_has_a_user_agent_and_no_header_without_need() {
    let server = Server::start(|_| Reply::ok()).await;
    let client = builder(&server).user_agent("my-app/1.2").build().unwrap();
    soon(client.health()).await.unwrap();
    let request = &server.requests()[0];
    let own = concat!("my-app/1.2 ekodb-sdk/", env!("CARGO_PKG_VERSION"));
    assert_eq!(request.header("user-agent"), Some(own));
    assert_eq!(request.header("accept"), Some("application/json"));
    assert_eq!(request.header("accept-encoding"), Some("gzip"));
    let names = request.headers.iter().map(|(name, _)| name.as_str());
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"]);
}

#[tokio::test]
async fn a_path_prefix_of_the_base_url_is_kept() {
    let server = Server::start(|_| Reply::ok()).await;
    let client = Client::builder()
        .base_url(format!("{}/eko/db/", server.url()))
        .api_key(KEY)
        .build()
        .unwrap();
    soon(client.health()).await.unwrap();
    assert_eq!(server.requests()[0].target, "/eko/db/api/health");
}

#[tokio::test]
async fn no_redirect_carries_a_key_or_a_token_elsewhere() {
    let elsewhere = Server::start(|_| Reply::ok()).await;
    let url = elsewhere.url();
    let location = move |path: &str| format!("{url}{path}");
    let at_token = location("/api/auth/token");

    for status in [301, 302, 303, 307, 308] {
        let to = at_token.clone();
        let server = Server::start(move |_| Reply::redirect(status, &to)).await;
        let client_of = builder(&server).token_refresh(one_attempt()).build();
        let error = error_of(client_of.unwrap().token()).await;
        assert_eq!(error.kind(), ErrorKind::InvalidReply, "{status}");

        let to = location("/api/config");
        let server = Server::with_tokens(move |_| Reply::redirect(status, &to)).await;
        let error = idempotent(&client(&server)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidReply, "{status}");
        assert_eq!(error.status(), Some(status));
        assert!(error.to_string().contains("redirect"), "{error}");
        assert_eq!(server.calls().len(), 1);
    }
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn a_secret_that_the_server_repeats_is_removed_from_the_error() {
    let server = Server::with_tokens(|request| {
        let token = request.header("authorization").unwrap();
        Reply::json(400, format!(r#"{{"error":"bad: {token} of {KEY}"}}"#))
    })
    .await;
    let error = idempotent(&client(&server)).await.unwrap_err();
    let words = "bad: Bearer [redacted] of [redacted]";
    assert_eq!(error.message(), Some(words));
}

#[tokio::test]
async fn a_key_that_the_token_endpoint_repeats_is_removed_from_the_error() {
    let server = Server::start(|request| {
        let body = request.body.replace('"', "'");
        Reply::json(
            401,
            format!(r#"{{"code":401,"message":"unknown: {body}"}}"#),
        )
    })
    .await;
    let error = error_of(client(&server).token()).await;
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert_eq!(error.message(), Some("unknown: {'api_key':'[redacted]'}"));
}

#[tokio::test]
async fn no_debug_text_shows_the_key_or_the_token() {
    let server = Server::with_tokens(|_| Reply::ok()).await;
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
    for secret in [KEY, "token-1"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

/// Some gateways answer 411 to a POST that does not say so.
#[tokio::test]
async fn a_request_that_could_have_a_body_says_that_it_has_none() {
    let server = Server::with_tokens(|_| Reply::json(200, r#"{"collections":[]}"#)).await;
    let client = client(&server);
    soon(client.collection("a").restore()).await.unwrap();
    let restored = soon(client.collection("a").restore_record("b")).await;
    restored.unwrap();
    soon(client.collections().list()).await.unwrap();
    let calls = server.calls();
    let lengths = calls.iter().map(|call| call.header("content-length"));
    assert_eq!(lengths.collect::<Vec<_>>(), [Some("0"), Some("0"), None]);
}
