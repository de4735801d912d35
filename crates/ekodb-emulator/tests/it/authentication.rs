use std::time::Duration;

use reqwest::Method;
use reqwest::header::AUTHORIZATION;
use serde_json::json;

use crate::support::{ADMIN, Server, builder, send, token};

const UNAUTHORIZED: &str = "Invalid or expired token";

#[tokio::test]
async fn a_key_is_exchanged_for_a_token_that_opens_the_api() {
    let server = Server::start().await;
    let reply = server.token_for(ADMIN).await;
    assert_eq!(reply.status, 200);
    let token = token(reply);
    assert_eq!(token.split('.').count(), 3, "it is a JWT");
    assert_eq!(server.get(&token, "/api/collections").await.status, 200);
}

#[tokio::test]
async fn an_unknown_key_gets_no_token() {
    let server = Server::start().await;
    let reply = server.token_for("wrong").await;
    reply.is(401, json!({ "code": 401, "message": "Invalid API key" }));
}

#[tokio::test]
async fn every_token_is_another_one_and_the_earlier_stay_good() {
    let server = Server::start().await;
    let (first, second) = (server.admin().await, server.admin().await);
    assert_ne!(first, second);
    for token in [first, second] {
        assert_eq!(server.get(&token, "/api/collections").await.status, 200);
    }
}

#[tokio::test]
async fn a_request_for_a_token_without_the_key_is_a_bad_request() {
    let server = Server::start().await;
    for body in [
        json!({}),
        json!({ "api_key": 1 }),
        json!({ "api_key": null }),
        json!([]),
    ] {
        let reply = server.open_post("/api/auth/token", body).await;
        assert_eq!(reply.status, 400);
        assert!(
            reply.body["error"]
                .as_str()
                .unwrap()
                .starts_with("Invalid request: ")
        );
    }
}

#[tokio::test]
async fn without_a_good_bearer_the_answer_is_401_with_the_documented_text() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let plain = || server.request(Method::GET, "/api/collections");
    for (what, request) in [
        ("no header", plain()),
        ("nonsense", plain().bearer_auth("nonsense")),
        (
            "another scheme",
            plain().header(AUTHORIZATION, format!("Basic {admin}")),
        ),
        ("no scheme", plain().header(AUTHORIZATION, &admin)),
        ("an empty token", plain().header(AUTHORIZATION, "Bearer ")),
        ("the key itself", plain().bearer_auth(ADMIN)),
        ("a changed token", plain().bearer_auth(format!("{admin}x"))),
    ] {
        let reply = send(request).await;
        assert_eq!(reply.status, 401, "{what}");
        assert_eq!(
            reply.body,
            json!({ "code": 401, "message": UNAUTHORIZED }),
            "{what}"
        );
    }
}

#[tokio::test]
async fn the_scheme_is_not_case_sensitive() {
    let server = Server::start().await;
    let header = format!("bearer {}", server.admin().await);
    let request = server
        .request(Method::GET, "/api/collections")
        .header(AUTHORIZATION, header);
    assert_eq!(send(request).await.status, 200);
}

#[tokio::test]
async fn a_token_expires_after_its_lifetime() {
    let server = Server::start_with(builder().token_lifetime(Duration::from_secs(60))).await;
    let old = server.admin().await;
    server.emulator.advance(Duration::from_secs(58));
    assert_eq!(server.get(&old, "/api/collections").await.status, 200);
    server.emulator.advance(Duration::from_secs(3));
    assert_eq!(server.get(&old, "/api/collections").await.status, 401);
    let new = server.admin().await;
    assert_eq!(server.get(&new, "/api/collections").await.status, 200);
}

#[tokio::test]
async fn a_token_lives_for_an_hour_by_default() {
    let server = Server::start().await;
    let token = server.admin().await;
    server.emulator.advance(Duration::from_secs(59 * 60 + 50));
    assert_eq!(server.get(&token, "/api/collections").await.status, 200);
    server.emulator.advance(Duration::from_secs(12));
    assert_eq!(server.get(&token, "/api/collections").await.status, 401);
}

/// What a page of another origin can send without asking first, and what no client means.
#[tokio::test]
async fn a_key_is_taken_from_a_small_json_body_only() {
    let server = Server::start().await;
    for path in ["/api/auth/token", "/api/auth/register"] {
        for content_type in [
            None,
            Some("text/plain"),
            Some("text/plain; application/json"),
            Some("application/x-www-form-urlencoded"),
            Some("multipart/form-data; boundary=a"),
            Some("application/msgpack"),
        ] {
            let body = json!({ "api_key": server.emulator.admin_key() }).to_string();
            let mut request = server.request(Method::POST, path).body(body);
            if let Some(content_type) = content_type {
                request = request.header("content-type", content_type);
            }
            let reply = send(request).await;
            assert_eq!(reply.status, 415, "{path} {content_type:?}");
            let error = reply.body["error"].as_str().unwrap();
            assert!(error.contains("Content-Type: application/json"), "{error}");
        }
        let large = json!({ "api_key": "a".repeat(70_000) });
        assert_eq!(server.open_post(path, large).await.status, 413, "{path}");
    }
    let body = json!({ "api_key": server.emulator.admin_key() }).to_string();
    let request = server.request(Method::POST, "/api/auth/token").body(body);
    let request = request.header("content-type", "application/json; charset=utf-8");
    assert_eq!(send(request).await.status, 200);
}
