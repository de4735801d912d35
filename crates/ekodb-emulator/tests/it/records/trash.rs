use std::time::Duration;

use serde_json::json;

use super::support::{condition, with_unique};

use crate::support::Admin;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn a_deleted_record_comes_back_in_its_old_place() {
    let admin = with_unique("n", "Integer").await;
    for n in 0..3 {
        let record = json!({ "id": n.to_string(), "n": n });
        admin.insert("t", record).await;
    }
    admin.delete("/api/delete/t/1").await;
    let reply = admin.post("/api/trash/t/1", json!({})).await;
    reply.is(200, json!({ "restored": true, "status": "restored" }));
    assert_eq!(admin.found("t", json!({}), "n").await, json!([0, 1, 2]));
    let query = json!({ "filter": condition("n", "Eq", json!(1)) });
    assert_eq!(admin.found("t", query, "id").await, json!(["1"]));
    assert_eq!(admin.post("/api/trash/t/1", json!({})).await.status, 404);
}

#[tokio::test]
async fn a_record_whose_id_or_unique_value_is_in_use_again_stays_in_the_trash() {
    let admin = with_unique("n", "Integer").await;
    for (id, n) in [("1", 1), ("2", 2)] {
        admin.insert("t", json!({ "id": id, "n": n })).await;
        admin.delete(&format!("/api/delete/t/{id}")).await;
    }
    admin.insert("t", json!({ "id": "1", "n": 10 })).await;
    admin.insert("t", json!({ "id": "3", "n": 2 })).await;
    for id in ["1", "2"] {
        let reply = admin.post(&format!("/api/trash/t/{id}"), json!({})).await;
        assert_eq!(reply.status, 409, "{id}");
    }
    let reply = admin.post("/api/trash/t", json!({})).await;
    assert_eq!(reply.body["cleared_count"], 0);
    assert_eq!(admin.found("t", json!({}), "n").await, json!([10, 2]));
}

#[tokio::test]
async fn restoring_a_collection_brings_its_deleted_records_back() {
    let admin = Admin::plain().await;
    for n in 0..4 {
        let record = json!({ "id": n.to_string(), "n": n });
        admin.insert("t", record).await;
    }
    for id in ["1", "3"] {
        admin.delete(&format!("/api/delete/t/{id}")).await;
    }
    let reply = admin.post("/api/trash/t", json!({})).await;
    assert_eq!(reply.body["cleared_count"], 2);
    assert_eq!(reply.body["records_restored"], 2);
    assert_eq!(admin.found("t", json!({}), "n").await, json!([0, 1, 2, 3]));
}

#[tokio::test]
async fn a_deleted_collection_is_empty_and_comes_back_with_its_records() {
    let admin = Admin::plain().await;
    for n in 0..3 {
        let record = json!({ "id": n.to_string(), "n": n });
        admin.insert("t", record).await;
    }
    admin.delete("/api/collections/t").await;
    assert_eq!(admin.found("t", json!({}), "n").await, json!([]));
    assert_eq!(admin.get("/api/find/t/1").await.status, 404);
    let reply = admin.post("/api/trash/t", json!({})).await;
    assert_eq!(reply.body["cleared_count"], 3);
    assert_eq!(admin.found("t", json!({}), "n").await, json!([0, 1, 2]));
}

#[tokio::test]
async fn a_collection_made_anew_has_nothing_of_the_old_one() {
    let admin = Admin::plain().await;
    admin.insert("t", json!({ "id": "old" })).await;
    admin.delete("/api/collections/t").await;
    admin.insert("t", json!({ "id": "new" })).await;
    assert_eq!(admin.found("t", json!({}), "id").await, json!(["new"]));
}

#[tokio::test]
async fn the_trash_lets_go_of_a_record_after_thirty_days() {
    let admin = Admin::plain().await;
    admin.insert("t", json!({ "id": "1" })).await;
    admin.delete("/api/delete/t/1").await;
    admin.emulator.advance(29 * DAY);
    let admin = admin.again().await;
    assert_eq!(
        admin.get("/api/find/t/1").await.body["error"],
        "Record has been deleted"
    );
    admin.emulator.advance(2 * DAY);
    let admin = admin.again().await;
    assert_eq!(
        admin.get("/api/find/t/1").await.body["error"],
        "Record not found"
    );
    assert_eq!(admin.post("/api/trash/t/1", json!({})).await.status, 404);
}

#[tokio::test]
async fn a_deleted_record_whose_time_is_over_does_not_come_back() {
    let admin = Admin::plain().await;
    for (id, ttl) in [("short", 10), ("long", 1000)] {
        admin.insert("t", json!({ "id": id, "ttl": ttl })).await;
        admin.delete(&format!("/api/delete/t/{id}")).await;
    }
    admin.emulator.advance(Duration::from_secs(60));
    let reply = admin.post("/api/trash/t/short", json!({})).await;
    assert_eq!(reply.status, 404, "{:?}", reply.body);
    let reply = admin.post("/api/trash/t", json!({})).await;
    assert_eq!(reply.body["records_restored"], 1, "{:?}", reply.body);
    let ids = admin.found("t", json!({}), "id").await;
    assert_eq!(ids, json!(["long"]));
}

/// More records than one write removes, all due at once.
#[tokio::test]
async fn many_records_that_are_due_at_once_are_in_the_way_of_nothing() {
    let admin = with_unique("n", "Integer").await;
    for n in [0, 999] {
        let id = n.to_string();
        admin.insert("t", json!({ "id": id, "n": n })).await;
        admin.delete(&format!("/api/delete/t/{id}")).await;
    }
    let inserts: Vec<_> = (0..1000)
        .map(|n| json!({ "data": { "id": n.to_string(), "n": n, "ttl": 10 } }))
        .collect();
    let body = json!({ "inserts": inserts });
    let reply = admin.post("/api/batch/insert/t", body).await;
    assert_eq!(reply.status, 200);
    // Both ids are in use again, and both values.
    let reply = admin.post("/api/trash/t/999", json!({})).await;
    assert_eq!(reply.status, 409, "{:?}", reply.body);

    admin.emulator.advance(Duration::from_secs(60));
    let reply = admin.post("/api/trash/t/999", json!({})).await;
    assert_eq!(reply.status, 200, "{:?}", reply.body);
    admin.insert("t", json!({ "id": "998", "n": 997 })).await;
    let reply = admin.post("/api/trash/t", json!({})).await;
    assert_eq!(reply.body["records_restored"], 1, "{:?}", reply.body);
    let ids = admin.found("t", json!({}), "id").await;
    assert_eq!(ids, json!(["0", "999", "998"]));
    let details = admin.get("/api/collections/t").await;
    assert_eq!(details.body["record_count"], 3);
}
