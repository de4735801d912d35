use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Admin, Reply, send};

async fn batch(admin: &Admin, kind: &str, body: Value) -> Reply {
    let method = match kind {
        "insert" => Method::POST,
        "update" => Method::PUT,
        _ => Method::DELETE,
    };
    let request = admin.request(method, &format!("/api/batch/{kind}/t"));
    send(request.bearer_auth(&admin.token).json(&body)).await
}

#[tokio::test]
async fn many_records_are_stored_changed_and_deleted() {
    let admin = Admin::plain().await;
    let body = json!({ "inserts": [
        { "data": { "id": "1", "n": 1 } },
        { "data": { "id": "2", "n": 2 }, "bypass_ripple": null },
        { "data": { "n": 3 }, "bypass_ripple": true },
    ] });
    let reply = batch(&admin, "insert", body).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.body["failed"], json!([]));
    assert_eq!(reply.body["successful"].as_array().unwrap().len(), 3);

    let body = json!({ "updates": [{ "id": "1", "data": { "n": 10 } }, { "id": "2", "data": { "m": 1 } }] });
    let reply = batch(&admin, "update", body).await;
    assert_eq!(
        reply.body,
        json!({ "successful": ["1", "2"], "failed": [] })
    );
    assert_eq!(admin.found("t", json!({}), "n").await, json!([10, 2, 3]));

    let body = json!({ "deletes": [{ "id": "1" }, { "id": "2" }] });
    let reply = batch(&admin, "delete", body).await;
    assert_eq!(
        reply.body,
        json!({ "successful": ["1", "2"], "failed": [] })
    );
    assert_eq!(admin.found("t", json!({}), "n").await, json!([3]));
}

#[tokio::test]
async fn each_item_succeeds_or_fails_by_itself() {
    let admin = Admin::plain().await;
    let fields = json!({ "n": { "field_type": "Integer", "unique": true, "required": true } });
    admin.with_schema("t", fields).await;
    let body = json!({ "inserts": [
        { "data": { "id": "1", "n": 1 } },
        { "data": { "id": "1", "n": 2 } },
        { "data": { "id": "3", "n": 1 } },
        { "data": { "n": "text" } },
        { "data": {} },
        { "data": { "id": "6", "n": 6 } },
    ] });
    let reply = batch(&admin, "insert", body).await;
    reply.is(
        200,
        json!({ "successful": ["1", "6"], "failed": [
            { "id": "1", "error": "Record '1' already exists" },
            { "id": "3", "error": "Unique constraint violation for field 'n'" },
            { "id": null, "error": "Type mismatch for field 'n': expected Integer, got String" },
            { "id": null, "error": "Missing required field 'n'" },
        ] }),
    );

    let body = json!({ "updates": [{ "id": "6", "data": { "n": 1 } }, { "id": "9", "data": {} }, { "id": "6", "data": { "n": 7 } }] });
    let reply = batch(&admin, "update", body).await;
    assert_eq!(
        reply.body,
        json!({ "successful": ["6"], "failed": [
            { "id": "6", "error": "Unique constraint violation for field 'n'" },
            { "id": "9", "error": "Record not found" },
        ] })
    );

    let body = json!({ "deletes": [{ "id": "6" }, { "id": "6" }, { "id": "9" }] });
    let reply = batch(&admin, "delete", body).await;
    assert_eq!(
        reply.body,
        json!({ "successful": ["6"], "failed": [
            { "id": "6", "error": "Record has been deleted" },
            { "id": "9", "error": "Record not found" },
        ] })
    );
}

#[tokio::test]
async fn a_batch_without_a_good_item_makes_no_collection() {
    let admin = Admin::plain().await;
    let body = json!({ "inserts": [{ "data": { "id": "" } }] });
    let reply = batch(&admin, "insert", body).await;
    assert_eq!(reply.body["failed"][0]["id"], "");
    for (kind, body) in [
        ("update", json!({ "updates": [{ "id": "1", "data": {} }] })),
        ("delete", json!({ "deletes": [{ "id": "1" }] })),
    ] {
        let reply = batch(&admin, kind, body).await;
        assert_eq!(reply.body["failed"][0]["error"], "Record not found");
    }
    let listed = admin.get("/api/collections").await;
    assert_eq!(listed.body, json!({ "collections": [] }));
}

#[tokio::test]
async fn bodies_of_the_oldest_pages_and_batches_without_end_are_refused() {
    let admin = Admin::plain().await;
    admin.insert("t", json!({ "id": "1" })).await;
    let many = vec![json!({ "id": "1" }); 20_001];
    for (kind, body) in [
        ("insert", json!({ "records": [{}] })),
        ("insert", json!({ "inserts": [{}] })),
        ("delete", json!({ "ids": ["1"] })),
        ("delete", json!({ "deletes": ["1"] })),
        ("delete", json!({ "deletes": many })),
    ] {
        let reply = batch(&admin, kind, body).await;
        assert_eq!(reply.status, 400, "{kind}");
    }
}
