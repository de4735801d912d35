//! Every table of the store has its part in resets, exports and snapshots. A new table fails these
//! tests until it is filled here and assigned to one of the two lists.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use super::{object, open};
use crate::engine::{ApiKey, Database, Projection, Seed};

/// What an export has, and a seed stores.
const EXPORTED: [&str; 9] = [
    "collections",
    "deadlines",
    "kv_entries",
    "kv_expiries",
    "kv_links",
    "record_index",
    "record_numbers",
    "record_totals",
    "records",
];

/// What an export leaves out: secrets, the trash, the global switches and the outcomes of
/// transactions.
const LEFT_OUT: [&str; 7] = [
    "committed_transaction_moments",
    "committed_transactions",
    "key_ids_by_hash",
    "keys",
    "settings",
    "trashed_collections",
    "trashed_records",
];

const SEED: &str = r#"{"collection": "users", "schema": {"fields": {"name": {"field_type": "String", "unique": true}}}}
{"collection": "users", "record": {"id": "1", "name": "Ada", "ttl": "1h"}}
{"collection": "users", "record": {"id": "2", "name": "Grace"}}
{"collection": "gone", "record": {"id": "1"}}
{"kv": "a", "value": {"n": 1}, "ttl": "1h", "links": [{"collection": "users", "document_id": "1"}]}
"#;

/// How many rows and bytes each table has.
type Tables = BTreeMap<String, (u64, u64)>;

fn tables(database: &Database) -> Tables {
    database.store.read().unwrap().tables().unwrap()
}

/// The rows of some tables.
fn rows(tables: &Tables, names: &[&str]) -> Vec<u64> {
    names.iter().map(|name| tables[*name].0).collect()
}

async fn export(database: &Database) -> Vec<u8> {
    let mut chunks = database.export().unwrap();
    let mut lines = Vec::new();
    while let Some(chunk) = chunks.recv().await {
        lines.extend_from_slice(&chunk.unwrap());
    }
    lines
}

/// Fills the tables that a seed does not fill.
async fn fill_the_rest(database: &Arc<Database>, admin: &ApiKey) {
    let place = ("users".to_owned(), "2".to_owned());
    let all = Projection::default();
    database.delete(admin, None, place, all).await.unwrap();
    database.delete_collection("gone".to_owned()).await.unwrap();
    let begun = database.begin(admin, None, None).unwrap();
    let insert = database.insert(
        admin,
        Some(begun.id.clone()),
        "users".to_owned(),
        object(json!({ "name": "Edsger" })),
    );
    insert.await.unwrap();
    database.commit(admin, begun.id).await.unwrap();
    let switches = json!({ "use_typed_values": false, "durable_operations": false });
    let switches = serde_json::from_value(switches).unwrap();
    database.update_switches(switches).await.unwrap();
    database.set_token_epoch(1).await.unwrap();
}

#[tokio::test]
async fn every_table_is_exported_or_left_out_on_purpose() {
    let (first, admin) = open().await;
    first.seed(Seed::ndjson(SEED)).await.unwrap();
    let seeded = tables(&first);
    let listed: Vec<_> = EXPORTED.iter().chain(&LEFT_OUT).collect();
    for name in seeded.keys() {
        assert!(listed.iter().any(|it| *it == name), "{name} is in no list");
    }
    assert_eq!(seeded.len(), listed.len());
    let exported = export(&first).await;
    fill_the_rest(&first, &admin).await;

    let (second, _) = open().await;
    second.seed(Seed::ndjson(exported)).await.unwrap();
    let again = tables(&second);
    assert_eq!(rows(&again, &EXPORTED), rows(&seeded, &EXPORTED));
    for name in EXPORTED {
        assert!(
            again[name].0 > 0,
            "{name} is empty: the seed has to fill it"
        );
    }
}

#[tokio::test]
async fn a_reset_empties_every_table_and_a_snapshot_brings_every_one_back() {
    let (database, admin) = open().await;
    database.seed(Seed::ndjson(SEED)).await.unwrap();
    fill_the_rest(&database, &admin).await;
    let filled = tables(&database);
    for (name, (rows, _)) in &filled {
        assert!(*rows > 0, "{name} is empty: the test has to fill it");
    }

    let snapshot = database.snapshot().await.unwrap().unwrap();
    database.store.clear(admin.clone()).await.unwrap();
    assert_ne!(tables(&database), filled);
    assert!(database.restore(snapshot, 1).await.unwrap());
    assert_eq!(tables(&database), filled);

    database.reset(&admin.key).await.unwrap();
    for (name, (rows, _)) in tables(&database) {
        let left = match name.as_str() {
            // The admin key.
            "keys" | "key_ids_by_hash" => 1,
            // The secrets and the counters, without the two switches.
            "settings" => filled["settings"].0 - 2,
            _ => 0,
        };
        assert_eq!(rows, left, "{name}");
    }
}
