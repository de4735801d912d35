//! What a limited key may do: its grants on prefixes.

use serde_json::json;

use super::Store;
use crate::support::Key;

async fn granted(store: &Store, prefix: &str, read: bool, write: bool) -> Key {
    let key = store.limited(json!({})).await;
    let grant = json!({ "read": read, "write": write });
    store.grant(&key, &format!("kv/{prefix}"), grant).await;
    key
}

#[tokio::test]
async fn each_operation_needs_its_right_on_a_prefix_of_the_key() {
    let store = Store::start().await;
    let reader = granted(&store, "own:", true, false).await;
    let writer = granted(&store, "own:", false, true).await;
    let value = json!({ "value": 1 });
    for key in ["own:a", "other"] {
        store.set(key, value.clone()).await;
    }
    let set = json!({ "keys": ["own:a"], "values": [1] });
    let keys = json!({ "keys": ["own:a"] });
    for (route, body, needs_write) in [
        ("GET /api/kv/get/{}", json!({}), false),
        ("POST /api/kv/set/{}", value.clone(), true),
        ("GET /api/kv/{}/links", json!({}), false),
        ("POST /api/kv/{}/links/c/d", json!({}), true),
        ("DELETE /api/kv/{}/links/c/d", json!({}), true),
        ("POST /api/kv/batch/get", keys.clone(), false),
        ("POST /api/kv/batch/set", set, true),
        ("POST /api/kv/find", json!({}), false),
        ("DELETE /api/kv/delete/{}", json!({}), true),
        ("DELETE /api/kv/batch/delete", keys, true),
    ] {
        for (key, has_write) in [(&reader, false), (&writer, true)] {
            let own = route.replace("{}", "own:a");
            let reply = store.server.ask(&key.token, &own, body.clone()).await;
            let allowed = has_write == needs_write;
            let status = reply.status.as_u16();
            assert_eq!(status, if allowed { 200 } else { 403 }, "{own}");
            if route.contains("{}") {
                let other = route.replace("{}", "other");
                let reply = store.server.ask(&key.token, &other, body.clone()).await;
                assert_eq!(reply.status, 403, "{other}");
            }
        }
    }
    for key in [&reader, &writer] {
        let reply = store
            .server
            .ask(&key.token, "DELETE /api/kv/clear", json!({}))
            .await;
        assert_eq!(reply.status, 403);
    }
}

#[tokio::test]
async fn a_batch_with_one_forbidden_key_does_nothing() {
    let store = Store::start().await;
    let key = granted(&store, "own:", true, true).await;
    let body = json!({ "keys": ["own:a", "other"], "values": [1, 2] });
    let reply = store
        .server
        .ask(&key.token, "POST /api/kv/batch/set", body)
        .await;
    assert_eq!(reply.status, 403);
    assert!(store.keys(json!({})).await.is_empty());
    for key in ["own:a", "other"] {
        store.set(key, json!({ "value": 1 })).await;
    }
    let keys = json!({ "keys": ["own:a", "other"] });
    let get = store
        .server
        .ask(&key.token, "POST /api/kv/batch/get", keys.clone())
        .await;
    assert_eq!(get.status, 403);
    let delete = store
        .server
        .ask(&key.token, "DELETE /api/kv/batch/delete", keys)
        .await;
    assert_eq!(delete.status, 403);
    assert_eq!(store.keys(json!({})).await, ["other", "own:a"]);
}

#[tokio::test]
async fn only_readable_keys_are_found() {
    let store = Store::start().await;
    let key = granted(&store, "own:", true, false).await;
    for name in ["own:a", "own:b", "other"] {
        store.set(name, json!({ "value": 1 })).await;
    }
    let reply = store
        .server
        .ask(&key.token, "POST /api/kv/find", json!({}))
        .await;
    let found: Vec<&str> = reply
        .body
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["key"].as_str().unwrap())
        .collect();
    assert_eq!(found, ["own:a", "own:b"]);
}
