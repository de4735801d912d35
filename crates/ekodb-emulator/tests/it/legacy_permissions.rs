use serde_json::{Value, json};

use crate::support::{Key, Server, builder};

const PATH: &str = "/api/auth/permissions";

async fn legacy() -> Server {
    Server::start_with(builder().legacy_permissions(true)).await
}

fn edit(key: &Key, more: Value) -> Value {
    let mut body =
        json!({ "api_key": key.value, "collection": "users", "read": true, "write": false });
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn a_key_reads_its_own_permissions() {
    let server = legacy().await;
    let key = server.limited(json!({ "users": ["read", "write"] })).await;
    let reply = server.get(&key.token, PATH).await;
    assert_eq!(reply.status, 200);
    let expected = json!({
        "is_admin": false,
        "collection_permissions": { "users": ["read", "write"] },
        "kv_permissions": null,
    });
    assert_eq!(reply.body, expected);
}

#[tokio::test]
async fn an_edit_names_the_key_by_its_value_and_gives_its_record() {
    let server = legacy().await;
    let key = server.limited(json!({})).await;
    let reply = server
        .put(&server.admin().await, PATH, edit(&key, json!({})))
        .await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.body["id"], key.id);
    assert_eq!(reply.body["key"], key.value);
    assert_eq!(
        reply.body["collection_permissions"],
        json!({ "users": ["read"] })
    );
}

#[tokio::test]
async fn a_restricted_key_shows_its_grants_as_objects() {
    let server = legacy().await;
    let key = server.limited(json!({ "posts": ["write"] })).await;
    let body = edit(&key, json!({ "exclude_fields": ["ssn"] }));
    let reply = server.put(&server.admin().await, PATH, body).await;
    let none = json!({
        "read": false, "write": true,
        "select_fields": null, "exclude_fields": null, "writable_fields": null,
    });
    let restricted = json!({
        "read": true, "write": false,
        "select_fields": null, "exclude_fields": ["ssn"], "writable_fields": null,
    });
    let expected = json!({ "posts": none, "users": restricted });
    assert_eq!(reply.body["collection_permissions"], expected);
    let own = server.get(&key.token, PATH).await;
    assert_eq!(own.body["collection_permissions"], expected);
}

#[tokio::test]
async fn an_edit_keeps_absent_restrictions_and_clears_null_ones() {
    let server = legacy().await;
    let (key, admin) = (server.limited(json!({})).await, server.admin().await);
    let first = json!({ "select_fields": ["a"], "exclude_fields": ["b"] });
    server.put(&admin, PATH, edit(&key, first)).await;
    let second = json!({ "select_fields": null, "writable_fields": [] });
    let reply = server.put(&admin, PATH, edit(&key, second)).await;
    let grant = &reply.body["collection_permissions"]["users"];
    assert_eq!(grant["select_fields"], Value::Null);
    assert_eq!(grant["exclude_fields"], json!(["b"]));
    assert_eq!(grant["writable_fields"], json!([]));
}

#[tokio::test]
async fn an_edit_is_for_admins_and_of_a_key_that_exists() {
    let server = legacy().await;
    let (key, admin) = (server.limited(json!({})).await, server.admin().await);
    let reply = server.put(&key.token, PATH, edit(&key, json!({}))).await;
    assert_eq!(reply.status, 403);
    let unknown = edit(&key, json!({ "api_key": "unknown" }));
    assert_eq!(server.put(&admin, PATH, unknown).await.status, 404);
    let nameless = edit(&key, json!({ "collection": "" }));
    assert_eq!(server.put(&admin, PATH, nameless).await.status, 400);
}

#[tokio::test]
async fn a_modern_server_still_answers_the_pair() {
    let server = Server::start().await;
    let key = server.limited(json!({ "users": ["read"] })).await;
    assert_eq!(server.get(&key.token, PATH).await.status, 200);
}
