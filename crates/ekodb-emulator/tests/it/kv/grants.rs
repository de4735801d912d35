//! What a limited key may do: its grants on prefixes.

use reqwest::Method;
use serde_json::{Value, json};

use super::Store;
use crate::support::{Key, Reply, send};

async fn granted(store: &Store, prefix: &str, read: bool, write: bool) -> Key {
    let key = store.server.limited(json!({})).await;
    let path = format!("/api/auth/keys/{}/permissions/kv/{prefix}", key.id);
    let grant = json!({ "read": read, "write": write });
    assert_eq!(
        store.server.put(&store.admin, &path, grant).await.status,
        200
    );
    key
}

async fn ask(store: &Store, key: &Key, method: Method, path: &str, body: Value) -> Reply {
    let request = store.server.request(method, path);
    send(request.bearer_auth(&key.token).json(&body)).await
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
    for (method, path, body, needs_write) in [
        (Method::GET, "/api/kv/get/{}", json!({}), false),
        (Method::POST, "/api/kv/set/{}", value.clone(), true),
        (Method::GET, "/api/kv/{}/links", json!({}), false),
        (Method::POST, "/api/kv/{}/links/c/d", json!({}), true),
        (Method::DELETE, "/api/kv/{}/links/c/d", json!({}), true),
        (Method::POST, "/api/kv/batch/get", keys.clone(), false),
        (Method::POST, "/api/kv/batch/set", set, true),
        (Method::POST, "/api/kv/find", json!({}), false),
        (Method::DELETE, "/api/kv/delete/{}", json!({}), true),
        (Method::DELETE, "/api/kv/batch/delete", keys, true),
    ] {
        for (key, has_write) in [(&reader, false), (&writer, true)] {
            let own = path.replace("{}", "own:a");
            let reply = ask(&store, key, method.clone(), &own, body.clone()).await;
            let allowed = has_write == needs_write;
            let status = reply.status.as_u16();
            assert_eq!(status, if allowed { 200 } else { 403 }, "{method} {own}");
            if path.contains("{}") {
                let other = path.replace("{}", "other");
                let reply = ask(&store, key, method.clone(), &other, body.clone()).await;
                assert_eq!(reply.status, 403, "{method} {other}");
            }
        }
    }
    for key in [&reader, &writer] {
        let reply = ask(&store, key, Method::DELETE, "/api/kv/clear", json!({})).await;
        assert_eq!(reply.status, 403);
    }
}

#[tokio::test]
async fn a_batch_with_one_forbidden_key_does_nothing() {
    let store = Store::start().await;
    let key = granted(&store, "own:", true, true).await;
    let body = json!({ "keys": ["own:a", "other"], "values": [1, 2] });
    let reply = ask(&store, &key, Method::POST, "/api/kv/batch/set", body).await;
    assert_eq!(reply.status, 403);
    assert!(store.keys(json!({})).await.is_empty());
    for key in ["own:a", "other"] {
        store.set(key, json!({ "value": 1 })).await;
    }
    let keys = json!({ "keys": ["own:a", "other"] });
    let get = ask(
        &store,
        &key,
        Method::POST,
        "/api/kv/batch/get",
        keys.clone(),
    )
    .await;
    assert_eq!(get.status, 403);
    let delete = ask(&store, &key, Method::DELETE, "/api/kv/batch/delete", keys).await;
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
    let reply = ask(&store, &key, Method::POST, "/api/kv/find", json!({})).await;
    let found: Vec<&str> = reply
        .body
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["key"].as_str().unwrap())
        .collect();
    assert_eq!(found, ["own:a", "own:b"]);
}
