use std::time::Duration;

use serde_json::{Value, json};

use super::support::{condition, found, insert, plain, with_schema};

#[tokio::test]
async fn a_record_with_a_time_to_live_tells_when_it_goes() {
    let (server, admin) = plain().await;
    insert(
        &server,
        &admin,
        "t",
        json!({ "id": "1", "ttl": "1h", "n": 1 }),
    )
    .await;
    let reply = server.get(&admin, "/api/find/t/1").await;
    let ttl = chrono::DateTime::parse_from_rfc3339(reply.body["ttl"].as_str().unwrap()).unwrap();
    let left = ttl.signed_duration_since(chrono::Utc::now()).num_seconds();
    assert!((3500..=3600).contains(&left), "{left}");
}

#[tokio::test]
async fn a_record_goes_when_its_time_is_over() {
    let (server, admin) = plain().await;
    let fields = json!({ "n": { "field_type": "Integer", "unique": true } });
    with_schema(&server, &admin, "t", fields).await;
    insert(
        &server,
        &admin,
        "t",
        json!({ "id": "1", "ttl": 30, "n": 1 }),
    )
    .await;
    insert(
        &server,
        &admin,
        "t",
        json!({ "id": "2", "ttl": "5m", "n": 2 }),
    )
    .await;
    server.emulator.advance(Duration::from_secs(29));
    assert_eq!(server.get(&admin, "/api/find/t/1").await.status, 200);
    server.emulator.advance(Duration::from_secs(2));

    let reply = server.get(&admin, "/api/find/t/1").await;
    assert_eq!(reply.status, 404);
    assert_eq!(reply.body, json!({ "error": "Record not found (expired)" }));
    assert_eq!(
        found(&server, &admin, "t", json!({}), "id").await,
        json!(["2"])
    );
    let by_index = json!({ "filter": condition("n", "Eq", json!(1)) });
    assert_eq!(found(&server, &admin, "t", by_index, "id").await, json!([]));
    assert_eq!(
        server.get(&admin, "/api/collections/t").await.body["record_count"],
        1
    );
    let path = "/api/update/t/1";
    assert_eq!(
        server.put(&admin, path, json!({ "n": 3 })).await.status,
        404
    );
    insert(&server, &admin, "t", json!({ "id": "1", "n": 1 })).await;
    assert_eq!(
        server.get(&admin, "/api/collections/t").await.body["record_count"],
        2
    );
}

#[tokio::test]
async fn an_update_sets_keeps_and_takes_away_the_time_to_live() {
    let (server, admin) = plain().await;
    insert(&server, &admin, "t", json!({ "id": "1", "ttl": "1h" })).await;
    let at = |reply: &Value| reply["ttl"].clone();
    let first = at(&server.get(&admin, "/api/find/t/1").await.body);
    let kept = server
        .put(&admin, "/api/update/t/1", json!({ "n": 1 }))
        .await
        .body;
    assert_eq!(at(&kept), first);
    let set = server
        .put(&admin, "/api/update/t/1", json!({ "ttl": "2h" }))
        .await
        .body;
    assert_ne!(at(&set), first);
    let taken = server
        .put(&admin, "/api/update/t/1", json!({ "ttl": null }))
        .await
        .body;
    assert_eq!(taken, json!({ "id": "1", "n": 1 }));
    server.emulator.advance(Duration::from_secs(3 * 60 * 60));
    let admin = server.admin().await;
    assert_eq!(server.get(&admin, "/api/find/t/1").await.status, 200);
}

#[tokio::test]
async fn each_access_puts_it_off_where_that_is_wanted() {
    let (server, admin) = plain().await;
    let record = |id: &str, on: bool| json!({ "id": id, "ttl": "60s", "ttl_update_on_access": on });
    insert(&server, &admin, "t", record("read", true)).await;
    insert(&server, &admin, "t", record("found", true)).await;
    insert(&server, &admin, "t", record("left", false)).await;
    for _ in 0..3 {
        server.emulator.advance(Duration::from_secs(40));
        server.get(&admin, "/api/find/t/read").await;
        let query = json!({ "filter": condition("id", "In", json!(["found", "left"])) });
        found(&server, &admin, "t", query, "id").await;
        // A write is behind the renewals in the queue: once it is done, so are they.
        insert(&server, &admin, "other", json!({})).await;
    }
    assert_eq!(
        found(&server, &admin, "t", json!({}), "id").await,
        json!(["read", "found"])
    );
}

#[tokio::test]
async fn what_is_over_is_swept_from_the_store() {
    let (server, admin) = plain().await;
    let inserts: Vec<_> = (0..1000)
        .map(|n| json!({ "data": { "n": n, "ttl": 10 } }))
        .collect();
    server
        .post(&admin, "/api/batch/insert/t", json!({ "inserts": inserts }))
        .await;
    let size = async || server.get(&admin, "/api/collections/t").await.body["size_bytes"].as_u64();
    assert!(size().await > Some(0));
    server.emulator.advance(Duration::from_secs(11));
    for _ in 0..4 {
        insert(&server, &admin, "other", json!({})).await;
    }
    assert_eq!(size().await, Some(0));
}
