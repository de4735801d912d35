//! Replies: what is accepted, what is refused, and how much is read.

use ekodb_client::{ErrorKind, Record, kv::KvLink};

use crate::support::{Reply, Server, builder, client, error_of, idempotent, soon};

/// The kind and status of what comes of a reply to a call that expects an object.
async fn outcome(answer: Reply) -> Result<(), (ErrorKind, Option<u16>)> {
    let server = Server::with_tokens(move |_| answer.clone()).await;
    let client = builder(&server).max_reply_bytes(10_000).build().unwrap();
    let outcome = idempotent(&client).await;
    outcome.map_err(|error| (error.kind(), error.status()))
}

#[tokio::test]
async fn any_2xx_is_success() {
    for status in [200, 201, 202, 203, 207, 226, 299] {
        assert_eq!(outcome(Reply::json(status, "{}")).await, Ok(()), "{status}");
    }
}

#[tokio::test]
async fn an_empty_body_is_accepted_where_nothing_is_needed_from_it() {
    for status in [200, 201, 204, 205] {
        let answer = if status == 204 {
            Reply::without_length(204)
        } else {
            Reply::empty(status)
        };
        assert_eq!(outcome(answer).await, Ok(()), "{status}");
    }
    assert_eq!(outcome(Reply::body(200, "text/html", " \n")).await, Ok(()));
}

#[tokio::test]
async fn an_empty_body_is_an_invalid_reply_where_something_is_needed_from_it() {
    let server = Server::start(|_| Reply::empty(200)).await;
    let error = error_of(client(&server).health()).await;
    assert_eq!(error.kind(), ErrorKind::InvalidReply);
    let text = "get_health: the reply lacks the member `status` (HTTP 200)";
    assert_eq!(error.to_string(), text);
}

#[tokio::test]
async fn json_is_read_whatever_content_type_is_likely_for_it() {
    for content_type in [
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/problem+json",
        "text/plain",
        "application/octet-stream",
    ] {
        let read = outcome(Reply::body(200, content_type, "{}")).await;
        assert_eq!(read, Ok(()), "{content_type}");
    }
    assert_eq!(outcome(Reply::new(200, &[], b"{}")).await, Ok(()));
}

#[tokio::test]
async fn a_page_is_an_invalid_reply_though_its_status_is_200() {
    for (content_type, body) in [
        ("text/html", "<html>Please log in</html>"),
        ("application/msgpack", "\u{1}"),
        ("application/json", "<html>"),
        ("text/plain", "hello"),
    ] {
        let refused = outcome(Reply::body(200, content_type, body)).await;
        let invalid = Err((ErrorKind::InvalidReply, Some(200)));
        assert_eq!(refused, invalid, "{content_type}");
    }
}

#[tokio::test]
async fn an_error_under_a_status_of_success_is_no_success() {
    for body in [
        r#"{"error":"boom"}"#,
        r#" { "code":500,"message":"boom"}"#,
        r#"{"message":"boom","code":"E1","success":false}"#,
        r#"{"success":false,"error":{"message":"boom"}}"#,
    ] {
        let server = Server::with_tokens(move |_| Reply::json(200, body)).await;
        let client = client(&server);
        let (records, kv) = (client.collection("t"), client.kv());
        let outcomes = [
            soon(records.delete("a")).await,
            soon(records.restore_record("a")).await,
            soon(records.delete_collection()).await,
            soon(kv.set("a", 1)).await,
            soon(kv.delete("a")).await.map(drop),
            soon(kv.delete_every_key_of_the_store()).await,
            soon(kv.link("a", KvLink::new("t", "a"))).await,
            soon(kv.unlink("a", "t", "a")).await,
            soon(client.config().use_typed_values(true)).await.map(drop),
        ];
        for outcome in outcomes {
            let error = outcome.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidReply, "{body}: {error}");
            assert!(error.to_string().contains("boom"), "{body}: {error}");
        }
    }
    // These are what the calls are answered with, and a record may have such fields.
    for body in [
        r#"{"message":"deleted"}"#,
        r#"{"success":true}"#,
        r#"{"status":"committed"}"#,
        r#"{"error":"boom","id":"a"}"#,
        r#"{"code":500,"message":"boom","name":"a"}"#,
    ] {
        let server = Server::with_tokens(move |_| Reply::json(200, body)).await;
        let outcome = soon(client(&server).collection("t").delete("a")).await;
        outcome.unwrap_or_else(|error| panic!("{body}: {error}"));
    }
}

#[tokio::test]
async fn an_empty_id_in_a_reply_is_invalid() {
    let body = r#"{"id":"","transaction_id":" "}"#;
    let server = Server::with_tokens(move |_| Reply::json(200, body)).await;
    let client = client(&server);
    let error = soon(client.collection("t").insert(Record::new())).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidReply);
    let error = soon(client.begin()).await.map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidReply);
}

#[tokio::test]
async fn a_gzipped_reply_is_unpacked() {
    let server = Server::with_tokens(|_| Reply::gzip(r#"{"collections":["users"]}"#)).await;
    let names = soon(client(&server).collections().list()).await;
    assert_eq!(names.unwrap(), ["users"]);
}

#[tokio::test]
async fn a_content_encoding_that_was_not_asked_for_is_refused() {
    let headers = [
        ("content-type", "application/json"),
        ("content-encoding", "br"),
    ];
    let refused = outcome(Reply::new(200, &headers, b"{}")).await;
    assert_eq!(refused, Err((ErrorKind::InvalidReply, Some(200))));
}

#[tokio::test]
async fn replies_over_the_bound_are_refused_plain_gzipped_and_endless() {
    for reply in [
        Reply::json(200, " ".repeat(10_001)),
        // Fifty megabytes that are less than a hundred kilobytes when sent.
        Reply::gzip(vec![b' '; 50_000_000]),
        // Announced, but never sent: it must not be waited for.
        Reply::cut_short(10_001, ""),
        Reply::endless(),
    ] {
        let server = Server::with_tokens(move |_| reply.clone()).await;
        let client = builder(&server).max_reply_bytes(10_000).build().unwrap();
        let error = error_of(client.collections().list()).await;
        assert_eq!(error.kind(), ErrorKind::ReplyTooLarge);
        assert_eq!(error.status(), Some(200));
        assert_eq!(server.calls().len(), 1, "it would be as large again");
    }
    let largest = format!("{{}}{}", " ".repeat(9_998));
    assert_eq!(outcome(Reply::json(200, &largest)).await, Ok(()));
}

#[tokio::test]
async fn an_error_that_is_not_json_keeps_its_status_and_a_bounded_text() {
    let long = "x".repeat(100_000);
    let long_json = format!(r#"{{"error":"{long}"}}"#);
    for (content_type, body, contains) in [
        (
            "text/plain",
            "out of order\u{7}\u{1b}[31m",
            Some("out of order"),
        ),
        ("text/plain", long.as_str(), Some("xxx")),
        ("text/html", "<html><body>Bad Request</body></html>", None),
        ("application/json", "{", None),
        ("application/json", long_json.as_str(), Some("xxx")),
    ] {
        let reply = Reply::body(400, content_type, body);
        let server = Server::with_tokens(move |_| reply.clone()).await;
        let error = error_of(client(&server).collections().list()).await;
        let text = error.to_string();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(error.status(), Some(400));
        assert!(text.len() < 1_000, "{} bytes", text.len());
        assert!(!text.contains(['\u{7}', '\u{1b}', '<']), "{text}");
        match contains {
            Some(part) => assert!(text.contains(part), "{text}"),
            None => assert_eq!(error.message(), None),
        }
    }
}

#[tokio::test]
async fn the_status_of_an_error_is_that_of_the_status_line_not_of_the_body() {
    let reply = r#"{"code":500,"message":"Record not found"}"#;
    let server = Server::with_tokens(move |_| Reply::json(404, reply)).await;
    let error = error_of(client(&server).collections().list()).await;
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.status(), Some(404));
    assert_eq!(error.message(), Some("Record not found"));
}

#[tokio::test]
async fn a_reply_that_cannot_be_decoded_is_not_shown() {
    let secret = "a value of a user";
    for (content_type, body) in [
        (
            "application/json",
            format!(r#"{{"status":"ok","integrity_ok":"{secret}"}}"#),
        ),
        ("application/json", format!(r#"{{"status":["{secret}"]}}"#)),
        ("application/json", format!(r#""{secret}""#)),
        ("application/json", format!(r#"{{"status":"{secret}"#)),
        ("application/json", secret.to_owned()),
        ("text/html", format!("<html>{secret}</html>")),
    ] {
        let reply = Reply::body(200, content_type, body);
        let server = Server::start(move |_| reply.clone()).await;
        let error = error_of(client(&server).health()).await;
        assert_eq!(error.kind(), ErrorKind::InvalidReply);
        assert_eq!(error.status(), Some(200));
        let shown = with_sources(&error);
        assert!(!shown.contains(secret), "{shown}");
    }
}

/// All that can be printed of an error and of its causes.
fn with_sources(error: &ekodb_client::Error) -> String {
    let mut text = format!("{error} {error:?}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!(" {cause} {cause:?}"));
        source = cause.source();
    }
    text
}

#[tokio::test]
async fn a_reply_with_more_than_100_headers_is_named() {
    let with =
        |count: usize| (0..count).fold(Reply::ok(), |reply, n| reply.header(&format!("x-{n}"), n));
    let server = Server::start(move |_| with(90)).await;
    soon(client(&server).health()).await.unwrap();
    let server = Server::start(move |_| with(150)).await;
    let error = error_of(client(&server).health()).await;
    assert_eq!(error.kind(), ErrorKind::InvalidReply, "{error}");
    let text = error.to_string();
    assert!(text.contains("more than 100 headers"), "{text}");
    assert_eq!(server.requests().len(), 1);
}
