//! Requests of any path, decoded and as they come.

use ekodb_client::{ErrorKind, Retry};
use serde_json::json;

use crate::support::{Reply, Server, builder, error_of, soon};

#[tokio::test]
async fn a_raw_reply_is_what_the_server_sent_whatever_its_status() {
    let server = Server::with_tokens(|request| match request.path() {
        "/api/find/users/absent" => Reply::json(404, r#"{"error":"Record not found"}"#),
        "/api/collections" => Reply::body(502, "text/html", "<h1>Bad gateway</h1>"),
        "/api/auth/keys/me" => Reply::empty(204),
        _ => Reply::json(401, r#"{"code":401}"#),
    })
    .await;
    let client = builder(&server).build().unwrap();
    for (method, path, operation, status, body) in [
        (
            "GET",
            "/api/find/users/absent",
            "get_record",
            404,
            r#"{"error":"Record not found"}"#,
        ),
        (
            "GET",
            "/api/collections",
            "list_collections",
            502,
            "<h1>Bad gateway</h1>",
        ),
        ("DELETE", "/api/auth/keys/me", "revoke_key", 204, ""),
        ("GET", "/api/unknown", "raw", 401, r#"{"code":401}"#),
    ] {
        let reply = soon(client.raw_reply(method, path, None)).await.unwrap();
        assert_eq!(reply.operation, operation);
        assert_eq!(reply.status, status, "{path}");
        assert_eq!(String::from_utf8(reply.body.clone()).unwrap(), body);
        assert!(body.is_empty() || !format!("{reply:?}").contains(body));
    }
    // Each was sent once, with the one token.
    assert_eq!(server.calls().len(), 4);
    assert_eq!(server.token_requests(), 1);
}

#[tokio::test]
async fn a_raw_reply_that_does_not_come_is_an_error() {
    let server = Server::with_tokens(|_| Reply::reset()).await;
    let client = builder(&server).retry(Retry::none()).build().unwrap();
    let call = client.raw_reply("GET", "/api/collections", None);
    let error = error_of(call).await;
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_eq!(error.operation(), Some("list_collections"));
    let call = client.raw_reply("GET", "collections", None);
    let error = error_of(call).await;
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
}

#[tokio::test]
async fn a_raw_request_is_decoded_and_replayed_like_every_call() {
    let server = Server::with_tokens(|request| match request.bearer() {
        Some("token-1") => Reply::empty(401),
        _ => Reply::json(200, r#"{"sent":1}"#),
    })
    .await;
    let client = builder(&server).build().unwrap();
    let body = Some(json!({"a": 1}));
    let reply = soon(client.raw_request("POST", "/api/functions", body))
        .await
        .unwrap();
    assert_eq!(reply, json!({"sent": 1}));
    let calls = server.calls();
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[1].json(), json!({"a": 1}));
}
