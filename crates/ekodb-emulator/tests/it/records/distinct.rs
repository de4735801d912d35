use serde_json::json;

use super::support::condition;

use crate::support::Admin;

#[tokio::test]
async fn the_values_of_a_field_come_once_each_sorted_and_plain() {
    let admin = Admin::plain().await;
    admin
        .put("/api/config", json!({ "use_typed_values": true }))
        .await;
    for value in [
        json!("b"),
        json!("a"),
        json!(10),
        json!(2),
        json!("b"),
        json!(null),
        json!([1]),
    ] {
        let record = json!({ "v": value, "even": value == json!(10) || value == json!(2) });
        admin.insert("t", record).await;
    }
    admin.insert("t", json!({ "other": 1 })).await;
    let reply = admin.post("/api/distinct/t/v", json!({})).await;
    assert_eq!(reply.status, 200);
    let values = json!([2, 10, "a", "b", [1]]);
    assert_eq!(
        reply.body,
        json!({ "collection": "t", "field": "v", "values": values, "count": 5 })
    );

    let filter = condition("even", "Eq", json!(true));
    let reply = admin
        .post("/api/distinct/t/v", json!({ "filter": filter }))
        .await;
    assert_eq!(reply.body["values"], json!([2, 10]));
}

#[tokio::test]
async fn a_path_reaches_into_objects() {
    let admin = Admin::plain().await;
    admin.insert("t", json!({ "a": { "b": 1 } })).await;
    admin.insert("t", json!({ "a": { "c": 2 } })).await;
    let reply = admin.post("/api/distinct/t/a.b", json!({})).await;
    assert_eq!(reply.body["values"], json!([1]));
}

#[tokio::test]
async fn an_unknown_collection_has_no_values_and_a_wrong_filter_is_refused() {
    let admin = Admin::plain().await;
    let reply = admin.post("/api/distinct/nowhere/v", json!({})).await;
    assert_eq!(reply.body["values"], json!([]));
    let reply = admin
        .post("/api/distinct/t/v", json!({ "filter": { "v": 1 } }))
        .await;
    assert_eq!(reply.status, 400);
}

#[tokio::test]
async fn null_is_no_filter_and_no_boolean() {
    let admin = Admin::plain().await;
    for member in ["filter", "bypass_cache", "bypass_ripple"] {
        let mut body = json!({});
        body[member] = json!(null);
        let reply = admin.post("/api/distinct/t/a", body).await;
        assert_eq!(reply.status, 400, "{member}");
    }
}
