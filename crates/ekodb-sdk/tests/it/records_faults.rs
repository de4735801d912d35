//! Replies that are no records, lists without an end, and arguments that cannot be sent.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use ekodb_client::{
    Action, Client, Collection,
    ErrorKind::{self, InvalidArgument, InvalidReply, NotFound, ReplyTooLarge, Timeout},
    Record,
    query::{Filter, field},
};
use futures::TryStreamExt;
use serde_json::{Value as Json, json};

use crate::support::{Reply, Server, builder, client, error_of, soon};

async fn items(reply: impl Fn(&Json) -> Reply + Send + Sync + 'static) -> (Server, Collection) {
    let server = Server::with_tokens(move |request| {
        reply(&serde_json::from_str(&request.body).unwrap_or_default())
    })
    .await;
    let items = client(&server).collection("items");
    (server, items)
}

fn kind<T>(outcome: Result<T, ekodb_client::Error>) -> Option<ErrorKind> {
    outcome.err().map(|error| error.kind())
}

#[tokio::test]
async fn what_is_no_record_is_an_invalid_reply() {
    for body in [
        "{}",
        "",
        "[]",
        "null",
        r#"[{"id":"a"}]"#,
        r#"{"error":"Record not found"}"#,
        r#"{"code":404,"message":"Record not found"}"#,
        r#"{"id":"a"} trailing"#,
    ] {
        let (_server, items) = items(move |_| Reply::json(200, body)).await;
        let record = Record::new().with("n", 1);
        for failed in [
            kind(soon(items.get("a")).await),
            kind(soon(items.exists("a")).await),
            kind(soon(items.upsert("a", &record)).await),
            kind(soon(items.update("a", &record)).await),
        ] {
            assert_eq!(failed, Some(InvalidReply), "{body}");
        }
    }
    let (_server, items) = items(|_| Reply::json(200, r#"[{}]"#)).await;
    assert_eq!(kind(soon(items.find()).await), Some(InvalidReply));
}

#[tokio::test]
async fn a_404_of_a_proxy_does_not_say_that_there_is_no_record() {
    for (content_type, body) in [
        ("text/html", "<html>Not Found</html>"),
        ("text/plain", "404 page not found"),
        ("text/plain", "Not Found"),
        ("text/plain", ""),
        (
            "application/json",
            r#"{"message":"no Route matched with those values"}"#,
        ),
        ("application/json", r#"{"detail":"Not Found"}"#),
        (
            "application/json",
            r#"{"timestamp":1,"status":404,"error":"Not Found","path":"/x"}"#,
        ),
        (
            "application/problem+json",
            r#"{"type":"about:blank","title":"Not Found"}"#,
        ),
    ] {
        let (server, items) = items(move |_| Reply::body(404, content_type, body)).await;
        let error = error_of(items.exists("a")).await;
        assert_eq!(error.kind(), NotFound, "{body}");
        assert!(error.to_string().contains("base_url"), "{error}");
        let upserted = soon(items.upsert("a", Record::new())).await;
        assert_eq!(kind(upserted), Some(NotFound), "{body}");
        // Nothing was written in the belief that there is no record.
        assert_eq!(server.calls().len(), 2, "{body}");
    }
    for (content_type, body) in [
        ("application/json", r#"{"error":"Record not found"}"#),
        (
            "application/json",
            r#"{"code":404,"message":"Record not found"}"#,
        ),
        ("text/plain", "Record not found"),
        ("text/plain", "Record not found (expired)"),
        ("text/plain", "Record has been deleted"),
    ] {
        let (_server, items) = items(move |_| Reply::body(404, content_type, body)).await;
        assert_eq!(soon(items.exists("a")).await.ok(), Some(false), "{body}");
        let error = error_of(items.get("a")).await;
        assert!(!error.to_string().contains("base_url"), "{error}");
    }
}

#[tokio::test]
async fn a_page_that_comes_again_and_again_ends_every_list_with_an_error() {
    let page = json!([{"id": "a", "n": 1}, {"id": "b", "n": 2}]).to_string();
    let (server, items) = items(move |_| Reply::json(200, &page)).await;
    let all: Result<Vec<Record>, _> = soon(items.find().stream().try_collect()).await;
    assert_eq!(kind(all), Some(InvalidReply));
    assert_eq!(kind(soon(items.count()).await), Some(InvalidReply));
    assert_eq!(server.calls().len(), 4);
    let found = soon(items.get_many(["a", "x"])).await;
    assert_eq!(kind(found), Some(InvalidReply));
    assert_eq!(server.calls().len(), 5);
}

#[tokio::test]
async fn more_records_than_were_asked_for_are_refused() {
    let page: Vec<_> = (0..600).map(|n| json!({"id": n.to_string()})).collect();
    let page = Json::from(page).to_string();
    let (_server, items) = items(move |_| Reply::json(200, &page)).await;
    let invalid = Some(InvalidReply);
    assert_eq!(kind(soon(items.find().limit(2)).await), invalid);
    assert_eq!(kind(soon(items.count()).await), invalid);
    assert_eq!(kind(soon(items.get_many(["0", "5"])).await), invalid);
    assert_eq!(kind(soon(items.find().first()).await), None);
}

#[tokio::test]
async fn pages_halve_until_they_fit_and_a_record_that_does_not_is_an_error() {
    let server = Server::with_tokens(|request| {
        let query: Json = serde_json::from_str(&request.body).unwrap();
        let skip = query["skip"].as_u64().unwrap_or(0);
        let page: Vec<_> = (skip..(skip + query["limit"].as_u64().unwrap()).min(40))
            .map(|n| json!({"id": format!("{n:02}"), "text": "x".repeat(1000)}))
            .collect();
        Reply::json(200, Json::from(page).to_string())
    })
    .await;
    let fitting = |max: usize| -> Client { builder(&server).max_reply_bytes(max).build().unwrap() };
    let items = fitting(10_000).collection("items");
    let all: Result<Vec<Record>, _> = soon(items.find().stream().try_collect()).await;
    assert_eq!(all.unwrap().len(), 40);
    assert_eq!(soon(items.count()).await.unwrap(), 40);
    let too_large = soon(fitting(900).collection("items").count()).await;
    assert_eq!(kind(too_large), Some(ReplyTooLarge));
}

#[tokio::test]
async fn a_query_for_no_records_gives_none_and_asks_for_nothing() {
    let (server, items) = items(|_| Reply::json(200, r#"[{"id":"a"}]"#)).await;
    assert_eq!(soon(items.find().limit(0).first()).await.unwrap(), None);
    assert!(!soon(items.find().limit(0).exists()).await.unwrap());
    assert_eq!(soon(items.find().limit(0).count()).await.unwrap(), 0);
    assert_eq!(server.calls().len(), 0);
}

#[tokio::test]
async fn numbers_at_the_end_of_their_range_do_not_overflow() {
    let (server, items) = items(|query| match query["skip"].as_u64() {
        None => Reply::json(200, r#"{"successful":["a"],"failed":[]}"#),
        _ => Reply::json(200, r#"[{"id":"a"}]"#),
    })
    .await;
    let far = items.find().skip(u64::MAX).limit(u64::MAX);
    // The server repeats its page, which ends the list.
    let all: Result<Vec<Record>, _> = soon(far.stream().try_collect()).await;
    assert_eq!(kind(all), Some(InvalidReply));
    let sent = server.calls().len();
    let batch = items.delete_many(["a"]).chunk_size(usize::MAX);
    assert!(soon(batch).await.unwrap().is_complete());
    assert_eq!(server.calls().len(), sent + 1);
}

#[tokio::test]
async fn an_operand_or_filter_that_cannot_be_written_is_refused_before_it_is_sent() {
    let (server, items) = items(|_| Reply::json(200, r#"{"id":"a"}"#)).await;
    let nest = |levels: u64| -> Filter {
        (0..levels).fold(field("a").eq(1), |filter, n| !(filter & field("b").eq(n)))
    };
    for filter in [
        field("n").eq(f64::NAN),
        field("n").is_in([1.0, f64::INFINITY]),
        !(field("a").eq(1) | field("n").lt(f32::NAN)),
        nest(60),
        nest(20_000),
    ] {
        let query = items.find().filter(filter);
        for refused in [
            kind(soon(query.clone()).await),
            kind(soon(query.clone().distinct("n")).await),
            kind(soon(query.count()).await),
        ] {
            assert_eq!(refused, Some(InvalidArgument));
        }
    }
    let (push, remove) = (
        Action::push("n", f64::NAN),
        Action::remove("n", [f64::INFINITY]),
    );
    for action in [push, remove] {
        let error = error_of(items.act("a", action)).await;
        assert_eq!(error.kind(), InvalidArgument);
        assert!(error.has_no_side_effects());
    }
    assert_eq!(server.calls().len(), 0);
}

#[tokio::test]
async fn records_that_would_take_much_more_memory_than_their_reply_are_refused() {
    // Two bytes of JSON for each object, of which each takes hundreds.
    let body = format!(r#"{{"id":"a","all":[{}{{}}]}}"#, "{},".repeat(20_000));
    let one = body.clone();
    let server = Server::with_tokens(move |request| match request.method.as_str() {
        "POST" => Reply::json(200, format!("[{one}]")),
        _ => Reply::json(200, &one),
    })
    .await;
    let small = builder(&server).max_reply_bytes(100_000).build().unwrap();
    let found = soon(small.collection("items").find()).await;
    assert_eq!(kind(found), Some(ReplyTooLarge));
    let error = soon(small.collection("items").find().first()).await;
    assert!(error.unwrap_err().to_string().contains("max_reply_bytes"));
    // A type of one's own takes what it takes, and with a larger bound so do records.
    #[derive(serde::Deserialize)]
    struct Own {
        all: Vec<std::collections::BTreeMap<String, Json>>,
    }
    let own = small.collection("items").typed::<Own>();
    assert_eq!(soon(own.find()).await.unwrap()[0].all.len(), 20_001);
    let large = client(&server).collection("items");
    assert_eq!(soon(large.find()).await.unwrap().len(), 1);
    assert!(soon(large.get("a")).await.is_ok());
}

#[tokio::test]
async fn the_timeout_of_a_call_bounds_the_decoding_of_its_records() {
    static DECODED: AtomicUsize = AtomicUsize::new(0);
    const LIMIT: Duration = Duration::from_millis(300);
    #[derive(Debug)]
    struct Slow;
    impl<'de> serde::Deserialize<'de> for Slow {
        fn deserialize<D: serde::Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
            if DECODED.fetch_add(1, Ordering::Relaxed) == 0 {
                let began = Instant::now();
                while began.elapsed() < LIMIT {
                    std::hint::spin_loop();
                }
            }
            serde::de::IgnoredAny::deserialize(json).map(|_| Self)
        }
    }
    let page: Vec<_> = (0..1_000).map(|n| json!({"id": n.to_string()})).collect();
    let page = Json::from(page).to_string();
    let (_server, items) = items(move |_| Reply::json(200, &page)).await;
    let query = items.typed::<Slow>().find().limit(1_000);
    let error = error_of(query.timeout(LIMIT)).await;
    assert_eq!(error.kind(), Timeout, "{error}");
    assert!(error.has_no_side_effects());
    assert!(DECODED.load(Ordering::Relaxed) < 1_000);
}
