//! Many keys at once.

use std::time::Duration;

use serde_json::json;

use super::Store;

#[tokio::test]
async fn values_come_back_in_order_plain_and_null_where_there_is_none() {
    let store = Store::start().await;
    let body = json!({ "keys": ["x", "y"], "values": [{ "v": 1 }, 2], "ttl": 60 });
    let set = store.post("/api/kv/batch/set", body).await;
    assert_eq!(set.body, json!([["x", true], ["y", true]]));
    let keys = json!({ "keys": ["y", "none", "x"] });
    let got = store.post("/api/kv/batch/get", keys.clone()).await;
    assert_eq!(got.body, json!([2, null, { "v": 1 }]));
    let deleted = store.batch_delete(json!(["x", "none"])).await;
    assert_eq!(deleted.body, json!([["x", true], ["none", false]]));
    store.emulator.advance(Duration::from_secs(60));
    let got = store.post("/api/kv/batch/get", keys).await;
    assert_eq!(got.body, json!([null, null, null]));
    assert_eq!(
        store.batch_delete(json!(["y"])).await.body,
        json!([["y", false]])
    );
}

#[tokio::test]
async fn a_batch_that_cannot_be_meant_does_nothing() {
    let store = Store::start().await;
    for body in [
        json!({ "keys": ["a", "b"], "values": [1] }),
        json!({ "keys": ["a", ""], "values": [1, 2] }),
        json!({ "keys": ["a", "b"], "values": [1, { "type": "Integer", "value": "x" }] }),
        json!({ "keys": ["a"], "values": [1], "ttl": 0 }),
        json!({ "keys": vec!["a"; 20_001], "values": vec![1; 20_001] }),
    ] {
        let reply = store.post("/api/kv/batch/set", body).await;
        assert_eq!(reply.status, 400);
    }
    assert!(store.keys(json!({})).await.is_empty());
    let empty = json!({ "keys": [] });
    let got = store.post("/api/kv/batch/get", empty).await;
    assert_eq!(got.body, json!([]));
}
