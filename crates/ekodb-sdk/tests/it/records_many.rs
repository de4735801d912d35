//! Batches.

use ekodb_client::{Collection, ErrorKind, Record, Value};
use serde_json::json;

use crate::stage::{Stage, kind};

fn numbered(count: i64) -> Vec<Record> {
    (0..count)
        .map(|n| Record::new().with_id(format!("r{n:04}")).with("n", n))
        .collect()
}

/// An emulator with so many records.
async fn holding(count: i64) -> (Stage, Collection, Vec<String>) {
    let stage = Stage::start().await;
    let items = stage.admin.collection("items");
    let outcome = items.insert_many(numbered(count)).await.unwrap();
    let ids = outcome.into_result().unwrap();
    (stage, items, ids)
}

#[tokio::test]
async fn more_records_than_one_call_takes_are_stored_all() {
    let (_stage, items, ids) = holding(1201).await;
    assert_eq!(ids.len(), 1201);
    assert_eq!(items.count().await.unwrap(), 1201);
}

#[tokio::test]
async fn nothing_at_all_is_a_batch_that_asks_the_server_nothing() {
    let stage = Stage::start().await;
    let items = stage.admin.collection("items");
    let outcome = items.insert_many(numbered(0)).await.unwrap();
    assert!(outcome.is_complete() && outcome.succeeded.is_empty());
    assert!(!stage.admin.collections().exists("items").await.unwrap());
}

#[tokio::test]
async fn what_fails_in_a_batch_is_told_one_by_one() {
    let (_stage, items, _) = holding(3).await;
    let changes = ["r0000", "nobody", "r0002"].map(|id| (id, json!({"n": 10})));
    let outcome = items.update_many(changes).chunk_size(2).await.unwrap();
    assert_eq!(outcome.succeeded, ["r0000", "r0002"]);
    assert_eq!(outcome.failed.len(), 1);
    assert_eq!(outcome.failed[0].id.as_deref(), Some("nobody"));
    assert_eq!(outcome.failed[0].index, Some(1));
    assert!(outcome.failed[0].message.is_some());
    assert_eq!(outcome.unaccounted, 0);
    let error = outcome.into_result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(!error.has_no_side_effects());
    let text = error.to_string();
    assert!(text.contains("item 1 (id `nobody`)"), "{text}");
}

#[tokio::test]
async fn many_records_are_deleted() {
    let (_stage, items, ids) = holding(5).await;
    let gone = items.delete_many(&ids[1..]).chunk_size(3).await.unwrap();
    assert_eq!(gone.into_result().unwrap(), &ids[1..]);
    assert_eq!(items.count().await.unwrap(), 1);
}

#[tokio::test]
async fn many_records_are_read_in_the_order_of_their_ids() {
    let (_stage, items, mut ids) = holding(1100).await;
    ids.reverse();
    ids[7] = "nobody".to_owned();
    ids[8] = ids[9].clone();
    let records = items.get_many(&ids).await.unwrap();
    assert_eq!(records.len(), ids.len());
    assert_eq!(records[7], None);
    for (index, (record, id)) in records.iter().zip(&ids).enumerate() {
        if index != 7 {
            assert_eq!(record.as_ref().unwrap().id(), Some(id.as_str()));
        }
    }
}

#[tokio::test]
async fn a_record_that_cannot_be_written_stops_the_batch_before_it_is_sent() {
    let stage = Stage::start().await;
    let items = stage.admin.collection("items");
    let records = [
        Record::new().with("n", 1),
        Record::new().with("n", f64::NAN),
    ];
    let error = items.insert_many(&records).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.to_string().contains("item 1: "), "{error}");
    assert!(error.to_string().contains("field `n`"), "{error}");
    let bad = Record::new().with_id("x").with("n", f64::NAN);
    let error = items.insert_many([&bad]).await.unwrap_err().to_string();
    assert!(error.contains("item 0: the record `x` "), "{error}");
    let error = items.update_many([("a", &bad), ("x", &bad)]).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("item 0 (id `a`): "), "{error}");
    assert!(!stage.admin.collections().exists("items").await.unwrap());
}

#[tokio::test]
async fn an_id_that_cannot_travel_in_a_url_stops_a_batch_of_deletes() {
    let stage = Stage::start().await;
    let items = stage.admin.collection("items");
    let outcome = items.delete_many(["a", ".."]).await;
    assert_eq!(kind(outcome), ErrorKind::InvalidArgument);
}

#[tokio::test]
async fn an_update_of_many_keeps_the_types() {
    let (_stage, items, _) = holding(1).await;
    let price: ekodb_client::value::Decimal = "1.50".parse().unwrap();
    let changes = [("r0000", Record::new().with("price", price.clone()))];
    let outcome = items.update_many(changes).await.unwrap();
    outcome.into_result().unwrap();
    let record = items.get("r0000").await.unwrap();
    assert_eq!(record.get("price"), Some(&Value::Decimal(price)));
}
