//! Finding keys.

use std::time::Duration;

use serde_json::json;

use super::Store;

#[tokio::test]
async fn a_pattern_is_a_regular_expression_that_is_searched_anywhere() {
    let store = Store::start().await;
    for key in [
        "config:app:theme",
        "config:app:size",
        "config:user:1",
        "cache:product:7",
        "x",
    ] {
        store.set(key, json!({ "value": { "of": key } })).await;
    }
    for (pattern, keys) in [
        ("config:app:*", vec!["config:app:size", "config:app:theme"]),
        (
            "config:*",
            vec!["config:app:size", "config:app:theme", "config:user:1"],
        ),
        ("cache:product:.*", vec!["cache:product:7"]),
        ("^app", vec![]),
        ("[0-9]$", vec!["cache:product:7", "config:user:1"]),
        ("CACHE", vec![]),
    ] {
        assert_eq!(
            store.keys(json!({ "pattern": pattern })).await,
            keys,
            "{pattern}"
        );
    }
    assert_eq!(store.keys(json!({})).await.len(), 5);
    let found = store.find(json!({ "pattern": "^x$" })).await;
    assert_eq!(found.body, json!([{ "key": "x", "value": { "of": "x" } }]));
}

#[tokio::test]
async fn a_pattern_that_cannot_be_read_is_refused() {
    let store = Store::start().await;
    for pattern in ["(", "a{1000}{1000}{1000}", "(?=a)"] {
        let reply = store.find(json!({ "pattern": pattern })).await;
        assert_eq!(reply.status, 400, "{pattern}");
        let error = reply.body["error"].as_str().unwrap().to_owned();
        assert!(error.starts_with("Invalid pattern"), "{error}");
    }
}

#[tokio::test]
async fn an_expired_key_is_found_on_request_until_it_is_removed() {
    let store = Store::start().await;
    store.set("short", json!({ "value": 1, "ttl": 10 })).await;
    store.set("long", json!({ "value": 2 })).await;
    store.emulator.advance(Duration::from_secs(10));
    let expired = json!({ "include_expired": true });
    assert_eq!(store.keys(json!({})).await, ["long"]);
    assert_eq!(store.keys(expired.clone()).await, ["long", "short"]);
    store.set("other", json!({ "value": 3 })).await;
    assert_eq!(
        store.keys(expired.clone()).await,
        ["long", "other", "short"]
    );
    store.emulator.advance(Duration::from_secs(3601));
    store.set("other", json!({ "value": 3 })).await;
    assert_eq!(store.keys(expired).await, ["long", "other"]);
}

#[tokio::test]
async fn a_long_list_arrives_whole_and_in_order() {
    let store = Store::start().await;
    let keys: Vec<String> = (0..5000).map(|n| format!("key:{n:05}")).collect();
    let values = vec![json!({ "text": "x".repeat(100) }); keys.len()];
    let body = json!({ "keys": keys, "values": values });
    store.post("/api/kv/batch/set", body).await;
    assert_eq!(store.keys(json!({ "pattern": "^key:" })).await, keys);
    let even: Vec<String> = keys.iter().step_by(2).cloned().collect();
    assert_eq!(store.keys(json!({ "pattern": "[02468]$" })).await, even);
}
