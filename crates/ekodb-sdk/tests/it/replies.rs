//! Replies: what is accepted, what is refused, and how much is read.

use ekodb_client::ErrorKind;

use crate::support::{Answer, Server, builder, client, soon};

/// The kind and status of what comes of a reply to a call that expects an object.
async fn outcome(answer: Answer) -> Result<(), (ErrorKind, Option<u16>)> {
    let server = Server::with_tokens(move |_| answer.clone()).await;
    let client = builder(&server).max_reply_bytes(10_000).build().unwrap();
    let outcome = soon(client.config().use_typed_values(true)).await;
    outcome
        .map(drop)
        .map_err(|error| (error.kind(), error.status()))
}

#[tokio::test]
async fn any_2xx_is_a_success() {
    for status in [200, 201, 202, 203, 207, 226, 299] {
        assert_eq!(
            outcome(Answer::json(status, "{}")).await,
            Ok(()),
            "{status}"
        );
    }
}

#[tokio::test]
async fn an_empty_body_is_an_empty_object() {
    for status in [200, 201, 204, 205] {
        let answer = if status == 204 {
            Answer::bare(204)
        } else {
            Answer::empty(status)
        };
        assert_eq!(outcome(answer).await, Ok(()), "{status}");
    }
    assert_eq!(
        outcome(Answer::typed(200, "text/html", " \n")).await,
        Ok(())
    );
}

#[tokio::test]
async fn where_something_is_needed_an_empty_body_is_no_reply() {
    let server = Server::start(|_| Answer::empty(200)).await;
    let error = soon(client(&server).health()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidReply);
    assert_eq!(
        error.to_string(),
        "get_health: the reply lacks the member `status` (HTTP 200)"
    );
}

#[tokio::test]
async fn json_is_json_under_every_likely_name() {
    for content_type in [
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/problem+json",
        "text/plain",
        "application/octet-stream",
    ] {
        assert_eq!(
            outcome(Answer::typed(200, content_type, "{}")).await,
            Ok(()),
            "{content_type}"
        );
    }
    assert_eq!(outcome(Answer::with(200, &[], b"{}")).await, Ok(()));
}

#[tokio::test]
async fn a_page_is_no_reply_though_its_status_is_200() {
    for (content_type, body) in [
        ("text/html", "<html>Please log in</html>"),
        ("application/msgpack", "\u{1}"),
        ("application/json", "<html>"),
        ("text/plain", "hello"),
    ] {
        let refused = outcome(Answer::typed(200, content_type, body)).await;
        assert_eq!(
            refused,
            Err((ErrorKind::InvalidReply, Some(200))),
            "{content_type}"
        );
    }
}

#[tokio::test]
async fn gzip_is_unpacked() {
    assert_eq!(
        outcome(Answer::gzip(b"{\"status\":\"success\"}")).await,
        Ok(())
    );
}

#[tokio::test]
async fn a_gzip_that_unpacks_to_too_much_is_refused() {
    let bomb = Answer::gzip(&vec![b' '; 5_000_000]);
    assert_eq!(
        outcome(bomb).await,
        Err((ErrorKind::ReplyTooLarge, Some(200)))
    );
}

#[tokio::test]
async fn a_reply_that_is_too_large_is_refused() {
    for answer in [
        Answer::json(200, &" ".repeat(10_001)),
        // Announced, but never sent: it must not be waited for.
        Answer::cut(10_001, ""),
        Answer::endless(),
    ] {
        assert_eq!(
            outcome(answer).await,
            Err((ErrorKind::ReplyTooLarge, Some(200)))
        );
    }
    let largest = format!("{{}}{}", " ".repeat(9_998));
    assert_eq!(outcome(Answer::json(200, &largest)).await, Ok(()));
}

#[tokio::test]
async fn the_size_of_an_error_is_bounded_too() {
    let text = format!(r#"{{"error":"{}"}}"#, "x".repeat(100_000));
    let server = Server::start(move |_| Answer::json(404, &text)).await;
    let error = soon(client(&server).health()).await.unwrap_err();
    assert_eq!((error.status(), error.message()), (Some(404), None));
}

#[tokio::test]
async fn a_packing_that_was_not_asked_for_is_refused() {
    let headers = [
        ("content-type", "application/json"),
        ("content-encoding", "br"),
    ];
    let refused = outcome(Answer::with(200, &headers, b"{}")).await;
    assert_eq!(refused, Err((ErrorKind::InvalidReply, Some(200))));
}

#[tokio::test]
async fn what_cannot_be_decoded_is_not_repeated() {
    let secret = "a value of a user";
    for body in [
        format!(r#"{{"status":"ok","integrity_ok":"{secret}"}}"#),
        format!(r#"{{"status":["{secret}"]}}"#),
        format!(r#""{secret}""#),
        format!(r#"{{"status":"{secret}"#),
    ] {
        let server = Server::start(move |_| Answer::json(200, &body)).await;
        let error = soon(client(&server).health()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidReply);
        let shown = format!(
            "{error} {error:?} {:?}",
            std::error::Error::source(&error).map(ToString::to_string)
        );
        assert!(!shown.contains(secret), "{shown}");
    }
}
