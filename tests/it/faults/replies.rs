//! Replies that are not what they should be.

use std::io::Write;

use ekodb_client::ErrorKind;
use ekodb_tests::{
    deployment::{Deployment, Tokens},
    server::Action,
};
use serde_json::json;

use super::{builder, client};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_gzipped_reply_is_unpacked() {
    let body = gzip(br#"{"collections":["users"]}"#);
    let reply = Action::body(200, "application/json", body).with_header("content-encoding", "gzip");
    let deployment = Deployment::with(Tokens::default(), move |_| reply.clone()).await;
    assert_eq!(
        client(&deployment.url())
            .collections()
            .list()
            .await
            .unwrap(),
        ["users"]
    );
}

#[tokio::test]
async fn replies_over_the_bound_are_refused_plain_gzipped_and_endless() {
    let bomb = gzip(&vec![b' '; 50_000_000]);
    assert!(bomb.len() < 100_000, "the bomb must be small on the wire");
    for (name, reply) in [
        (
            "plain",
            Action::body(200, "application/json", vec![b' '; 2_000_000]),
        ),
        (
            "bomb",
            Action::body(200, "application/json", bomb).with_header("content-encoding", "gzip"),
        ),
        ("endless", Action::Endless),
    ] {
        let deployment = Deployment::with(Tokens::default(), move |_| reply.clone()).await;
        let client = builder(&deployment.url())
            .max_reply_bytes(1_000_000)
            .build()
            .unwrap();
        let error = client.collections().list().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ReplyTooLarge, "{name}: {error}");
        assert_eq!(
            deployment.server().count("GET", "/api/collections"),
            1,
            "{name}: it would be as large again"
        );
    }
}

#[tokio::test]
async fn any_2xx_is_success() {
    for status in [200, 201, 202, 207] {
        let reply = Action::json(status, &json!({ "collections": ["users"] }));
        let deployment = Deployment::with(Tokens::default(), move |_| reply.clone()).await;
        assert_eq!(
            client(&deployment.url())
                .collections()
                .list()
                .await
                .unwrap(),
            ["users"],
            "{status}"
        );
    }
}

#[tokio::test]
async fn an_empty_body_is_accepted_where_nothing_is_needed_from_it() {
    for status in [200, 204] {
        let deployment = Deployment::with(Tokens::default(), move |_| Action::empty(status)).await;
        let client = client(&deployment.url());
        client
            .collection("users")
            .delete_collection()
            .await
            .unwrap();
        let error = client.collections().list().await.unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::InvalidReply,
            "{status}: a list is needed"
        );
    }
}

#[tokio::test]
async fn a_reply_that_is_no_json_is_an_invalid_reply_whose_content_is_not_shown() {
    for (content_type, body) in [
        ("text/html", "<html>secret-content</html>"),
        ("application/json", "secret-content"),
        ("application/json", r#"{"collections":"secret-content"}"#),
    ] {
        let reply = Action::body(200, content_type, body.as_bytes().to_vec());
        let deployment = Deployment::with(Tokens::default(), move |_| reply.clone()).await;
        let error = client(&deployment.url())
            .collections()
            .list()
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidReply, "{body}");
        assert_eq!(error.status(), Some(200), "{body}");
        assert!(
            !shown(&error).contains("secret-content"),
            "{}",
            shown(&error)
        );
    }
}

#[tokio::test]
async fn an_error_that_is_no_json_keeps_its_status_and_a_bounded_text() {
    let long = "x".repeat(100_000);
    for (content_type, body, contains) in [
        (
            "text/plain",
            "out of order\u{7}\u{1b}[31m",
            Some("out of order"),
        ),
        ("text/plain", long.as_str(), None),
        ("text/html", "<html><body>Bad Request</body></html>", None),
        ("application/json", "{", None),
    ] {
        let reply = Action::body(400, content_type, body.as_bytes().to_vec());
        let deployment = Deployment::with(Tokens::default(), move |_| reply.clone()).await;
        let error = client(&deployment.url())
            .collections()
            .list()
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::InvalidRequest, Some(400))
        );
        assert!(
            error.to_string().len() < 1_000,
            "{} bytes",
            error.to_string().len()
        );
        assert!(
            !error.to_string().contains(['\u{7}', '\u{1b}', '<']),
            "{error}"
        );
        if let Some(text) = contains {
            assert!(error.to_string().contains(text), "{error}");
        }
    }
}

#[tokio::test]
async fn the_status_of_an_error_is_that_of_the_status_line_not_of_the_body() {
    let reply = Action::json(404, &json!({ "code": 500, "message": "Record not found" }));
    let deployment = Deployment::with(Tokens::default(), move |_| reply.clone()).await;
    let error = client(&deployment.url())
        .collections()
        .list()
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::NotFound, Some(404))
    );
    assert_eq!(error.message(), Some("Record not found"));
}

fn shown(error: &ekodb_client::Error) -> String {
    let mut text = format!("{error} {error:?}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!(" {cause} {cause:?}"));
        source = cause.source();
    }
    text
}
