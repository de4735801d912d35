//! The key-value store.

mod batch;
mod find;
mod grants;
mod links;
mod state;

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Admin, Reply, builder};

/// An admin's short ways to work with the key-value store.
struct Store(Admin);

impl std::ops::Deref for Store {
    type Target = Admin;

    fn deref(&self) -> &Admin {
        &self.0
    }
}

impl Store {
    async fn start() -> Self {
        // The tests move the clock further than tokens live.
        let day = Duration::from_secs(24 * 60 * 60);
        Self(Admin::start_with(builder().token_lifetime(day)).await)
    }

    async fn set(&self, key: &str, body: Value) -> Reply {
        let path = format!("/api/kv/set/{key}");
        self.post(&path, body).await
    }

    async fn get(&self, key: &str) -> Reply {
        let path = format!("/api/kv/get/{key}");
        self.0.get(&path).await
    }

    async fn find(&self, body: Value) -> Reply {
        self.post("/api/kv/find", body).await
    }

    async fn keys(&self, body: Value) -> Vec<String> {
        let reply = self.find(body).await;
        assert_eq!(reply.status, 200, "{:?}", reply.body);
        let entries = reply.body.as_array().unwrap().iter();
        entries
            .map(|entry| entry["key"].as_str().unwrap().to_owned())
            .collect()
    }

    async fn batch_delete(&self, keys: Value) -> Reply {
        let body = json!({ "keys": keys });
        self.ask("DELETE /api/kv/batch/delete", body).await
    }
}

#[tokio::test]
async fn a_value_is_read_back_with_its_type() {
    let store = Store::start().await;
    for (value, kind) in [
        (json!({ "n": 1 }), "Object"),
        (json!("text"), "String"),
        (json!(7), "Integer"),
        (json!([1, "a"]), "Array"),
        (json!(null), "Null"),
        (json!("2026-01-02T03:04:05+00:00"), "DateTime"),
    ] {
        let reply = store.set("cfg:a", json!({ "value": value })).await;
        assert_eq!(
            (reply.status.as_u16(), &reply.body["success"]),
            (200, &json!(true))
        );
        let reply = store.get("cfg:a").await;
        reply.is(200, json!({ "value": { "type": kind, "value": value } }));
    }
    let decimal = json!({ "type": "Decimal", "value": "0.30" });
    store.set("d", json!({ "value": decimal })).await;
    assert_eq!(store.get("d").await.body["value"], decimal);
}

#[tokio::test]
async fn values_are_plain_where_the_server_writes_plain_values() {
    let store = Store::start().await;
    store.set("a", json!({ "value": { "n": 1 } })).await;
    let plain = json!({ "use_typed_values": false });
    store.put("/api/config", plain).await;
    assert_eq!(store.get("a").await.body, json!({ "value": { "n": 1 } }));
}

#[tokio::test]
async fn a_key_that_is_not_there_is_404_and_a_stored_null_is_not() {
    let store = Store::start().await;
    let missing = json!({ "error": "Key not found" });
    let reply = store.get("a").await;
    assert_eq!((reply.status.as_u16(), reply.body), (404, missing.clone()));
    store.set("a", json!({ "value": null })).await;
    assert_eq!(store.get("a").await.status, 200);
    let path = "/api/kv/delete/a";
    let deleted = store.0.delete(path).await;
    assert_eq!(
        deleted.body,
        json!({ "message": "deleted", "deleted": true })
    );
    let again = store.0.delete(path).await;
    assert_eq!((again.status.as_u16(), again.body), (404, missing));
    assert_eq!(store.get("a").await.status, 404);
}

#[tokio::test]
async fn a_key_expires_and_setting_it_again_begins_from_the_start() {
    let store = Store::start().await;
    for ttl in [json!("10s"), json!(10), json!("10")] {
        store.set("a", json!({ "value": 1, "ttl": ttl })).await;
        store.emulator.advance(Duration::from_secs(9));
        assert_eq!(store.get("a").await.status, 200, "{ttl}");
        store.emulator.advance(Duration::from_secs(1));
        assert_eq!(store.get("a").await.status, 404, "{ttl}");
    }
    store.set("a", json!({ "value": 1, "ttl": 10 })).await;
    store.set("a", json!({ "value": 2 })).await;
    store.emulator.advance(Duration::from_secs(3600));
    assert_eq!(store.get("a").await.body["value"]["value"], 2);
}

#[tokio::test]
async fn a_time_to_live_in_the_query_is_taken_too() {
    let store = Store::start().await;
    store.set("a?ttl=10s", json!({ "value": 1 })).await;
    assert_eq!(store.get("a").await.status, 200);
    store.emulator.advance(Duration::from_secs(10));
    assert_eq!(store.get("a").await.status, 404);
}

#[tokio::test]
async fn a_body_without_a_value_or_with_a_bad_time_is_refused() {
    let store = Store::start().await;
    for body in [
        json!({}),
        json!({ "n": 1 }),
        json!({ "value": 1, "ttl": 0 }),
        json!({ "value": 1, "ttl": -5 }),
        json!({ "value": 1, "ttl": "soon" }),
        json!({ "value": 1, "ttl": 1.5 }),
        json!({ "value": { "type": "Decimal", "value": "x" } }),
    ] {
        let reply = store.set("a", body.clone()).await;
        assert_eq!(reply.status, 400, "{body}: {:?}", reply.body);
    }
    assert_eq!(store.get("a").await.status, 404);
}

#[tokio::test]
async fn a_key_is_decoded_unless_the_emulator_takes_it_as_it_was_sent() {
    for (raw, stored) in [(false, "a:b"), (true, "a%3Ab")] {
        let store = Store(Admin::start_with(builder().raw_kv_keys(raw)).await);
        store.set("a%3Ab", json!({ "value": 1 })).await;
        assert_eq!(store.get("a%3Ab").await.status, 200);
        assert_eq!(store.get("a:b").await.status, if raw { 404 } else { 200 });
        assert_eq!(store.keys(json!({})).await, [stored]);
    }
}

#[tokio::test]
async fn deleting_a_key_that_does_not_exist_succeeds_behind_the_switch() {
    for (on, status) in [(false, 404), (true, 200)] {
        let store = Store(Admin::start_with(builder().idempotent_kv_delete(on)).await);
        store.set("a", json!({ "value": 1 })).await;
        let delete = async || {
            let reply = store.0.delete("/api/kv/delete/a").await;
            (reply.status.as_u16(), reply.body["deleted"].clone())
        };
        assert_eq!(delete().await, (200, json!(true)));
        let deleted = if on { json!(false) } else { json!(null) };
        assert_eq!(delete().await, (status, deleted));
    }
}

#[tokio::test]
async fn clearing_removes_every_key_and_nothing_else() {
    let store = Store::start().await;
    store.collection("users").await;
    for key in ["a", "b"] {
        store.set(key, json!({ "value": 1, "ttl": 60 })).await;
    }
    let cleared = store.0.delete("/api/kv/clear").await;
    assert_eq!(cleared.body, json!({ "message": "success" }));
    assert!(
        store
            .keys(json!({ "include_expired": true }))
            .await
            .is_empty()
    );
    let listed = store.0.get("/api/collections").await;
    assert_eq!(listed.body, json!({ "collections": ["users"] }));
}

#[tokio::test]
async fn a_member_that_may_be_left_out_is_not_null() {
    let store = Store::start().await;
    assert_eq!(store.set("k", json!({ "value": null })).await.status, 200);
    for (path, body) in [
        ("/api/kv/set/k", json!({ "value": 1, "ttl": null })),
        (
            "/api/kv/batch/set",
            json!({ "keys": ["k"], "values": [1], "ttl": null }),
        ),
        ("/api/kv/find", json!({ "pattern": null })),
        ("/api/kv/find", json!({ "include_expired": null })),
        ("/api/kv/k/links/users/1", json!({ "field_path": null })),
        ("/api/transactions", json!({ "timeout_seconds": null })),
        ("/api/transactions", json!({ "isolation_level": null })),
    ] {
        let reply = store.post(path, body.clone()).await;
        assert_eq!(reply.status, 400, "{path} {body}");
    }
}
