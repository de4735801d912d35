//! What a person reads when a call fails.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ekodb_client::{Client, Error, Retry};
use tokio::{io::AsyncWriteExt, net::TcpListener};

use crate::support::{Reply, Server, authority::Authority, builder, client, error_of, idempotent};

async fn failure(answer: Reply) -> Error {
    let server = Server::with_tokens(move |_| answer.clone()).await;
    let client = builder(&server)
        .retry(Retry::none())
        .max_reply_bytes(1_000)
        .build()
        .unwrap();
    idempotent(&client).await.unwrap_err()
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
        // The words of the system are its own.
        let text = error.to_string();
        let text = match (error.status(), text.rfind(" (")) {
            (None, Some(at)) => &text[..at],
            _ => &text,
        };
        lines.push(format!("{:?}: {text}", error.kind()));
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

/// What stands in `application/problem+json` and the like is tested where it is read: here is what
/// depends on the way that a reply comes.
#[tokio::test]
async fn the_words_of_a_server_are_kept_in_the_first_part_of_a_body() {
    let long = "x".repeat(70_000);
    let json = format!(r#"{{"message":"age is bad","record":"{long}"}}"#);
    let text = format!("age is bad {long}");
    let packed = Reply::gzip(&json);
    for reply in [
        Reply::json(400, &json),
        Reply::body(400, "text/plain", &text),
        packed.status(400),
        Reply::cut_short(500, r#"{"error":"age is bad","more":"#).status(400),
        Reply::body(
            400,
            "application/problem+json",
            r#"{"detail":"age is bad"}"#,
        ),
        Reply::body(400, "text/plain", b"age is bad \xe9"),
    ] {
        let error = failure(reply.clone()).await;
        let said = error.message().unwrap_or_default();
        assert!(said.contains("age is bad"), "{said} of {reply:?}");
        assert_eq!(error.status(), Some(400));
    }
}

#[tokio::test]
async fn no_encoding_of_a_key_or_a_token_is_shown() {
    let key = "ek+live/0123456789==";
    let token = "opaque+token/0123456789==";
    let percent = |secret: &str| {
        let bytes = secret.bytes().map(|byte| match byte {
            b'+' | b'/' | b'=' => format!("%{byte:02X}"),
            _ => char::from(byte).to_string(),
        });
        bytes.collect::<String>()
    };
    for secret in [key, token] {
        for shown in [
            secret.to_owned(),
            percent(secret),
            STANDARD.encode(format!("Bearer {secret}")),
            secret.replace('/', "\\/").replace('+', "\\u002b"),
        ] {
            for body in [
                format!("no such: {shown}"),
                format!(r#"{{"error":"no such: {shown}"}}"#),
            ] {
                let server = Server::start(move |request| match request.is_for_a_token() {
                    true => Reply::json(200, format!(r#"{{"token":"{token}"}}"#)),
                    false => Reply::body(400, "text/plain", &body),
                })
                .await;
                let client = builder(&server).api_key(key).build().unwrap();
                let error = error_of(client.collections().list()).await;
                assert_eq!(error.message(), Some("no such: [redacted]"));
            }
        }
    }
}

/// What a person reads whose first call fails because something is set wrong.
#[tokio::test]
async fn a_wrong_address_says_what_to_check() {
    for (reply, check) in [
        (Reply::body(404, "text/html", "<html>"), "its path"),
        (Reply::json(404, r#"{"error":"Not found"}"#), "its path"),
        (
            Reply::json(405, r#"{"code":405,"message":"Method Not Allowed"}"#),
            "its path",
        ),
        (
            Reply::body(200, "text/html", "<html>Log in</html>"),
            "page or proxy",
        ),
        (Reply::new(200, &[], "\n<!doctype html>"), "page or proxy"),
        (Reply::redirect(302, "https://sso.example/"), "set base_url"),
        (
            Reply::body(407, "text/html", "<html>"),
            "in the URL of the proxy",
        ),
        (Reply::body(511, "text/html", "<html>"), "wants a login"),
        (Reply::empty(421), "the host in base_url"),
    ] {
        let server = Server::start(move |_| reply.clone()).await;
        let client = builder(&server).retry(Retry::none()).build().unwrap();
        let error = error_of(client.collections().list()).await;
        assert!(error.to_string().contains(check), "{error}");
    }
}

#[tokio::test]
async fn a_wrong_scheme_says_what_to_check() {
    let authority = Authority::new();
    let tls = authority.serve().await;
    // As an HTTP server does with the hello of TLS.
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = plain.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = plain.accept().await.unwrap();
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    for (url, check) in [
        (format!("http://localhost:{}", tls.port()), "https://"),
        (format!("https://localhost:{port}"), "http://"),
    ] {
        let client = Client::builder()
            .base_url(url)
            .api_key("key")
            .add_root_certificate(authority.pem())
            .retry(Retry::none())
            .build()
            .unwrap();
        let error = error_of(client.collections().list()).await;
        assert!(error.to_string().contains(check), "{error}");
    }
}

#[tokio::test]
async fn debug_is_what_a_person_reads_of_a_failed_main() {
    let error = failure(Reply::json(404, r#"{"error":"Record not found"}"#)).await;
    assert_eq!(
        format!("{error:?}"),
        "NotFound: update_config: not found; check the name or id (HTTP 404): Record not found"
    );
    let error = failure(Reply::reset()).await;
    let shown = format!("{error:?}");
    let start = "Connection: update_config: the connection broke";
    assert!(shown.starts_with(start), "{shown}");
    assert!(shown.contains("\n  caused by: "), "{shown}");
    assert!(!shown.contains("Some("), "{shown}");
    assert!(format!("{error:#?}").contains("has_no_side_effects: false"));
}

#[tokio::test]
async fn a_timeout_that_the_server_tells_is_told_once() {
    let server = Server::with_tokens(|_| Reply::empty(408)).await;
    let error = error_of(client(&server).collections().list()).await;
    assert_eq!(error.to_string().matches("gave up").count(), 1, "{error}");
}
