//! Failed attempts: which are followed by another, and how many there are.

use std::time::Duration;

use ekodb_client::{
    Client, CollectionSchema, Error, ErrorKind, Field, Record, Retry, TokenRefresh,
};
use futures::future::join_all;

use crate::support::{KEY, Reply, Server, builder, client, error_of, idempotent, quick, soon};

/// A call that may not be repeated.
async fn creation(client: &Client) -> Result<(), Error> {
    let schema = CollectionSchema::new().field("a", Field::string());
    soon(client.collection("users").create(schema)).await
}

/// Fails `failures` times, then succeeds.
async fn failing(failures: usize, failure: Reply) -> Server {
    Server::with_tokens(move |request| {
        if request.before < failures {
            failure.clone()
        } else {
            Reply::json(201, r#"{"status":"success"}"#)
        }
    })
    .await
}

#[tokio::test]
async fn an_idempotent_call_survives_a_transient_fault() {
    for failure in [
        Reply::empty(429),
        Reply::new(429, &[("retry-after", "0")], ""),
        Reply::empty(502),
        Reply::body(502, "text/html", "<h1>Bad Gateway</h1>"),
        Reply::json(503, r#"{"code":503,"message":"overloaded"}"#),
        Reply::empty(503),
        Reply::empty(504),
        Reply::reset(),
        Reply::close(),
        Reply::cut_short(100, "{"),
    ] {
        let server = failing(2, failure.clone()).await;
        idempotent(&client(&server))
            .await
            .unwrap_or_else(|error| panic!("{failure:?}: {error:?}"));
        assert_eq!(server.calls().len(), 3, "{failure:?}");
    }
}

#[tokio::test]
async fn refusals_are_not_retried() {
    for status in [400, 403, 404, 405, 409, 422, 500, 501] {
        let server = failing(1, Reply::json(status, r#"{"error":"no"}"#)).await;
        let error = idempotent(&client(&server)).await.unwrap_err();
        assert_eq!(error.status(), Some(status));
        assert_eq!(error.message(), Some("no"));
        assert_eq!(server.calls().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn the_attempts_end_at_their_number() {
    let server = failing(9, Reply::empty(503)).await;
    let client = builder(&server).retry(quick().attempts(4)).build().unwrap();
    let error = idempotent(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.is_retryable());
    assert_eq!(server.calls().len(), 4);
}

#[tokio::test]
async fn a_call_can_ask_for_one_attempt_only() {
    let server = failing(1, Reply::empty(503)).await;
    let client = client(&server);
    error_of(client.config().use_typed_values(true).no_retry()).await;
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn a_write_that_the_server_turned_away_unapplied_is_sent_again() {
    for refusal in [
        Reply::empty(429),
        Reply::body(429, "text/html", "<h1>Too many requests</h1>"),
        Reply::json(503, r#"{"error":"overloaded"}"#),
        Reply::json(503, r#"{"code":503,"message":"overloaded"}"#),
    ] {
        let server = failing(1, refusal.clone()).await;
        let outcome = creation(&client(&server)).await;
        assert!(outcome.is_ok(), "{refusal:?}: {outcome:?}");
        assert_eq!(server.calls().len(), 2, "{refusal:?}");
    }
}

/// A gateway may answer with 503 after it has forwarded the request.
#[tokio::test]
async fn a_write_that_was_answered_with_a_503_that_is_not_ekodbs_is_never_sent_twice() {
    for reply in [
        Reply::empty(503),
        Reply::body(503, "text/plain", "upstream connect error"),
        Reply::body(503, "text/html", "<h1>Service unavailable</h1>"),
        Reply::json(503, r#"{"status":"unavailable"}"#),
        Reply::json(503, r#"["overloaded"]"#),
        Reply::json(503, r#"{"error":"over"#),
    ] {
        let server = failing(1, reply.clone()).await;
        let error = creation(&client(&server)).await.unwrap_err();
        assert_eq!(error.status(), Some(503));
        assert!(!error.has_no_side_effects(), "{reply:?}: {error}");
        assert_eq!(server.calls().len(), 1, "{reply:?}");
    }
}

#[tokio::test]
async fn a_write_that_there_is_no_room_for_has_not_been_applied_and_is_not_sent_again() {
    for (reply, unapplied) in [
        (Reply::json(507, r#"{"error":"no room to store"}"#), true),
        (Reply::body(507, "text/html", "<h1>No room</h1>"), false),
    ] {
        let server = failing(1, reply.clone()).await;
        let error = creation(&client(&server)).await.unwrap_err();
        assert_eq!(error.status(), Some(507), "{reply:?}");
        assert_eq!(error.has_no_side_effects(), unapplied, "{reply:?}: {error}");
        assert_eq!(server.calls().len(), 1, "{reply:?}");
    }
}

#[tokio::test]
async fn a_write_that_may_have_been_applied_is_never_sent_twice() {
    for failure in [
        Reply::json(500, r#"{"error":"internal"}"#),
        Reply::empty(502),
        Reply::empty(504),
        Reply::reset(),
        Reply::close(),
        Reply::cut_short(100, "{"),
    ] {
        let server = failing(1, failure.clone()).await;
        let error = creation(&client(&server)).await.unwrap_err();
        assert!(!error.has_no_side_effects(), "{failure:?}: {error}");
        assert_eq!(server.calls().len(), 1, "{failure:?}");
    }
}

#[tokio::test]
async fn an_error_says_whether_the_server_may_have_applied_the_call() {
    for (failure, certain) in [
        (Reply::json(503, r#"{"error":"overloaded"}"#), true),
        (Reply::empty(503), false),
        (Reply::empty(429), true),
        (Reply::empty(400), true),
        (Reply::empty(502), false),
        (Reply::empty(500), false),
        (Reply::reset(), false),
        (Reply::cut_short(100, "{"), false),
        (Reply::json(200, "[]"), false),
    ] {
        let server = failing(9, failure.clone()).await;
        let error = idempotent(&client(&server)).await.unwrap_err();
        assert_eq!(error.has_no_side_effects(), certain, "{failure:?}");
    }
}

#[tokio::test]
async fn a_later_refusal_does_not_hide_that_an_attempt_may_have_been_applied() {
    let server = Server::with_tokens(|request| match request.before {
        0 => Reply::reset(),
        _ => Reply::empty(503),
    })
    .await;
    let error = idempotent(&client(&server)).await.unwrap_err();
    assert_eq!(error.status(), Some(503));
    assert!(!error.has_no_side_effects());
}

#[tokio::test]
async fn a_call_that_reads_never_has_side_effects() {
    let server = Server::start(|_| Reply::reset()).await;
    let error = error_of(client(&server).health()).await;
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(error.has_no_side_effects());
    assert_eq!(server.requests().len(), 3);
    // Also where it is sent with POST.
    let server = Server::with_tokens(|_| Reply::reset()).await;
    let items = client(&server).collection("items");
    let find = error_of(items.find()).await;
    let distinct = error_of(items.find().distinct("n")).await;
    for error in [find, distinct] {
        assert_eq!(error.kind(), ErrorKind::Connection);
        assert!(error.has_no_side_effects());
    }
    assert_eq!(server.calls().len(), 6);
}

#[tokio::test]
async fn a_port_that_nobody_listens_on_is_a_connect_error() {
    // Bound, so that nobody else takes the port, and not listening.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let client = Client::builder()
        .base_url(format!("http://{}", socket.local_addr().unwrap()))
        .api_key(KEY)
        .retry(quick())
        .build()
        .unwrap();
    let error = error_of(client.health()).await;
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.has_no_side_effects() && error.is_retryable());
}

#[tokio::test]
async fn retry_after_of_zero_or_in_the_past_means_at_once() {
    let past = "Sun, 06 Nov 1994 08:49:37 GMT";
    for retry_after in ["0", past] {
        let server = failing(2, Reply::new(429, &[("retry-after", retry_after)], b"")).await;
        idempotent(&client(&server)).await.unwrap();
        assert_eq!(server.calls().len(), 3);
    }
}

#[tokio::test]
async fn a_pause_longer_than_its_cap_is_the_cap() {
    let server = failing(1, Reply::new(429, &[("retry-after", "86400")], b"")).await;
    let short = quick().retry_after_cap(Duration::from_millis(1));
    let client = builder(&server).retry(short).build().unwrap();
    idempotent(&client).await.unwrap();
    assert_eq!(server.calls().len(), 2);
}

#[tokio::test]
async fn retry_after_longer_than_the_deadline_ends_the_call_at_once() {
    let reply = Reply::new(503, &[("retry-after", "3600")], "");
    let server = failing(1, reply).await;
    let patient = quick().retry_after_cap(2 * Duration::from_secs(3600));
    let client = builder(&server).retry(patient).build().unwrap();
    let error = idempotent(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn the_retries_of_all_calls_together_are_bounded() {
    let server = Server::start(|_| Reply::empty(503)).await;
    let retry = quick().attempts(10).budget(7);
    let client = builder(&server).retry(retry).build().unwrap();
    for _ in 0..20 {
        error_of(client.health()).await;
    }
    assert_eq!(server.requests().len(), 20 + 7);
    let calls = (0..200).map(|_| client.health().into_future());
    for outcome in soon(join_all(calls)).await {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Unavailable);
    }
    assert_eq!(server.requests().len(), 220 + 7);
}

#[tokio::test]
async fn successes_bring_retries_back() {
    let server = Server::start(|request| match request.before {
        0 | 12 => Reply::empty(503),
        _ => Reply::ok(),
    })
    .await;
    let client = builder(&server).retry(quick().budget(1)).build().unwrap();
    for _ in 0..12 {
        soon(client.health()).await.unwrap();
    }
    assert_eq!(server.requests().len(), 12 + 2);
}

#[tokio::test]
async fn a_pooled_connection_that_went_stale_is_not_noticed() {
    let server = Server::start(|_| Reply::ok().and_close()).await;
    let client = builder(&server).retry(Retry::none()).build().unwrap();
    for _ in 0..5 {
        soon(client.health()).await.unwrap();
        soon(server.wait_until_idle()).await;
    }
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn connections_are_used_again() {
    let server = Server::start(|_| Reply::ok()).await;
    let client = client(&server);
    for _ in 0..5 {
        soon(client.health()).await.unwrap();
    }
    let requests = server.requests();
    assert!(requests.iter().all(|request| request.connection == 0));
}

/// A server that closes right after its reply, without saying so.
#[tokio::test]
async fn an_insert_finds_a_connection_that_the_server_has_closed_and_takes_another() {
    let server = Server::with_tokens(|_| Reply::json(201, r#"{"id":"a"}"#).and_close()).await;
    let client = builder(&server).retry(Retry::none()).build().unwrap();
    let items = client.collection("items");
    for _ in 0..5 {
        let record = Record::new().with("n", 1);
        soon(items.insert(record)).await.unwrap();
        soon(server.wait_until_idle()).await;
    }
    assert_eq!(server.calls().len(), 5);
}

#[tokio::test]
async fn the_idle_time_of_connections_can_be_set() {
    let server = Server::start(|_| Reply::ok()).await;
    let builder = builder(&server).pool_idle_timeout(Duration::ZERO);
    let client = builder.build().unwrap();
    for _ in 0..3 {
        soon(client.health()).await.unwrap();
    }
    let mut connections: Vec<_> = server
        .requests()
        .iter()
        .map(|request| request.connection)
        .collect();
    connections.dedup();
    assert_eq!(connections, [0, 1, 2]);
}

/// Whatever a server asks for, and whatever is set: nothing overflows, and a call ends.
#[tokio::test]
async fn no_duration_of_a_server_or_a_setting_panics() {
    for asked in [
        "0",
        "18446744073709551615",
        "99999999999999999999999999",
        "9223372036854775807",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "-1",
        "1e400",
        "NaN",
    ] {
        for span in [Duration::from_nanos(1), Duration::MAX] {
            let reply = Reply::json(429, "{}")
                .header("retry-after", asked)
                .header("x-ratelimit-reset", asked)
                .header("date", asked);
            let server = Server::start(move |_| reply.clone()).await;
            let retry = Retry::new().attempts(2).backoff(span, Duration::MAX);
            let retry = retry.retry_after_cap(Duration::from_nanos(1));
            let refresh = TokenRefresh::new()
                .advisory(span)
                .mandatory(span)
                .assumed_lifetime(span)
                .backoff(span, Duration::MAX);
            let client = builder(&server)
                .connect_timeout(Duration::MAX)
                .attempt_timeout(Duration::MAX)
                .pool_idle_timeout(span)
                .timeout(Duration::MAX)
                .retry(retry)
                .token_refresh(refresh.clone())
                .build()
                .unwrap();
            // The pause before another attempt may be for ever.
            let health = client.health().timeout(Duration::from_millis(500));
            let error = error_of(health).await;
            assert_eq!(error.status(), Some(429), "{asked}: {error}");
            let list = client.collections().list();
            let error = soon(list.timeout(Duration::from_millis(100))).await;
            error.unwrap_err();
            // With a server that answers, the calls succeed.
            let server = Server::with_tokens(|_| Reply::json(200, r#"{"id":"a"}"#)).await;
            let refresh = refresh
                .timeout(Duration::MAX)
                .attempt_timeout(Duration::MAX);
            let client = builder(&server)
                .timeout(Duration::MAX)
                .token_refresh(refresh.assumed_lifetime(Duration::MAX))
                .build()
                .unwrap();
            let items = client.collection("items");
            let insert = items.insert(Record::new().with("n", 1)).ttl(Duration::MAX);
            soon(insert.timeout(Duration::MAX)).await.unwrap();
        }
    }
}
