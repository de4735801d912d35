//! Seeds, exports, resets, snapshots and restarts have the key-value store too.

use ekodb_emulator::Seed;
use serde_json::json;

use super::Store;
use crate::support::{Admin, builder};

const LINES: &str = r#"{"kv": "a", "value": {"n": 1}, "ttl": "60s", "links": [{"collection": "c", "document_id": "d"}]}
{"kv": "b", "value": {"type": "Decimal", "value": "0.30"}}
"#;

async fn export(store: &Store) -> String {
    let mut lines = Vec::new();
    store.emulator.export(&mut lines).await.unwrap();
    String::from_utf8(lines).unwrap()
}

#[tokio::test]
async fn what_is_exported_can_be_seeded_and_gives_the_same_export() {
    let first = Store::start().await;
    let seeded = first.emulator.seed(Seed::ndjson(LINES)).await.unwrap();
    assert_eq!((seeded.records, seeded.kv_keys), (0, 2));
    let exported = export(&first).await;
    let second = Store::start().await;
    second
        .emulator
        .seed(Seed::ndjson(exported.clone()))
        .await
        .unwrap();
    assert_eq!(export(&second).await, exported);
    assert_eq!(second.keys(json!({})).await, ["a", "b"]);
    let decimal = json!({ "type": "Decimal", "value": "0.30" });
    assert_eq!(second.get("b").await.body["value"], decimal);
    let links = second.0.get("/api/kv/a/links").await;
    assert_eq!(links.body[0]["document_id"], "d");
    second.emulator.advance(std::time::Duration::from_secs(60));
    assert_eq!(second.keys(json!({})).await, ["b"]);
}

#[tokio::test]
async fn a_document_has_its_keys_in_a_member_of_its_own() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("seed.json");
    let document = json!({ "users": [{ "id": "1" }], "$kv": { "a": { "value": 7, "ttl": 60 } } });
    std::fs::write(&file, document.to_string()).unwrap();
    let store = Store::start().await;
    let seeded = store.emulator.seed(Seed::path(&file)).await.unwrap();
    assert_eq!(
        (seeded.collections, seeded.records, seeded.kv_keys),
        (1, 1, 1)
    );
    assert_eq!(store.get("a").await.body["value"]["value"], 7);
    let wrong = json!({ "$kv": { "a": { "value": 7 }, "b": { "value": 1, "ttl": "soon" } } });
    std::fs::write(&file, wrong.to_string()).unwrap();
    let other = Store::start().await;
    let refused = other.emulator.seed(Seed::path(&file)).await.unwrap_err();
    assert!(refused.to_string().contains("ttl"), "{refused}");
    assert!(
        other.keys(json!({})).await.is_empty(),
        "a seed is stored whole or not at all"
    );
}

#[tokio::test]
async fn a_reset_empties_it_and_a_snapshot_brings_it_back() {
    let store = Store::start().await;
    store.set("a", json!({ "value": 1 })).await;
    let snapshot = store.emulator.snapshot().await.unwrap();
    store.set("a", json!({ "value": 2 })).await;
    store.set("b", json!({ "value": 2 })).await;
    store.emulator.restore(snapshot).await.unwrap();
    assert_eq!(store.keys(json!({})).await, ["a"]);
    assert_eq!(store.get("a").await.body["value"]["value"], 1);
    store.emulator.reset().await.unwrap();
    let after = Store(store.0.again().await);
    assert!(
        after
            .keys(json!({ "include_expired": true }))
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn a_restart_keeps_keys_times_to_live_and_links() {
    let home = tempfile::tempdir().unwrap();
    let start = async || Store(Admin::start_with(builder().data_dir(home.path())).await);
    let before = start().await;
    before.emulator.seed(Seed::ndjson(LINES)).await.unwrap();
    let exported = export(&before).await;
    before.0.server.emulator.shutdown().await;
    let after = start().await;
    assert_eq!(export(&after).await, exported);
}
