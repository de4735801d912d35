use reqwest::Method;
use serde_json::json;

use crate::support::{Server, builder, send};

const NOT_ALLOWED: &str = r#"{"code":405,"message":"Method Not Allowed"}"#;

#[tokio::test]
async fn a_wrong_method_and_an_unknown_route_are_405_in_the_recorded_envelope() {
    let server = Server::start().await;
    for (method, path) in [
        (Method::GET, "/api/auth/token"),
        (Method::DELETE, "/api/health"),
        (Method::GET, "/api/nothing"),
        (Method::GET, "/api/collections/"),
        (Method::GET, "/api/collections/a/b"),
        (Method::POST, "/api/auth/keys"),
    ] {
        let reply = send(server.request(method.clone(), path)).await;
        assert_eq!(reply.status, 405, "{method} {path}");
        assert_eq!(reply.body.to_string(), NOT_ALLOWED, "{method} {path}");
    }
}

#[tokio::test]
async fn outside_the_api_there_is_the_documentation_and_nothing_else() {
    let server = Server::start().await;
    let root = server.request(Method::GET, "/").send().await.unwrap();
    assert_eq!((root.status().as_u16(), root.url().path()), (200, "/docs/"));
    for (method, path) in [
        (Method::GET, "/favicon.ico"),
        (Method::POST, "/health"),
        (Method::GET, "/apis/health"),
    ] {
        let reply = send(server.request(method, path)).await;
        assert_eq!(reply.status, 404, "{path}");
        assert!(reply.body["error"].is_string());
    }
}

#[tokio::test]
async fn what_is_not_emulated_says_so() {
    let server = Server::start().await;
    for (path, what) in [
        ("/api/search/users", "search"),
        ("/api/chat", "chat"),
        ("/api/functions", "functions"),
        ("/api/wal/health", "the write-ahead log"),
    ] {
        let reply = send(server.request(Method::POST, path)).await;
        assert_eq!(reply.status, 501, "{path}");
        let error = reply.body["error"].as_str().unwrap();
        assert!(error.contains(what), "{path}: {error}");
    }
}

#[tokio::test]
async fn success_announces_the_rate_limit() {
    let server = Server::start().await;
    let reply = send(server.request(Method::GET, "/api/health")).await;
    for header in [
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
    ] {
        let value = reply.headers[header].to_str().unwrap();
        assert!(value.parse::<u64>().is_ok(), "{header}: {value}");
    }
}

#[tokio::test]
async fn over_the_limit_is_429_with_the_time_to_wait() {
    let server = Server::start_with(builder().rate_limit(2)).await;
    for expected in [200, 200, 429] {
        let reply = send(server.request(Method::GET, "/api/health")).await;
        assert_eq!(reply.status, expected);
        if expected == 429 {
            assert_eq!(
                reply.body,
                json!({ "code": 429, "message": "Rate limit exceeded" })
            );
            let wait: u64 = reply.headers["retry-after"]
                .to_str()
                .unwrap()
                .parse()
                .unwrap();
            assert!((1..=60).contains(&wait));
        }
    }
    server.emulator.advance(std::time::Duration::from_secs(60));
    assert_eq!(
        send(server.request(Method::GET, "/api/health"))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn broken_json_is_refused_with_the_place() {
    let server = Server::start().await;
    let request = server
        .request(Method::POST, "/api/auth/token")
        .header("content-type", "application/json")
        .body(r#"{"api_key": nope}"#);
    let reply = send(request).await;
    reply.is(
        400,
        json!({ "error": "Invalid JSON: expected ident at line 1 column 14" }),
    );
}

#[tokio::test]
async fn a_body_without_a_content_type_is_taken_for_json() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let request = server.request(Method::POST, "/api/insert/c");
    let request = request.bearer_auth(admin).body(r#"{"n": 1}"#);
    assert_eq!(send(request).await.status, 201);
}
