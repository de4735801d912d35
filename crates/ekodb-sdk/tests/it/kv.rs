//! The key-value store, against the emulator and against replies that it does not give.

use std::time::Duration;

use ekodb_client::{
    Client,
    ErrorKind::{InvalidArgument, InvalidReply, InvalidRequest, NotFound, PermissionDenied},
    NewKey, Permission, Record,
    kv::{KvEntry, KvLink},
    value::Decimal,
};
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    stage::{Stage, kind},
    support::{Reply, Server, client, error_of, soon},
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Session {
    user: String,
    visits: u32,
}

fn session(user: &str) -> Session {
    Session {
        user: user.to_owned(),
        visits: 1,
    }
}

/// Keys that travel in the path, and keys that cannot.
const KEYS: [&str; 6] = ["plain", "s:1", "a@b!$&'()*+,;=~", "a/b", "ü x", "100%"];

#[tokio::test]
async fn a_value_is_stored_read_and_deleted_whatever_its_key() {
    let stage = Stage::start().await;
    let kv = stage.admin.kv();
    for key in KEYS {
        assert_eq!(soon(kv.get::<Session>(key)).await.unwrap(), None, "{key}");
        soon(kv.set(key, session(key))).await.unwrap();
        assert_eq!(soon(kv.get(key)).await.unwrap(), Some(session(key)));
        assert!(soon(kv.exists(key)).await.unwrap());
        assert!(soon(kv.delete(key)).await.unwrap(), "{key}");
        assert!(!soon(kv.delete(key)).await.unwrap(), "{key}");
        assert!(!soon(kv.exists(key)).await.unwrap());
    }
    soon(kv.set("a/b", 1)).await.unwrap();
    let found = soon(kv.find()).await.unwrap();
    assert_eq!(found[0].key, "a/b", "the key is stored as it is");
}

#[tokio::test]
async fn a_value_of_any_type_comes_back() {
    let stage = Stage::start().await;
    let kv = stage.admin.kv();
    let price: Decimal = "0.30".parse().unwrap();
    soon(kv.set("price", &price)).await.unwrap();
    assert_eq!(soon(kv.get::<Decimal>("price")).await.unwrap(), Some(price));
    let raw = soon(kv.get_raw("price")).await.unwrap();
    assert_eq!(raw, Some(json!({ "type": "Decimal", "value": "0.30" })));
    for value in [
        json!(7),
        json!("text"),
        json!([1, "a"]),
        json!({ "type": "String", "value": "own" }),
    ] {
        soon(kv.set("any", &value)).await.unwrap();
        assert_eq!(soon(kv.get::<Value>("any")).await.unwrap(), Some(value));
    }
}

#[tokio::test]
async fn a_stored_null_is_not_a_missing_key() {
    let stage = Stage::start().await;
    let kv = stage.admin.kv();
    soon(kv.set("a", Value::Null)).await.unwrap();
    assert_eq!(soon(kv.get::<Option<u32>>("a")).await.unwrap(), Some(None));
    assert!(soon(kv.exists("a")).await.unwrap());
    assert_eq!(soon(kv.get::<Option<u32>>("b")).await.unwrap(), None);
}

#[tokio::test]
async fn keys_expire_after_their_time_which_is_rounded_up() {
    let stage = Stage::start().await;
    let kv = stage.admin.kv();
    for key in ["path", "in/body"] {
        let set = kv.set(key, 1).ttl(Duration::from_millis(1500));
        soon(set).await.unwrap();
    }
    let many = kv.set_many([("x", 1), ("y", 2)]);
    let many = soon(many.ttl(Duration::from_secs(2))).await;
    assert!(many.unwrap().is_complete());
    stage.emulator.advance(Duration::from_millis(1500));
    assert_eq!(soon(kv.find()).await.unwrap().len(), 4);
    stage.emulator.advance(Duration::from_secs(1));
    assert!(soon(kv.find()).await.unwrap().is_empty());
    assert_eq!(soon(kv.find().include_expired()).await.unwrap().len(), 4);
    assert!(!soon(kv.exists("path")).await.unwrap());
}

#[tokio::test]
async fn many_keys_take_as_few_calls_as_their_number_needs() {
    let stage = Stage::start().await;
    let kv = stage.admin.kv();
    let keys: Vec<String> = (0..1200).map(|n| format!("k/{n:04}")).collect();
    let entries = keys.iter().map(|key| (key.clone(), session(key)));
    let stored = soon(kv.set_many(entries)).await.unwrap();
    assert!(stored.is_complete());
    assert_eq!(stored.keys.len(), 1200);
    let read = soon(kv.get_many::<Session, _>(keys.iter().cloned().chain(["none".to_owned()])));
    let read = read.await.unwrap();
    assert_eq!(read[1199], Some(session("k/1199")));
    assert_eq!(read[1200], None);
    let deleted = soon(kv.delete_many(["k/0001", "none"])).await.unwrap();
    let outcome = [("k/0001".to_owned(), true), ("none".to_owned(), false)];
    assert_eq!(deleted.keys, outcome);
    assert_eq!(stage.emulator.requests_to("POST", "/api/kv/batch/set"), 3);
    assert_eq!(stage.emulator.requests_to("POST", "/api/kv/batch/get"), 3);
}

#[tokio::test]
async fn keys_are_found_as_a_list_and_as_a_stream() {
    let stage = Stage::start().await;
    let kv = stage.admin.kv();
    let entries = ["sessions:1", "sessions:2", "flags:a"].map(|key| (key, session(key)));
    soon(kv.set_many(entries)).await.unwrap().is_complete();
    let sessions = || kv.find().pattern("^sessions:");
    let listed = soon(sessions()).await.unwrap();
    assert_eq!(listed.len(), 2);
    let second: Session = listed[1].decode().unwrap();
    assert_eq!(second, session("sessions:2"));
    let streamed: Result<Vec<KvEntry>, _> = soon(sessions().stream().try_collect()).await;
    assert_eq!(streamed.unwrap(), listed);
    let refused = soon(kv.find().pattern("(").stream().try_collect::<Vec<_>>()).await;
    assert_eq!(kind(refused), InvalidRequest);
}

#[tokio::test]
async fn links_lead_from_keys_to_records() {
    let stage = Stage::start().await;
    let kv = stage.admin.kv();
    let users = stage.admin.collection("users");
    let ada = Record::new().with_id("ada");
    soon(users.insert(ada)).await.unwrap();
    soon(kv.set("sessions:1", 1)).await.unwrap();
    let link = KvLink::new("users", "ada")
        .field_path("profile")
        .metadata(json!({ "by": "login" }));
    soon(kv.link("sessions:1", link.clone())).await.unwrap();
    assert_eq!(soon(kv.links("sessions:1")).await.unwrap(), [link]);
    soon(kv.unlink("sessions:1", "users", "ada")).await.unwrap();
    assert!(soon(kv.links("sessions:1")).await.unwrap().is_empty());
    assert_eq!(kind(soon(kv.links("none")).await), NotFound);
    for key in ["get", "set", "delete", "a/b"] {
        assert_eq!(kind(soon(kv.links(key)).await), InvalidArgument);
    }
}

#[tokio::test]
async fn a_limited_key_reaches_the_prefixes_of_its_grants() {
    let stage = Stage::start().await;
    let keys = stage.admin.keys();
    let registered = soon(keys.register(NewKey::limited("app"))).await;
    let registered = registered.unwrap();
    let id = registered.record.id.unwrap();
    let own = stage.admin.with_api_key(registered.key).unwrap().kv();
    let refused = error_of(own.set("own:a", 1)).await;
    assert_eq!(refused.kind(), PermissionDenied);
    let text = refused.to_string();
    assert!(text.contains("prefix of the KV key"), "{text}");
    let both = [Permission::Read, Permission::Write];
    soon(keys.key(&id).kv("own:").put(both)).await.unwrap();
    soon(own.set("own:a", 1)).await.unwrap();
    assert_eq!(soon(own.get("own:a")).await.unwrap(), Some(1));
    let other = soon(own.get::<u32>("other")).await;
    assert_eq!(kind(other), PermissionDenied);
    let all = soon(own.delete_every_key_of_the_store()).await;
    assert_eq!(kind(all), PermissionDenied);
    let cleared = soon(stage.admin.kv().delete_every_key_of_the_store()).await;
    cleared.unwrap();
    assert!(!soon(own.exists("own:a")).await.unwrap());
}

/// What the client makes of one reply of a server.
async fn answered(reply: Reply) -> (Server, Client) {
    let server = Server::with_tokens(move |_| reply.clone()).await;
    let client = client(&server);
    (server, client)
}

#[tokio::test]
async fn a_key_stays_bare_in_the_path_and_others_go_in_the_body() {
    let (server, client) = answered(Reply::json(200, r#"{"value":1}"#)).await;
    let read = soon(client.kv().get::<u32>("a:b@c!$&'()*+,;=~")).await;
    read.unwrap();
    let sent = &server.calls()[0];
    assert_eq!(sent.target, "/api/kv/get/a:b@c!$&'()*+,;=~");

    let (server, client) = answered(Reply::json(200, "[7]")).await;
    assert_eq!(soon(client.kv().get::<u32>("a/b")).await.unwrap(), Some(7));
    let sent = &server.calls()[0];
    assert_eq!(sent.target, "/api/kv/batch/get");
    assert_eq!(sent.json(), json!({ "keys": ["a/b"] }));
}

#[tokio::test]
async fn keys_that_would_reach_another_endpoint_are_refused_before_anything_is_sent() {
    let (server, client) = answered(Reply::ok()).await;
    let kv = client.kv();
    for key in ["", ".", "..", "a\u{200b}b"] {
        for refused in [
            kind(soon(kv.get::<u32>(key)).await),
            kind(soon(kv.set(key, 1)).await),
            kind(soon(kv.delete(key)).await),
            kind(soon(kv.links(key)).await),
            kind(soon(kv.delete_many([key])).await),
        ] {
            assert_eq!(refused, InvalidArgument, "{key:?}");
        }
    }
    assert!(server.calls().is_empty());
}

#[tokio::test]
async fn the_reply_to_a_change_may_be_anything() {
    for reply in [
        Reply::json(200, r#"{"success":true}"#),
        Reply::json(201, r#"{"user":"echoed"}"#),
        Reply::json(200, "null"),
        Reply::empty(200),
        Reply::empty(204),
    ] {
        let (_server, client) = answered(reply.clone()).await;
        let kv = client.kv();
        soon(kv.set("a", 1))
            .await
            .unwrap_or_else(|error| panic!("{reply:?}: {error}"));
        assert!(soon(kv.delete("a")).await.unwrap(), "{reply:?}");
        soon(kv.link("a", KvLink::new("c", "d"))).await.unwrap();
        soon(kv.unlink("a", "c", "d")).await.unwrap();
    }
}

#[tokio::test]
async fn links_are_read_in_both_forms_of_the_reply() {
    let link = json!({ "collection": "c", "document_id": "d" });
    for body in [json!([link]), json!({ "links": [link] })] {
        let (_server, client) = answered(Reply::json(200, &body)).await;
        let links = soon(client.kv().links("a")).await.unwrap();
        assert_eq!(links, [KvLink::new("c", "d")], "{body}");
    }
}

#[tokio::test]
async fn a_batch_reply_that_does_not_fit_the_request_is_not_guessed_at() {
    let (_server, client) = answered(Reply::json(200, "[1]")).await;
    let read = soon(client.kv().get_many::<u32, _>(["a", "b"])).await;
    assert_eq!(kind(read), InvalidReply);
    let (_server, client) = answered(Reply::json(200, r#"[["b",true]]"#)).await;
    let stored = soon(client.kv().set_many([("a", 1)])).await;
    assert_eq!(kind(stored), InvalidReply);
    let (_server, client) = answered(Reply::json(200, r#"[["b",false],["a",true]]"#)).await;
    let deleted = soon(client.kv().delete_many(["a", "b"])).await.unwrap();
    let expected = [("a".to_owned(), true), ("b".to_owned(), false)];
    assert_eq!(deleted.keys, expected);
}

#[tokio::test]
async fn a_failure_is_not_taken_for_a_missing_key() {
    for status in [401, 403, 500, 503] {
        let (_server, client) = answered(Reply::empty(status)).await;
        assert!(soon(client.kv().exists("a")).await.is_err(), "{status}");
        assert!(soon(client.kv().delete("a")).await.is_err(), "{status}");
    }
}

#[tokio::test]
async fn a_wrong_value_is_named_by_its_key_and_place_and_not_quoted() {
    let body = r#"{"value":{"type":"Object","value":{"user":"s3cret","visits":"s3cret"}}}"#;
    let (_server, client) = answered(Reply::json(200, body)).await;
    let error = error_of(client.kv().get::<Session>("a")).await;
    assert_eq!(
        error.to_string(),
        "get_kv_value: the value of the KV key `a` cannot be read at `visits`: invalid type, expected u32"
    );
}

#[tokio::test]
async fn a_set_is_repeated_after_an_unclear_failure_and_a_link_is_not() {
    let server = Server::with_tokens(|request| match request.before {
        0 => Reply::reset(),
        _ => Reply::json(200, "null"),
    })
    .await;
    soon(client(&server).kv().set("a", 1)).await.unwrap();
    assert_eq!(server.calls().len(), 2);
    let server = Server::with_tokens(|_| Reply::reset()).await;
    let linked = soon(client(&server).kv().link("a", KvLink::new("c", "d"))).await;
    assert!(!linked.unwrap_err().has_no_side_effects());
    assert_eq!(server.calls().len(), 1);
}
