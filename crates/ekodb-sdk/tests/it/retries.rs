//! Failed attempts: which are followed by another, and how many there are.

use std::time::Duration;

use ekodb_client::{Client, Error, ErrorKind, Retry, raw_api::types::CollectionSchema};

use crate::support::{Answer, KEY, Server, builder, client, quick, soon};

/// An operation that may be repeated.
async fn idempotent(client: &Client) -> Result<(), Error> {
    soon(client.config().use_typed_values(true)).await.map(drop)
}

/// One that may not. Its status stands for the outcome.
async fn creation(client: &Client) -> Option<u16> {
    let schema: CollectionSchema = serde_json::from_str(r#"{"fields":{}}"#).unwrap();
    let api = client.api();
    let call = api.create_collection().collection("users").body(schema);
    match soon(Box::pin(call.send())).await {
        Ok(_) => None,
        Err(error) => Some(error.status().unwrap().as_u16()),
    }
}

/// Fails `failures` times, then succeeds.
async fn failing(failures: usize, failure: Answer) -> Server {
    Server::with_tokens(move |request| {
        if request.before < failures {
            failure.clone()
        } else {
            Answer::json(201, r#"{"status":"success"}"#)
        }
    })
    .await
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    for failure in [
        Answer::empty(429),
        Answer::empty(502),
        Answer::empty(503),
        Answer::empty(504),
        Answer::reset(),
        Answer::close(),
        Answer::cut(100, "{"),
    ] {
        let server = failing(2, failure.clone()).await;
        idempotent(&client(&server))
            .await
            .unwrap_or_else(|error| panic!("{failure:?}: {error:?}"));
        assert_eq!(server.calls().len(), 3, "{failure:?}");
    }
}

#[tokio::test]
async fn what_will_not_pass_is_not() {
    for status in [400, 404, 405, 409, 422, 500, 501] {
        let server = failing(1, Answer::empty(status)).await;
        let error = idempotent(&client(&server)).await.unwrap_err();
        assert_eq!(error.status(), Some(status));
        assert_eq!(server.calls().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn the_attempts_end_at_their_number() {
    let server = failing(9, Answer::empty(503)).await;
    let client = builder(&server).retry(quick().attempts(4)).build().unwrap();
    let error = idempotent(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.is_retryable());
    assert_eq!(server.calls().len(), 4);
}

#[tokio::test]
async fn a_call_can_ask_for_one_attempt_only() {
    let server = failing(1, Answer::empty(503)).await;
    let client = client(&server);
    soon(client.config().use_typed_values(true).no_retry())
        .await
        .unwrap_err();
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn a_creation_is_repeated_where_the_server_says_that_it_did_nothing() {
    for status in [429, 503] {
        let server = failing(1, Answer::empty(status)).await;
        assert_eq!(creation(&client(&server)).await, None, "{status}");
        assert_eq!(server.calls().len(), 2, "{status}");
    }
}

#[tokio::test]
async fn a_creation_that_may_have_been_applied_is_never_repeated() {
    for failure in [
        Answer::empty(502),
        Answer::empty(504),
        Answer::reset(),
        Answer::close(),
        Answer::cut(100, "{"),
    ] {
        let server = failing(1, failure.clone()).await;
        assert!(creation(&client(&server)).await.is_some());
        assert_eq!(server.calls().len(), 1, "{failure:?}");
    }
}

#[tokio::test]
async fn it_is_said_whether_the_server_may_have_applied_a_call() {
    for (failure, certain) in [
        (Answer::empty(503), true),
        (Answer::empty(429), true),
        (Answer::empty(400), true),
        (Answer::empty(502), false),
        (Answer::empty(500), false),
        (Answer::reset(), false),
        (Answer::cut(100, "{"), false),
        (Answer::json(200, "[]"), false),
    ] {
        let server = failing(9, failure.clone()).await;
        let error = idempotent(&client(&server)).await.unwrap_err();
        assert_eq!(error.has_no_side_effects(), certain, "{failure:?}");
    }
}

#[tokio::test]
async fn an_attempt_that_may_have_been_applied_is_not_forgotten_by_a_later_refusal() {
    let server = Server::with_tokens(|request| match request.before {
        0 => Answer::reset(),
        _ => Answer::empty(503),
    })
    .await;
    let error = idempotent(&client(&server)).await.unwrap_err();
    assert_eq!(error.status(), Some(503));
    assert!(!error.has_no_side_effects());
}

#[tokio::test]
async fn a_call_that_reads_never_has_side_effects() {
    let server = Server::start(|_| Answer::reset()).await;
    let error = soon(client(&server).health()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(error.has_no_side_effects());
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_tried_again_and_then_told() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let client = Client::builder()
        .base_url(format!("http://{nobody}"))
        .api_key(KEY)
        .retry(quick())
        .build()
        .unwrap();
    let error = soon(client.health()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.has_no_side_effects() && error.is_retryable());
}

#[tokio::test]
async fn a_pause_that_the_server_asks_for_is_kept() {
    // One second is the least that can be asked for in full seconds; a date may lie in the past.
    let past = "Sun, 06 Nov 1994 08:49:37 GMT";
    for retry_after in ["0", past] {
        let server = failing(2, Answer::with(429, &[("retry-after", retry_after)], b"")).await;
        idempotent(&client(&server)).await.unwrap();
        assert_eq!(server.calls().len(), 3);
    }
}

#[tokio::test]
async fn a_pause_longer_than_its_cap_is_the_cap() {
    let server = failing(1, Answer::with(429, &[("retry-after", "86400")], b"")).await;
    let short = quick().retry_after_cap(Duration::from_millis(1));
    let client = builder(&server).retry(short).build().unwrap();
    idempotent(&client).await.unwrap();
    assert_eq!(server.calls().len(), 2);
}

#[tokio::test]
async fn a_pause_longer_than_the_deadline_is_not_begun() {
    let server = failing(1, Answer::with(503, &[("retry-after", "40")], b"")).await;
    let client = builder(&server)
        .deadline(Duration::from_secs(35))
        .build()
        .unwrap();
    let error = idempotent(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(40)));
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn the_retries_of_all_calls_together_are_bounded() {
    let server = Server::start(|_| Answer::empty(503)).await;
    let client = builder(&server)
        .retry(quick().attempts(10).budget(7))
        .build()
        .unwrap();
    for _ in 0..20 {
        soon(client.health()).await.unwrap_err();
    }
    assert_eq!(server.seen().len(), 20 + 7);
}

#[tokio::test]
async fn successes_bring_retries_back() {
    let server = Server::start(|request| match request.before {
        0 | 12 => Answer::empty(503),
        _ => Answer::ok(),
    })
    .await;
    let client = builder(&server).retry(quick().budget(1)).build().unwrap();
    for _ in 0..12 {
        soon(client.health()).await.unwrap();
    }
    assert_eq!(server.seen().len(), 12 + 2);
}

#[tokio::test]
async fn a_connection_that_the_server_closed_in_the_meantime_is_not_the_callers_business() {
    let server = Server::start(|_| Answer::ok().and_close()).await;
    let client = builder(&server).retry(Retry::none()).build().unwrap();
    for _ in 0..5 {
        soon(client.health()).await.unwrap();
        soon(server.idle()).await;
    }
    assert_eq!(server.seen().len(), 5);
}

#[tokio::test]
async fn connections_are_used_again() {
    let server = Server::start(|_| Answer::ok()).await;
    let client = client(&server);
    for _ in 0..5 {
        soon(client.health()).await.unwrap();
    }
    assert!(server.seen().iter().all(|request| request.connection == 0));
}
