//! Finds that are longer than one piece of a body.

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use super::support::condition;
use crate::support::{Admin, builder};

const MSGPACK: &str = "application/msgpack";

/// Many times what is sent at once.
const MANY: usize = 5000;

/// Records that have their place in `n`, and a third of their number in `third`.
async fn fill(admin: &Admin, collection: &str, count: usize) {
    for chunk in (0..count).collect::<Vec<_>>().chunks(1000) {
        let inserts: Vec<_> = chunk
            .iter()
            .map(|n| json!({ "data": { "id": format!("id-{n}"), "n": n, "third": n % 3, "pad": "x".repeat(100) } }))
            .collect();
        let path = format!("/api/batch/insert/{collection}");
        let reply = admin.post(&path, json!({ "inserts": inserts })).await;
        assert_eq!(reply.body["failed"], json!([]));
    }
}

async fn ask(admin: &Admin, query: &Value, accept: &str) -> Response {
    let request = admin
        .request(Method::POST, "/api/find/t")
        .bearer_auth(&admin.token);
    let request = request.header("accept", accept).json(query);
    request.send().await.unwrap()
}

#[tokio::test]
async fn every_find_is_whole_in_both_formats() {
    let admin = Admin::plain().await;
    fill(&admin, "t", MANY).await;
    let third = |wanted: usize| condition("third", "Eq", json!(wanted));
    let down =
        json!([{ "field": "third", "ascending": false }, { "field": "n", "ascending": true }]);
    let by_third = |third: usize| (0..MANY).filter(move |n| n % 3 == third);
    let sorted: Vec<_> = by_third(2).chain(by_third(1)).chain(by_third(0)).collect();
    for (query, expected) in [
        (json!({}), (0..MANY).collect::<Vec<_>>()),
        (json!({ "skip": 10, "limit": 4000 }), (10..4010).collect()),
        (json!({ "skip": 10 }), (10..MANY).collect()),
        (json!({ "limit": MANY + 1 }), (0..MANY).collect()),
        (json!({ "filter": third(1) }), by_third(1).collect()),
        (
            json!({ "filter": third(1), "skip": 5, "limit": 1500 }),
            by_third(1).skip(5).take(1500).collect(),
        ),
        (json!({ "sort": down }), sorted.clone()),
        (
            json!({ "sort": down, "skip": 100, "limit": 3000 }),
            sorted[100..3100].to_vec(),
        ),
        (
            json!({ "sort": down, "filter": third(0), "limit": 1600 }),
            by_third(0).take(1600).collect(),
        ),
    ] {
        for accept in ["application/json", MSGPACK] {
            let response = ask(&admin, &query, accept).await;
            assert_eq!(response.status(), 200);
            assert_eq!(response.headers()["content-type"], accept);
            assert!(response.content_length().is_none(), "it is streamed");
            let body = response.bytes().await.unwrap();
            let records: Vec<Value> = match accept {
                MSGPACK => rmp_serde::from_slice(&body).unwrap(),
                _ => serde_json::from_slice(&body).unwrap(),
            };
            let found: Vec<_> = records.iter().map(|record| record["n"].clone()).collect();
            assert!(json!(found) == json!(expected), "{accept} {query}");
        }
    }
}

#[tokio::test]
async fn what_is_written_while_a_find_is_read_is_not_in_it() {
    let admin = Admin::plain().await;
    fill(&admin, "t", MANY).await;
    for accept in ["application/json", MSGPACK] {
        let mut response = ask(&admin, &json!({}), accept).await;
        let mut body = response.chunk().await.unwrap().unwrap().to_vec();
        let late = admin.insert("t", json!({ "n": -1 })).await;
        while let Some(piece) = response.chunk().await.unwrap() {
            body.extend(piece);
        }
        let found: Vec<Value> = match accept {
            MSGPACK => rmp_serde::from_slice(&body).unwrap(),
            _ => serde_json::from_slice(&body).unwrap(),
        };
        assert_eq!(found.len(), MANY, "{accept}");
        let path = format!("/api/delete/t/{late}");
        assert_eq!(admin.delete(&path).await.status, 200);
    }
}

#[tokio::test]
async fn many_records_are_joined_like_few() {
    let admin = Admin::plain().await;
    fill(&admin, "t", MANY).await;
    let index = json!({ "third": { "field_type": "Integer", "index": { "type": "btree" } } });
    admin.with_schema("indexed", index).await;
    for third in [0, 1, 1] {
        for other in ["scanned", "indexed"] {
            admin.insert(other, json!({ "third": third })).await;
        }
    }
    for other in ["scanned", "indexed"] {
        let join = json!({
            "collections": [other], "local_field": "third", "foreign_field": "third", "as_field": "others",
        });
        let reply = admin.find("t", json!({ "join": join })).await;
        let records = reply.body.as_array().unwrap();
        assert_eq!(records.len(), MANY);
        for (n, record) in records.iter().enumerate() {
            let others = record["others"].as_array().unwrap();
            assert_eq!(others.len(), [1, 2, 0][n % 3], "{other} {n}");
            assert!(
                others.iter().all(|other| other["third"] == n % 3),
                "{other} {n}"
            );
        }
    }
}

/// Writes what no record is in the place of the one that was inserted after `before` others.
fn damage(directory: &std::path::Path, before: usize) {
    const RECORDS: TableDefinition<'static, (u64, u64), &[u8]> = TableDefinition::new("records");
    let database = Database::open(directory.join("emulator.redb")).unwrap();
    let key = {
        let table = database.begin_read().unwrap().open_table(RECORDS).unwrap();
        let entry = table.iter().unwrap().nth(before).unwrap().unwrap();
        entry.0.value()
    };
    let transaction = database.begin_write().unwrap();
    transaction
        .open_table(RECORDS)
        .unwrap()
        .insert(key, &b"damaged"[..])
        .unwrap();
    transaction.commit().unwrap();
}

#[tokio::test]
async fn a_failure_is_a_status_before_the_body_has_begun_and_breaks_it_off_afterwards() {
    let home = tempfile::tempdir().unwrap();
    let start = || async { Admin::start_with(builder().data_dir(home.path())).await };
    let admin = start().await;
    fill(&admin, "t", MANY).await;
    admin.server.emulator.shutdown().await;

    damage(home.path(), MANY - 10);
    let admin = start().await;
    for accept in ["application/json", MSGPACK] {
        let response = ask(&admin, &json!({}), accept).await;
        assert_eq!(response.status(), 200, "{accept}");
        assert!(response.bytes().await.is_err(), "{accept}: it looks whole");
    }
    admin.server.emulator.shutdown().await;

    damage(home.path(), 10);
    let admin = start().await;
    let reply = admin.find("t", json!({})).await;
    assert_eq!(reply.status, 500);
    let reply = admin.find("t", json!({ "limit": 10 })).await;
    assert_eq!(reply.status, 200, "what is before the damage can be read");
}
