use std::time::Duration;

use serde_json::json;

use crate::support::Server;

#[tokio::test]
async fn a_deleted_collection_comes_back_with_its_schema() {
    let server = Server::start().await;
    server.collection("users").await;
    let admin = server.admin().await;
    let before = server.get(&admin, "/api/schemas/users").await.body;
    server.delete(&admin, "/api/collections/users").await;

    let reply = server.post(&admin, "/api/trash/users", json!({})).await;
    assert_eq!(reply.status, 200);
    assert_eq!(
        reply.body,
        json!({
            "status": "restored", "collection": "users",
            "cleared_count": 0, "records_restored": 0,
        })
    );
    assert_eq!(server.get(&admin, "/api/schemas/users").await.body, before);
}

#[tokio::test]
async fn a_name_in_use_again_keeps_what_it_has() {
    let server = Server::start().await;
    server.collection("users").await;
    let admin = server.admin().await;
    server.delete(&admin, "/api/collections/users").await;
    let body = json!({ "fields": { "other": { "field_type": "Integer" } } });
    server.post(&admin, "/api/collections/users", body).await;
    server.post(&admin, "/api/trash/users", json!({})).await;
    let fields = server.get(&admin, "/api/schemas/users").await.body["fields"].clone();
    assert!(fields.get("other").is_some() && fields.get("name").is_none());
}

#[tokio::test]
async fn the_trash_lets_go_after_thirty_days() {
    let server = Server::start().await;
    server.collection("users").await;
    let admin = server.admin().await;
    server.delete(&admin, "/api/collections/users").await;
    server
        .emulator
        .advance(Duration::from_secs(31 * 24 * 60 * 60));
    let admin = server.admin().await;
    server.post(&admin, "/api/trash/users", json!({})).await;
    let listed = server.get(&admin, "/api/collections").await;
    assert_eq!(listed.body, json!({ "collections": [] }));
}

#[tokio::test]
async fn restoring_what_is_not_in_the_trash_makes_nothing() {
    let server = Server::start().await;
    let admin = server.admin().await;
    assert_eq!(
        server
            .post(&admin, "/api/trash/never-made", json!({}))
            .await
            .status,
        200
    );
    let listed = server.get(&admin, "/api/collections").await;
    assert_eq!(listed.body, json!({ "collections": [] }));
    assert_eq!(
        server
            .post(&admin, "/api/trash/users/some-id", json!({}))
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
