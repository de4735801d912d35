use std::time::Duration;

use serde_json::{Value, json};

use super::support::{condition, with_unique};

use crate::support::Admin;

#[tokio::test]
async fn a_record_with_a_time_to_live_tells_when_it_goes() {
    let admin = Admin::plain().await;
    let record = json!({ "id": "1", "ttl": "1h", "n": 1 });
    admin.insert("t", record).await;
    let reply = admin.get("/api/find/t/1").await;
    let ttl = chrono::DateTime::parse_from_rfc3339(reply.body["ttl"].as_str().unwrap()).unwrap();
    let left = ttl.signed_duration_since(chrono::Utc::now()).num_seconds();
    assert!((3500..=3600).contains(&left), "{left}");
}

#[tokio::test]
async fn a_record_goes_when_its_time_is_over() {
    let admin = with_unique("n", "Integer").await;
    let record = json!({ "id": "1", "ttl": 30, "n": 1 });
    admin.insert("t", record).await;
    let record = json!({ "id": "2", "ttl": "5m", "n": 2 });
    admin.insert("t", record).await;
    admin.emulator.advance(Duration::from_secs(29));
    assert_eq!(admin.get("/api/find/t/1").await.status, 200);
    admin.emulator.advance(Duration::from_secs(2));

    let reply = admin.get("/api/find/t/1").await;
    reply.is(404, json!({ "error": "Record not found (expired)" }));
    assert_eq!(admin.found("t", json!({}), "id").await, json!(["2"]));
    let by_index = json!({ "filter": condition("n", "Eq", json!(1)) });
    assert_eq!(admin.found("t", by_index, "id").await, json!([]));
    assert_eq!(
        admin.get("/api/collections/t").await.body["record_count"],
        1
    );
    let path = "/api/update/t/1";
    assert_eq!(admin.put(path, json!({ "n": 3 })).await.status, 404);
    admin.insert("t", json!({ "id": "1", "n": 1 })).await;
    assert_eq!(
        admin.get("/api/collections/t").await.body["record_count"],
        2
    );
}

#[tokio::test]
async fn an_update_sets_keeps_and_takes_away_the_time_to_live() {
    let admin = Admin::plain().await;
    admin.insert("t", json!({ "id": "1", "ttl": "1h" })).await;
    let at = |reply: &Value| reply["ttl"].clone();
    let first = at(&admin.get("/api/find/t/1").await.body);
    let kept = admin.update("t/1", json!({ "n": 1 })).await.body;
    assert_eq!(at(&kept), first);
    let set = admin.update("t/1", json!({ "ttl": "2h" })).await.body;
    assert_ne!(at(&set), first);
    let taken = admin.update("t/1", json!({ "ttl": null })).await.body;
    assert_eq!(taken, json!({ "id": "1", "n": 1 }));
    admin.emulator.advance(Duration::from_secs(3 * 60 * 60));
    let admin = admin.again().await;
    assert_eq!(admin.get("/api/find/t/1").await.status, 200);
}

#[tokio::test]
async fn each_access_puts_it_off_where_that_is_wanted() {
    let admin = Admin::plain().await;
    let record = |id: &str, on: bool| json!({ "id": id, "ttl": "60s", "ttl_update_on_access": on });
    admin.insert("t", record("read", true)).await;
    admin.insert("t", record("found", true)).await;
    admin.insert("t", record("left", false)).await;
    for _ in 0..3 {
        admin.emulator.advance(Duration::from_secs(40));
        admin.get("/api/find/t/read").await;
        let query = json!({ "filter": condition("id", "In", json!(["found", "left"])) });
        admin.found("t", query, "id").await;
        // A write is behind the renewals in the queue: once it is done, so are they.
        admin.insert("other", json!({})).await;
    }
    assert_eq!(
        admin.found("t", json!({}), "id").await,
        json!(["read", "found"])
    );
}

#[tokio::test]
async fn what_is_over_is_swept_from_the_store() {
    let admin = Admin::plain().await;
    let inserts: Vec<_> = (0..1000)
        .map(|n| json!({ "data": { "n": n, "ttl": 10 } }))
        .collect();
    admin
        .post("/api/batch/insert/t", json!({ "inserts": inserts }))
        .await;
    let size = async || admin.get("/api/collections/t").await.body["size_bytes"].as_u64();
    assert!(size().await > Some(0));
    admin.emulator.advance(Duration::from_secs(11));
    for _ in 0..4 {
        admin.insert("other", json!({})).await;
    }
    assert_eq!(size().await, Some(0));
}
