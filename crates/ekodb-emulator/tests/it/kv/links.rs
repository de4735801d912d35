//! Links from keys to records.

use std::time::Duration;

use serde_json::{Value, json};

use super::Store;

impl Store {
    async fn link(&self, rest: &str, body: Value) -> (u16, Value) {
        let path = format!("/api/kv/{rest}");
        let reply = self.post(&path, body).await;
        (reply.status.as_u16(), reply.body)
    }

    async fn links(&self, key: &str) -> (u16, Value) {
        let path = format!("/api/kv/{key}/links");
        let reply = self.0.get(&path).await;
        (reply.status.as_u16(), reply.body)
    }
}

#[tokio::test]
async fn a_link_is_listed_once_until_it_is_removed() {
    let store = Store::start().await;
    store.set("a", json!({ "value": 1 })).await;
    assert_eq!(store.links("a").await, (200, json!([])));
    for body in [
        json!({}),
        json!({ "field_path": "p.q", "metadata": { "m": 1 } }),
    ] {
        assert_eq!(
            store.link("a/links/users/u1", body).await,
            (200, Value::Null)
        );
    }
    let link = json!({
        "collection": "users", "document_id": "u1", "field_path": "p.q", "metadata": { "m": 1 },
    });
    assert_eq!(store.links("a").await, (200, json!([link])));
    for _ in 0..2 {
        let removed = store.0.delete("/api/kv/a/links/users/u1").await;
        assert_eq!((removed.status.as_u16(), removed.body), (200, Value::Null));
    }
    assert_eq!(store.links("a").await, (200, json!([])));
}

#[tokio::test]
async fn the_links_of_a_key_go_with_it_and_stay_when_its_value_changes() {
    let store = Store::start().await;
    for key in ["a", "ab"] {
        store.set(key, json!({ "value": 1, "ttl": 10 })).await;
        store
            .link(&format!("{key}/links/users/u1"), json!({}))
            .await;
    }
    store.set("a", json!({ "value": 2, "ttl": 10 })).await;
    assert_eq!(store.links("a").await.1.as_array().unwrap().len(), 1);
    store.0.delete("/api/kv/delete/a").await;
    assert_eq!(store.links("a").await.0, 404);
    store.set("a", json!({ "value": 3 })).await;
    assert_eq!(store.links("a").await, (200, json!([])));
    assert_eq!(store.links("ab").await.1.as_array().unwrap().len(), 1);
    store.emulator.advance(Duration::from_secs(10));
    assert_eq!(store.links("ab").await.0, 404);
    store.set("ab", json!({ "value": 4 })).await;
    assert_eq!(store.links("ab").await, (200, json!([])));
}

#[tokio::test]
async fn a_key_that_is_not_there_has_no_links_to_change() {
    let store = Store::start().await;
    assert_eq!(store.links("a").await.0, 404);
    assert_eq!(store.link("a/links/users/u1", json!({})).await.0, 404);
    let removed = store.0.delete("/api/kv/a/links/users/u1").await;
    assert_eq!(removed.status, 404);
}
