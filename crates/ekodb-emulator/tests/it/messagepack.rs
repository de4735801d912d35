//! MessagePack on the routes where the official clients speak it.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Admin, Reply, Server, builder, send};

const MSGPACK: &str = "application/msgpack";

fn content_type(reply: &Reply) -> &str {
    reply.headers["content-type"].to_str().unwrap()
}

/// A request and its reply both in MessagePack.
async fn packed(admin: &Admin, route: &str, body: Vec<u8>) -> Reply {
    packed_as(&admin.token, admin, route, body).await
}

async fn packed_as(token: &str, server: &Server, route: &str, body: Vec<u8>) -> Reply {
    let request = server.route(route).header("content-type", MSGPACK);
    let request = request.header("accept", MSGPACK).bearer_auth(token);
    send(request.body(body)).await
}

fn pack(body: &Value) -> Vec<u8> {
    rmp_serde::to_vec_named(body).unwrap()
}

#[tokio::test]
async fn records_live_in_messagepack_as_they_do_in_json() {
    let admin = Admin::start().await;
    let typed = |n: i64| json!({ "id": "1", "n": { "type": "Integer", "value": n } });
    for (route, body, status, expected) in [
        (
            "POST /api/insert/t",
            json!({ "id": "1", "n": 1 }),
            201,
            json!({ "id": "1" }),
        ),
        ("PUT /api/update/t/1", json!({ "n": 2 }), 200, typed(2)),
        (
            "PUT /api/update/t/1/action/increment",
            json!({ "field": "n", "value": 3 }),
            200,
            typed(5),
        ),
        (
            "POST /api/find/t",
            json!({ "limit": 1 }),
            200,
            json!([typed(5)]),
        ),
        (
            "POST /api/batch/insert/t",
            json!({ "inserts": [{ "data": { "id": "2" } }, { "data": { "id": "1" } }] }),
            200,
            json!({ "successful": ["2"], "failed": [{ "id": "1", "error": "Record '1' already exists" }] }),
        ),
        (
            "PUT /api/batch/update/t",
            json!({ "updates": [{ "id": "2", "data": { "n": 1 } }] }),
            200,
            json!({ "successful": ["2"], "failed": [] }),
        ),
        (
            "DELETE /api/batch/delete/t",
            json!({ "deletes": [{ "id": "2" }] }),
            200,
            json!({ "successful": ["2"], "failed": [] }),
        ),
    ] {
        let reply = packed(&admin, route, pack(&body)).await;
        assert_eq!(reply.status, status, "{route}: {}", reply.body);
        assert_eq!(content_type(&reply), MSGPACK, "{route}");
        assert_eq!(reply.body, expected, "{route}");
    }
    for route in ["GET /api/find/t/1", "DELETE /api/delete/t/1"] {
        let request = admin.route(route).bearer_auth(&admin.token);
        let reply = send(request.header("accept", MSGPACK)).await;
        assert_eq!(content_type(&reply), MSGPACK, "{route}");
        assert_eq!(reply.body, typed(5), "{route}");
    }
}

/// The official Rust client writes structs as arrays; this body was captured from it.
#[tokio::test]
async fn structs_written_as_arrays_are_understood() {
    let admin = Admin::start().await;
    let captured = b"\x91\x91\x92\x81\xa1a\x01\xc0".to_vec();
    let reply = packed(&admin, "POST /api/batch/insert/t", captured).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let id = reply.body["successful"][0].as_str().unwrap().to_owned();

    let body = pack(&json!([[[id, { "a": 2 }, null]]]));
    let reply = packed(&admin, "PUT /api/batch/update/t", body).await;
    assert_eq!(reply.body["successful"], json!([id]));
    let found = admin.get(&format!("/api/find/t/{id}")).await;
    assert_eq!(found.body["a"]["value"], 2);

    let body = pack(&json!([[[id, true]]]));
    let reply = packed(&admin, "DELETE /api/batch/delete/t", body).await;
    assert_eq!(reply.body["successful"], json!([id]));
}

#[tokio::test]
async fn errors_of_other_routes_are_json_whatever_is_accepted() {
    let admin = Admin::start().await;
    for (token, route, body, status) in [
        (&*admin.token, "PUT /api/update/t/1", [0x80], 404),
        (&*admin.token, "POST /api/insert/t", [0xc1], 400),
        (&*admin.token, "POST /api/insert/t", [0x01], 400),
        ("", "POST /api/insert/t", [0x80], 401),
    ] {
        let reply = packed_as(token, &admin, route, body.to_vec()).await;
        assert_eq!(reply.status, status, "{route}");
        assert_eq!(content_type(&reply), "application/json", "{route}");
    }
}

#[tokio::test]
async fn the_reply_has_the_format_that_is_accepted_first() {
    let admin = Admin::start().await;
    for (accept, expected) in [
        (None, "application/json"),
        (Some("*/*"), "application/json"),
        (Some("application/json"), "application/json"),
        (
            Some("application/json, application/msgpack"),
            "application/json",
        ),
        (
            Some("text/html, application/msgpack;q=0.9, application/json"),
            MSGPACK,
        ),
        (Some("Application/X-MsgPack"), MSGPACK),
    ] {
        let mut request = admin
            .route("POST /api/insert/t")
            .bearer_auth(&admin.token)
            .json(&json!({}));
        if let Some(accept) = accept {
            request = request.header("accept", accept);
        }
        let reply = send(request).await;
        assert_eq!(content_type(&reply), expected, "{accept:?}");
        assert_eq!(reply.headers["vary"], "accept");
    }
}

#[tokio::test]
async fn messagepack_is_415_elsewhere() {
    let admin = Admin::start().await;
    for route in [
        "POST /api/auth/token",
        "POST /api/auth/register",
        "POST /api/collections/t",
        "PUT /api/schemas/t",
        "PUT /api/config",
        "POST /api/distinct/t/a",
        "PUT /api/update/sequence/t/1",
    ] {
        let reply = packed(&admin, route, vec![0x80]).await;
        assert_eq!(reply.status, 415, "{route}");
        let error = reply.body["error"].as_str().unwrap();
        assert!(error.contains("application/json"), "{route}: {error}");
    }
}

#[tokio::test]
async fn the_body_limit_holds_for_messagepack() {
    let admin = Admin::start_with(builder().max_body_bytes(1000)).await;
    let body = pack(&json!({ "a": "x".repeat(1000) }));
    let reply = packed(&admin, "POST /api/insert/t", body).await;
    assert_eq!(reply.status, 413);
}

#[tokio::test]
async fn values_nested_deep_are_refused_in_messagepack_too() {
    let admin = Admin::start().await;
    for depth in [1, 99, 100, 101, 102, 126, 127, 128, 200, 100_000] {
        let value = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let spelled = admin
            .route("POST /api/insert/t")
            .bearer_auth(&admin.token)
            .body(format!(r#"{{"v":{value}}}"#));
        let mut body = b"\x81\xa1v".to_vec();
        body.resize(body.len() + depth - 1, 0x91);
        body.push(0x90);
        let reply = packed(&admin, "POST /api/insert/t", body).await;
        assert_eq!(reply.status, send(spelled).await.status, "{depth}");
        // The outermost list is not in another one.
        assert_eq!(reply.status == 201, depth - 1 <= 100, "{depth}");
    }
}

/// One request to a route that speaks both.
#[derive(Clone, Debug)]
struct Call {
    route: &'static str,
    body: Value,
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(|n: f64| json!(n)),
        "[a-zé\u{0}\"]{0,4}".prop_map(Value::from),
        Just(json!("2024-01-01T00:00:00Z")),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("type|value|a|b", inner, 0..3).prop_map(|map| json!(map)),
        ]
    })
}

fn record() -> impl Strategy<Value = Value> {
    let members = prop::collection::btree_map("a|b|c|n|ttl", value(), 0..4);
    // Always with an id: one that the server makes would differ from run to run.
    (members, "[xyz]").prop_map(|(mut members, id)| {
        members.insert("id".to_owned(), id.into());
        json!(members)
    })
}

fn body(inner: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Value> {
    prop_oneof![9 => inner, 1 => value()].boxed()
}

fn call() -> impl Strategy<Value = Call> {
    let with = |route: &'static str, body: BoxedStrategy<Value>| {
        body.prop_map(move |body| Call { route, body })
    };
    let inserts = prop::collection::vec(record(), 0..4).prop_map(|records| {
        let items: Vec<_> = records.iter().map(|data| json!({ "data": data })).collect();
        json!({ "inserts": items })
    });
    let updates = prop::collection::vec(record(), 0..3).prop_map(|records| {
        let items: Vec<_> = records
            .iter()
            .map(|data| json!({ "id": data["id"], "data": data, "bypass_ripple": true }))
            .collect();
        json!({ "updates": items })
    });
    let deletes = prop::collection::vec("[xyz]", 0..3).prop_map(|ids| {
        let items: Vec<_> = ids.iter().map(|id| json!([id, null])).collect();
        json!([items])
    });
    let query = (value(), 0..3u8).prop_map(|(value, limit)| {
        let filter = json!({ "type": "Condition", "content": { "field": "n", "operator": "Lte", "value": value } });
        json!({ "filter": filter, "limit": limit })
    });
    let push = value().prop_map(|value| json!({ "field": "a", "value": value }));
    prop_oneof![
        // The id must be given; anything else in the place of a record is tried by the other
        // routes.
        record().prop_map(|body| Call {
            route: "POST /api/insert/t",
            body
        }),
        with("PUT /api/update/t/x", body(record())),
        with("PUT /api/update/t/x/action/push", body(push)),
        with("POST /api/batch/insert/t", body(inserts)),
        with("PUT /api/batch/update/t", body(updates)),
        with("DELETE /api/batch/delete/t", body(deletes)),
        with("POST /api/find/t", body(query)),
    ]
}

/// What a reply says, without the place in the text that only JSON can tell.
fn said(reply: Reply) -> (StatusCode, Value) {
    let mut body = reply.body;
    if let Some(Value::String(error)) = body.get_mut("error")
        && let Some(end) = error.find(" at line ")
    {
        error.truncate(end);
    }
    (reply.status, body)
}

#[test]
fn the_same_body_means_the_same_in_json_and_in_messagepack() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config {
        cases: 48,
        failure_persistence: None,
        ..Config::default()
    };
    let calls = prop::collection::vec(call(), 1..8);
    let outcome = TestRunner::new(config).run(&calls, |calls| {
        runtime.block_on(async {
            let (spelled, binary) = (Admin::start().await, Admin::start().await);
            for Call { route, body } in calls {
                let request = spelled.route(route).bearer_auth(&spelled.token).json(&body);
                let expected = said(send(request).await);
                // An array stands for a structure in MessagePack only: it is the compact form of
                // the official Rust client.
                if body.is_array() {
                    prop_assert_eq!(expected.0, StatusCode::BAD_REQUEST, "{} {}", route, body);
                    continue;
                }
                let reply = packed(&binary, route, pack(&body)).await;
                prop_assert_eq!(said(reply), expected, "{} {}", route, body);
            }
            Ok(())
        })
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

#[tokio::test]
async fn an_error_of_reading_a_record_is_in_the_format_that_is_accepted() {
    let admin = Admin::start().await;
    for (route, token, status) in [
        ("GET /api/find/t/none", &*admin.token, 404),
        ("GET /api/find/t/none", "none", 401),
        ("GET /api/find/t/%00", &*admin.token, 400),
    ] {
        let of = |accept: &'static str| {
            let request = admin.route(route).bearer_auth(token);
            send(request.header("accept", accept))
        };
        let (binary, spelled) = (of(MSGPACK).await, of("application/json").await);
        assert_eq!(
            (binary.status.as_u16(), content_type(&binary)),
            (status, MSGPACK)
        );
        assert_eq!(content_type(&spelled), "application/json");
        assert_eq!(binary.body, spelled.body);
        let challenge = binary.headers.contains_key("www-authenticate");
        assert_eq!(challenge, status == 401);
    }
}
