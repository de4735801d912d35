//! What a person reads when a call fails.

use ekodb_client::{Error, Retry};

use crate::support::{Reply, Server, builder, soon};

async fn failure(answer: Reply) -> Error {
    let server = Server::with_tokens(move |_| answer.clone()).await;
    let client = builder(&server)
        .retry(Retry::none())
        .max_reply_bytes(1_000)
        .build()
        .unwrap();
    soon(client.config().use_typed_values(true))
        .await
        .unwrap_err()
}

#[tokio::test]
async fn every_failure_says_what_failed_and_what_to_do() {
    let mut lines = Vec::new();
    for answer in [
        Reply::json(
            400,
            r#"{"error":"Invalid JSON: expected value at line 1 column 15"}"#,
        ),
        Reply::json(401, r#"{"code":401,"message":"Invalid or expired token"}"#),
        Reply::json(403, r#"{"error":"Admin key required"}"#),
        Reply::json(404, r#"{"error":"Record not found"}"#),
        Reply::json(405, r#"{"code":405,"message":"Method Not Allowed"}"#),
        Reply::json(409, r#"{"error":"exists"}"#),
        Reply::body(418, "text/plain", "I am a teapot"),
        Reply::json(429, r#"{"code":429,"message":"Too many requests"}"#),
        Reply::json(500, r#"{"code":404,"message":"the status line counts"}"#),
        Reply::empty(501),
        Reply::body(502, "text/html", "<html><h1>502 Bad Gateway</h1></html>"),
        Reply::json(503, r#"{"code":503,"message":"Overloaded"}"#),
        Reply::new(307, &[("location", "https://elsewhere.example/")], b""),
        Reply::body(200, "text/html", "<html>Log in</html>"),
        Reply::json(200, "[1, 2]"),
        Reply::json(200, "{"),
        Reply::json(200, " ".repeat(2_000)),
        Reply::new(200, &[("content-encoding", "gzip")], b"no gzip"),
        Reply::new(200, &[("content-encoding", "br")], b"{}"),
        Reply::cut_short(500, "{"),
        Reply::reset(),
    ] {
        let error = failure(answer).await;
        lines.push(format!("{:?}: {error}", error.kind()));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn an_error_does_not_repeat_its_source() {
    let error = failure(Reply::reset()).await;
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(!error.to_string().contains(&source), "{error} / {source}");
    assert!(!source.contains("/api/"), "{source}");
}
