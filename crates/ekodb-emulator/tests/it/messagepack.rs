//! MessagePack on the routes where the official clients speak it.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::support::{Server, builder};

const MSGPACK: &str = "application/msgpack";

/// A reply in the format that its headers say.
struct Unpacked {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Unpacked {
    fn content_type(&self) -> &str {
        self.headers["content-type"].to_str().unwrap()
    }
}

async fn unpacked(request: RequestBuilder) -> Unpacked {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.bytes().await.unwrap();
    let body = match headers["content-type"].to_str().unwrap() {
        MSGPACK => rmp_serde::from_slice(&bytes).unwrap(),
        _ => serde_json::from_slice(&bytes).unwrap(),
    };
    Unpacked {
        status,
        headers,
        body,
    }
}

/// A request and its reply both in MessagePack.
async fn packed(
    server: &Server,
    token: &str,
    method: Method,
    path: &str,
    body: Vec<u8>,
) -> Unpacked {
    let request = server
        .request(method, path)
        .bearer_auth(token)
        .header("content-type", MSGPACK)
        .header("accept", MSGPACK)
        .body(body);
    unpacked(request).await
}

fn pack(body: &Value) -> Vec<u8> {
    rmp_serde::to_vec_named(body).unwrap()
}

async fn started() -> (Server, String) {
    let server = Server::start().await;
    let admin = server.admin().await;
    (server, admin)
}

#[tokio::test]
async fn records_live_in_messagepack_as_they_do_in_json() {
    let (server, admin) = started().await;
    let typed = |n: i64| json!({ "id": "1", "n": { "type": "Integer", "value": n } });
    for (method, path, body, status, expected) in [
        (
            Method::POST,
            "/api/insert/t",
            json!({ "id": "1", "n": 1 }),
            201,
            json!({ "id": "1" }),
        ),
        (
            Method::PUT,
            "/api/update/t/1",
            json!({ "n": 2 }),
            200,
            typed(2),
        ),
        (
            Method::PUT,
            "/api/update/t/1/action/increment",
            json!({ "field": "n", "value": 3 }),
            200,
            typed(5),
        ),
        (
            Method::POST,
            "/api/find/t",
            json!({ "limit": 1 }),
            200,
            json!([typed(5)]),
        ),
        (
            Method::POST,
            "/api/batch/insert/t",
            json!({ "inserts": [{ "data": { "id": "2" } }, { "data": { "id": "1" } }] }),
            200,
            json!({ "successful": ["2"], "failed": [{ "id": "1", "error": "Record '1' already exists" }] }),
        ),
        (
            Method::PUT,
            "/api/batch/update/t",
            json!({ "updates": [{ "id": "2", "data": { "n": 1 } }] }),
            200,
            json!({ "successful": ["2"], "failed": [] }),
        ),
        (
            Method::DELETE,
            "/api/batch/delete/t",
            json!({ "deletes": [{ "id": "2" }] }),
            200,
            json!({ "successful": ["2"], "failed": [] }),
        ),
    ] {
        let reply = packed(&server, &admin, method, path, pack(&body)).await;
        assert_eq!(reply.status, status, "{path}: {}", reply.body);
        assert_eq!(reply.content_type(), MSGPACK, "{path}");
        assert_eq!(reply.body, expected, "{path}");
    }
    for (method, path) in [
        (Method::GET, "/api/find/t/1"),
        (Method::DELETE, "/api/delete/t/1"),
    ] {
        let request = server.request(method, path).bearer_auth(&admin);
        let reply = unpacked(request.header("accept", MSGPACK)).await;
        assert_eq!(reply.content_type(), MSGPACK, "{path}");
        assert_eq!(reply.body, typed(5), "{path}");
    }
}

/// The official Rust client writes structs as arrays; this body was captured from it.
#[tokio::test]
async fn structs_written_as_arrays_are_understood() {
    let (server, admin) = started().await;
    let captured = b"\x91\x91\x92\x81\xa1a\x01\xc0".to_vec();
    let reply = packed(
        &server,
        &admin,
        Method::POST,
        "/api/batch/insert/t",
        captured,
    )
    .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let id = reply.body["successful"][0].as_str().unwrap().to_owned();

    let body = pack(&json!([[[id, { "a": 2 }, null]]]));
    let reply = packed(&server, &admin, Method::PUT, "/api/batch/update/t", body).await;
    assert_eq!(reply.body["successful"], json!([id]));
    let found = server.get(&admin, &format!("/api/find/t/{id}")).await;
    assert_eq!(found.body["a"]["value"], 2);

    let body = pack(&json!([[[id, true]]]));
    let reply = packed(&server, &admin, Method::DELETE, "/api/batch/delete/t", body).await;
    assert_eq!(reply.body["successful"], json!([id]));
}

#[tokio::test]
async fn errors_of_other_routes_are_json_whatever_is_accepted() {
    let (server, admin) = started().await;
    for (token, method, path, body, status) in [
        (&admin, Method::PUT, "/api/update/t/1", vec![0x80], 404),
        (&admin, Method::POST, "/api/insert/t", vec![0xc1], 400),
        (&admin, Method::POST, "/api/insert/t", vec![0x01], 400),
        (
            &String::new(),
            Method::POST,
            "/api/insert/t",
            vec![0x80],
            401,
        ),
    ] {
        let reply = packed(&server, token, method, path, body).await;
        assert_eq!(reply.status, status, "{path}");
        assert_eq!(reply.content_type(), "application/json", "{path}");
    }
}

#[tokio::test]
async fn the_reply_has_the_format_that_is_accepted_first() {
    let (server, admin) = started().await;
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
        let mut request = server
            .request(Method::POST, "/api/insert/t")
            .bearer_auth(&admin)
            .json(&json!({}));
        if let Some(accept) = accept {
            request = request.header("accept", accept);
        }
        let reply = unpacked(request).await;
        assert_eq!(reply.content_type(), expected, "{accept:?}");
        assert_eq!(reply.headers["vary"], "accept");
    }
}

#[tokio::test]
async fn messagepack_is_415_elsewhere() {
    let (server, admin) = started().await;
    for (method, path) in [
        (Method::POST, "/api/auth/token"),
        (Method::POST, "/api/auth/register"),
        (Method::POST, "/api/collections/t"),
        (Method::PUT, "/api/schemas/t"),
        (Method::PUT, "/api/config"),
        (Method::POST, "/api/distinct/t/a"),
        (Method::PUT, "/api/update/sequence/t/1"),
    ] {
        let reply = packed(&server, &admin, method, path, vec![0x80]).await;
        assert_eq!(reply.status, 415, "{path}");
        let error = reply.body["error"].as_str().unwrap();
        assert!(error.contains("application/json"), "{path}: {error}");
    }
}

#[tokio::test]
async fn the_body_limit_holds_for_messagepack() {
    let server = Server::start_with(builder().max_body_bytes(1000)).await;
    let admin = server.admin().await;
    let body = pack(&json!({ "a": "x".repeat(1000) }));
    let reply = packed(&server, &admin, Method::POST, "/api/insert/t", body).await;
    assert_eq!(reply.status, 413);
}

#[tokio::test]
async fn values_nested_deep_are_refused_in_messagepack_too() {
    let (server, admin) = started().await;
    for depth in [1, 99, 100, 101, 102, 126, 127, 128, 200, 100_000] {
        let value = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let spelled = server
            .request(Method::POST, "/api/insert/t")
            .bearer_auth(&admin)
            .body(format!(r#"{{"v":{value}}}"#));
        let mut body = b"\x81\xa1v".to_vec();
        body.resize(body.len() + depth - 1, 0x91);
        body.push(0x90);
        let reply = packed(&server, &admin, Method::POST, "/api/insert/t", body).await;
        assert_eq!(reply.status, unpacked(spelled).await.status, "{depth}");
        // The outermost list is not in another one.
        assert_eq!(reply.status == 201, depth - 1 <= 100, "{depth}");
    }
}

/// One request to a route that speaks both.
#[derive(Clone, Debug)]
struct Call {
    method: Method,
    path: &'static str,
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
    let with = |method: Method, path: &'static str, body: BoxedStrategy<Value>| {
        body.prop_map(move |body| Call {
            method: method.clone(),
            path,
            body,
        })
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
            method: Method::POST,
            path: "/api/insert/t",
            body
        }),
        with(Method::PUT, "/api/update/t/x", body(record())),
        with(Method::PUT, "/api/update/t/x/action/push", body(push)),
        with(Method::POST, "/api/batch/insert/t", body(inserts)),
        with(Method::PUT, "/api/batch/update/t", body(updates)),
        with(Method::DELETE, "/api/batch/delete/t", body(deletes)),
        with(Method::POST, "/api/find/t", body(query)),
    ]
}

/// What a reply says, without the place in the text that only JSON can tell.
fn said(reply: Unpacked) -> (StatusCode, Value) {
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
            let (spelled, first) = started().await;
            let (binary, second) = started().await;
            for Call { method, path, body } in calls {
                let request = spelled
                    .request(method.clone(), path)
                    .bearer_auth(&first)
                    .json(&body);
                let expected = said(unpacked(request).await);
                // An array stands for a structure in MessagePack only: it is the compact form of
                // the official Rust client.
                if body.is_array() {
                    prop_assert_eq!(expected.0, StatusCode::BAD_REQUEST, "{} {}", path, body);
                    continue;
                }
                let reply = packed(&binary, &second, method, path, pack(&body)).await;
                prop_assert_eq!(said(reply), expected, "{} {}", path, body);
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
    let (server, admin) = started().await;
    for (method, path, token, status) in [
        (Method::GET, "/api/find/t/none", &*admin, 404),
        (Method::GET, "/api/find/t/none", "none", 401),
        (Method::GET, "/api/find/t/%00", &*admin, 400),
    ] {
        let of = |accept: &'static str| {
            let request = server.request(method.clone(), path).bearer_auth(token);
            unpacked(request.header("accept", accept))
        };
        let (binary, spelled) = (of(MSGPACK).await, of("application/json").await);
        assert_eq!(
            (binary.status.as_u16(), binary.content_type()),
            (status, MSGPACK)
        );
        assert_eq!(spelled.content_type(), "application/json");
        assert_eq!(binary.body, spelled.body);
        let challenge = binary.headers.contains_key("www-authenticate");
        assert_eq!(challenge, status == 401);
    }
}
