//! What calls on records put on the wire, and what they make of replies that the emulator does not
//! give.

use std::time::Duration;

use ekodb_client::{
    Action, ErrorKind, Record, Value,
    query::{Join, field},
    value::{DateTime, Decimal},
};
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::support::{Reply, Request, Server, client, error_of, soon};

fn body(request: &Request) -> Json {
    serde_json::from_str(&request.body).unwrap()
}

/// A server that has one answer.
async fn answering(status: u16, answer: Json) -> Server {
    let answer = answer.to_string();
    Server::with_tokens(move |_| Reply::json(status, &answer)).await
}

/// A server with this many records, that gives `most` of them at a time, whatever it is asked for.
async fn holding(count: u64, most: u64) -> Server {
    Server::with_tokens(move |request| {
        let query = body(request);
        let skip = query["skip"].as_u64().unwrap_or(0);
        let limit = query["limit"].as_u64().unwrap_or(most).min(most);
        let page: Vec<_> = (skip..(skip + limit).min(count))
            .map(|n| json!({"id": format!("r{n}"), "n": {"type": "Integer", "value": n}}))
            .collect();
        Reply::json(200, Json::from(page))
    })
    .await
}

#[tokio::test]
async fn the_options_of_an_insert_are_where_the_contract_has_them() {
    let server = answering(201, json!({"id": "a"})).await;
    let sessions = client(&server).collection("sessions");
    let record = Record::new().with_id("a").with("n", 1);
    let insert = sessions
        .insert(&record)
        .ttl(Duration::from_millis(1500))
        .renew_ttl_on_access()
        .bypass_ripple()
        .bypass_cache();
    assert_eq!(soon(insert).await.unwrap(), "a");
    let call = &server.calls()[0];
    let target = "/api/insert/sessions?bypass_cache=true&bypass_ripple=true";
    assert_eq!(call.target, target);
    let expected = json!({"id": "a", "n": 1, "ttl": 2, "ttl_update_on_access": true});
    assert_eq!(body(call), expected);
}

#[tokio::test]
async fn a_common_insert_sends_the_record_alone() {
    #[derive(Serialize, Deserialize)]
    struct User {
        id: Option<String>,
        price: Decimal,
        born: Option<DateTime>,
        own: Json,
    }
    let server = answering(201, json!({"id": "a"})).await;
    let users = client(&server).collection("users").typed();
    let user = User {
        id: None,
        price: "1.5".parse().unwrap(),
        born: None,
        own: json!({"type": "Set", "value": 1}),
    };
    soon(users.insert(user)).await.unwrap();
    let call = &server.calls()[0];
    assert_eq!(call.target, "/api/insert/users");
    let expected = json!({
        "price": {"type": "Decimal", "value": "1.5"},
        "born": null,
        "own": {"type": "Object", "value": {"type": "Set", "value": 1}},
    });
    assert_eq!(body(call), expected);
}

#[tokio::test]
async fn a_query_sends_what_was_set_and_no_more() {
    let server = answering(200, json!([])).await;
    let users = client(&server).collection("users");
    soon(users.find()).await.unwrap();
    let query = users
        .find()
        .filter(field("age").gte(18) & field("status").eq("active"))
        .sort_desc("created_at")
        .limit(20)
        .skip(40)
        .select(["name"])
        .exclude(["email"])
        .join(
            Join::new("orders")
                .and("carts")
                .on("id", "user_id")
                .into_field("bought"),
        )
        .bypass_cache()
        .bypass_ripple();
    soon(query).await.unwrap();
    let calls = server.calls();
    assert_eq!(body(&calls[0]), json!({}));
    insta::assert_snapshot!(serde_json::to_string_pretty(&body(&calls[1])).unwrap());
}

#[tokio::test]
async fn actions_send_their_operand() {
    let server = answering(200, json!({"id": "a"})).await;
    let users = client(&server).collection("users");
    let increment = Action::increment("n", 1.0);
    soon(users.act("a", increment)).await.unwrap();
    soon(users.act("a", Action::pop("tags"))).await.unwrap();
    let actions = [Action::push("tags", "x"), Action::clear("draft")];
    soon(users.act_all("a", actions)).await.unwrap();
    let calls = server.calls();
    assert_eq!(calls[0].target, "/api/update/users/a/action/increment");
    assert_eq!(calls[0].body, r#"{"field":"n","value":1.0}"#);
    assert_eq!(body(&calls[1]), json!({"field": "tags"}));
    assert_eq!(calls[2].target, "/api/update/sequence/users/a");
    let steps = json!([["push", "tags", "x"], ["clear", "draft", null]]);
    assert_eq!(body(&calls[2]), steps);
}

#[tokio::test]
async fn what_would_count_twice_is_not_sent_twice() {
    let server = Server::with_tokens(|_| Reply::cut_short(100, "{")).await;
    let users = client(&server).collection("users");
    let record = Record::new().with_id("own").with("n", 1);
    error_of(users.insert(&record)).await;
    error_of(users.insert_many([&record])).await;
    error_of(users.act("own", Action::increment("n", 1))).await;
    error_of(users.act_all("own", [Action::pop("tags")])).await;
    assert_eq!(server.calls().len(), 4);
}

#[tokio::test]
async fn what_changes_nothing_or_the_same_is_sent_again() {
    let server = Server::with_tokens(|request| match request.before {
        0 => Reply::empty(503),
        _ if request.target.contains("/find/users/") => Reply::json(200, r#"{"id":"a"}"#),
        _ if request.target.contains("/find/") => Reply::json(200, "[]"),
        _ if request.target.contains("/distinct/") => Reply::json(200, r#"{"values":[]}"#),
        _ => Reply::json(200, r#"{"id":"a"}"#),
    })
    .await;
    let users = client(&server).collection("users");
    soon(users.get("a")).await.unwrap();
    soon(users.find()).await.unwrap();
    soon(users.find().distinct("n")).await.unwrap();
    soon(users.update("a", json!({"n": 1}))).await.unwrap();
    soon(users.delete("a")).await.unwrap();
    assert_eq!(server.calls().len(), 10);
}

#[tokio::test]
async fn both_forms_of_failures_are_read_with_either_status() {
    let reply = json!({
        "successful": ["a"],
        "failed": ["b", {"id": null, "error": "too old"}, {"id": "d", "more": 1}],
    });
    for status in [200, 207] {
        let server = answering(status, reply.clone()).await;
        let items = client(&server).collection("items");
        let records = ["a", "b", "c", "d", "e"].map(|id| Record::new().with_id(id));
        let outcome = soon(items.insert_many(&records)).await.unwrap();
        assert_eq!(outcome.succeeded, ["a"]);
        let failed: Vec<_> = outcome
            .failed
            .iter()
            .map(|item| (item.id.as_deref(), item.message.as_deref()))
            .collect();
        let expected = [
            (Some("b"), None),
            (None, Some("too old")),
            (Some("d"), None),
        ];
        assert_eq!(failed, expected);
        assert_eq!(outcome.unaccounted, 1);
        assert!(!outcome.is_complete());
    }
}

#[tokio::test]
async fn a_failure_of_a_batch_has_its_index_in_the_list_of_the_caller() {
    let failed = |id: Option<&str>| json!({"id": id, "error": "bad"});
    for (ids, successful, failures, expected) in [
        // By the id, in the second of two calls of three.
        (
            "abcdef",
            vec!["d", "f"],
            vec![failed(Some("e"))],
            vec![Some(4)],
        ),
        // An id that was given twice succeeded first.
        ("abcddx", vec!["d"], vec![failed(Some("d"))], vec![Some(4)]),
        // The others are known.
        ("abcd-f", vec!["d", "f"], vec![failed(None)], vec![Some(4)]),
        (
            "abc---",
            vec![],
            vec![failed(None); 3],
            vec![Some(3), Some(4), Some(5)],
        ),
        // It cannot be told.
        (
            "abc---",
            vec!["new"],
            vec![failed(None); 2],
            vec![None, None],
        ),
        (
            "abc---",
            vec!["new"],
            vec![json!({"index": 1, "error": "bad"}), failed(None)],
            vec![Some(4), None],
        ),
    ] {
        let first = json!({"successful": ["a", "b", "c"], "failed": []});
        let second = json!({"successful": successful, "failed": failures});
        let server = Server::with_tokens(move |request| match request.before {
            0 => Reply::json(200, &first),
            _ => Reply::json(200, &second),
        })
        .await;
        let records = ids.chars().map(|id| match id {
            '-' => Record::new().with("n", 1),
            id => Record::new().with_id(id),
        });
        let items = client(&server).collection("items");
        let batch = items.insert_many(records.collect::<Vec<_>>()).chunk_size(3);
        let outcome = soon(batch).await.unwrap();
        let indices: Vec<_> = outcome.failed.iter().map(|item| item.index).collect();
        assert_eq!(indices, expected, "{ids}");
    }
}

#[tokio::test]
async fn a_call_of_a_batch_that_fails_names_its_items() {
    let server = Server::with_tokens(|_| Reply::json(400, r#"{"error":"bad"}"#)).await;
    let items = client(&server).collection("items");
    let batch = items.delete_many(["a", "b", "c"]).chunk_size(2);
    let error = error_of(batch).await.to_string();
    assert!(error.contains("items 0 to 1 of 3: "), "{error}");
}

#[tokio::test]
async fn a_batch_that_stops_half_way_tells_what_was_done() {
    let server = Server::with_tokens(|request| match request.before {
        0 => Reply::json(200, r#"{"successful":["a","b"],"failed":[]}"#),
        _ => Reply::json(500, r#"{"error":"disk full"}"#),
    })
    .await;
    let items = client(&server).collection("items");
    let records = (0..7).map(|n| Record::new().with("n", n));
    let batch = items.insert_many(records).chunk_size(2);
    let outcome = soon(batch).await.unwrap();
    assert_eq!(outcome.succeeded, ["a", "b"]);
    let interruption = outcome.interruption.clone().unwrap();
    assert_eq!(interruption.error.kind(), ErrorKind::Server);
    assert_eq!((interruption.items, interruption.unsent), (2..4, 4..7));
    assert_eq!(server.calls().len(), 2);
    let error = outcome.into_result().unwrap_err();
    assert_eq!(error.message(), Some("disk full"));
    assert!(!error.has_no_side_effects());
}

#[tokio::test]
async fn a_server_that_gives_fewer_than_it_is_asked_for_loses_nothing() {
    let server = holding(95, 10).await;
    let items = client(&server).collection("items");
    let all: Vec<Record> = soon(items.find().stream().try_collect()).await.unwrap();
    let numbers = all.iter().map(|r| r.get("n").and_then(Value::as_i64));
    assert!(numbers.eq((0..95).map(Some)));
    assert_eq!(soon(items.count()).await.unwrap(), 95);
    let some = items.find().skip(90).limit(3).stream();
    let some: Vec<Record> = soon(some.try_collect()).await.unwrap();
    assert_eq!(some.len(), 3);
}

#[tokio::test]
async fn a_stream_asks_for_the_next_page_only_when_it_is_read_that_far() {
    let server = holding(5000, 1000).await;
    let mut stream = client(&server).collection("items").find().stream();
    assert_eq!(server.calls().len(), 0);
    for read in 1..=1200_usize {
        soon(stream.try_next()).await.unwrap().unwrap();
        assert_eq!(server.calls().len(), read.div_ceil(500), "{read}");
    }
}

#[tokio::test]
async fn a_stream_goes_on_where_its_token_expired() {
    let server = Server::with_tokens(|request| {
        let query = body(request);
        let skip = query["skip"].as_u64().unwrap_or(0);
        if skip >= 2 && request.header("authorization") == Some("Bearer token-1") {
            return Reply::json(401, r#"{"code":401,"message":"Invalid or expired token"}"#);
        }
        match skip {
            0..4 => Reply::json(200, json!([{"id": skip.to_string()}])),
            _ => Reply::json(200, "[]"),
        }
    })
    .await;
    let items = client(&server).collection("items");
    let all: Vec<Record> = soon(items.find().stream().try_collect()).await.unwrap();
    let ids: Vec<_> = all.iter().map(|record| record.id().unwrap()).collect();
    assert_eq!(ids, ["0", "1", "2", "3"]);
    assert_eq!(server.token_requests(), 2);
}

#[tokio::test]
async fn a_stream_ends_after_its_first_error() {
    let server = answering(403, json!({"error": "no"})).await;
    let mut stream = client(&server).collection("items").find().stream();
    let error = error_of(stream.try_next()).await;
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert_eq!(soon(stream.try_next()).await.unwrap(), None);

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Other {
        missing: u8,
    }
    let server = holding(3, 3).await;
    let items = client(&server).collection("items").typed::<Other>();
    let mut stream = items.find().stream();
    let error = error_of(stream.try_next()).await;
    assert_eq!(error.kind(), ErrorKind::InvalidReply);
    assert_eq!(soon(stream.try_next()).await.unwrap(), None);
}

#[tokio::test]
async fn values_of_an_unknown_form_are_kept_and_go_back_as_they_came() {
    let reply = json!({
        "id": "a",
        "pause": {"type": "Duration", "value": "PT5S"},
        "icon": {"type": "Bytes", "value": [1, 2]},
        "wait": {"type": "Duration", "value": 1500},
        "new": {"type": "Money", "value": 1, "unit": "NOK"},
        "big": {"type": "Integer", "value": u64::MAX},
    });
    let server = answering(200, reply).await;
    let items = client(&server).collection("items");
    let record = soon(items.get("a")).await.unwrap();
    assert_eq!(record.get("icon"), Some(&Value::Bytes(vec![1, 2].into())));
    let wait = ekodb_client::value::Duration::from(Duration::from_millis(1500));
    assert_eq!(record.get("wait"), Some(&Value::Duration(wait)));
    assert_eq!(record.get("big"), Some(&Value::Number(u64::MAX.into())));
    soon(items.update("a", &record)).await.unwrap();
    let sent = body(&server.calls()[1]);
    assert_eq!(sent["pause"], json!({"type": "Duration", "value": "PT5S"}));
    assert_eq!(sent["icon"], json!({"type": "Bytes", "value": "AQI="}));
    assert_eq!(sent.get("id"), None);
}

#[tokio::test]
async fn the_id_under_another_name_does_not_make_a_reply_plain() {
    let reply = json!({"key": "a", "n": {"type": "Integer", "value": 1}});
    let server = answering(200, reply).await;
    let items = client(&server).collection("items");
    let record = soon(items.get("a")).await.unwrap();
    assert_eq!(record.get("n"), Some(&Value::Integer(1)));
}

#[tokio::test]
async fn a_field_name_with_a_comma_is_not_taken_for_two() {
    let server = answering(200, json!({"id": "a"})).await;
    let items = client(&server).collection("items");
    let error = error_of(items.get("a").select(["a,b"])).await;
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    let get = items.get("a").select(["a", "b"]).exclude(["c"]);
    soon(get).await.unwrap();
    assert_eq!(server.calls().len(), 1);
    let expected = "/api/find/items/a?exclude_fields=c&select_fields=a%2Cb";
    assert_eq!(server.calls()[0].target, expected);
}
