use std::time::Duration;

use serde_json::json;

use crate::support::{Admin, Server};

#[tokio::test]
async fn a_deleted_collection_comes_back_with_its_schema() {
    let admin = Admin::start().await;
    admin.collection("users").await;
    let before = admin.get("/api/schemas/users").await.body;
    admin.delete("/api/collections/users").await;

    let reply = admin.post("/api/trash/users", json!({})).await;
    reply.is(
        200,
        json!({
            "status": "restored", "collection": "users",
            "cleared_count": 0, "records_restored": 0,
        }),
    );
    assert_eq!(admin.get("/api/schemas/users").await.body, before);
}

#[tokio::test]
async fn a_name_in_use_again_keeps_what_it_has() {
    let admin = Admin::start().await;
    admin.collection("users").await;
    admin.delete("/api/collections/users").await;
    let body = json!({ "fields": { "other": { "field_type": "Integer" } } });
    admin.post("/api/collections/users", body).await;
    admin.post("/api/trash/users", json!({})).await;
    let fields = admin.get("/api/schemas/users").await.body["fields"].clone();
    assert!(fields.get("other").is_some() && fields.get("name").is_none());
}

#[tokio::test]
async fn the_trash_lets_go_after_thirty_days() {
    let admin = Admin::start().await;
    admin.collection("users").await;
    admin.delete("/api/collections/users").await;
    admin
        .emulator
        .advance(Duration::from_secs(31 * 24 * 60 * 60));
    let admin = admin.again().await;
    admin.post("/api/trash/users", json!({})).await;
    let listed = admin.get("/api/collections").await;
    assert_eq!(listed.body, json!({ "collections": [] }));
}

#[tokio::test]
async fn restoring_what_is_not_in_the_trash_makes_nothing() {
    let admin = Admin::start().await;
    assert_eq!(
        admin.post("/api/trash/never-made", json!({})).await.status,
        200
    );
    let listed = admin.get("/api/collections").await;
    assert_eq!(listed.body, json!({ "collections": [] }));
    assert_eq!(
        admin
            .post("/api/trash/users/some-id", json!({}))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn restoring_is_for_admins() {
    let server = Server::start().await;
    let key = server.limited(json!({ "users": ["read", "write"] })).await;
    for path in ["/api/trash/users", "/api/trash/users/some-id"] {
        assert_eq!(server.post(&key.token, path, json!({})).await.status, 403);
    }
}
