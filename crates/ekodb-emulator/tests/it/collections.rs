use serde_json::{Value, json};

use crate::support::{Admin, Server, builder};

fn schema() -> Value {
    json!({ "fields": { "name": { "field_type": "String", "required": true } } })
}

#[tokio::test]
async fn a_new_collection_is_listed_and_answered_as_recorded() {
    let admin = Admin::start().await;
    let reply = admin.post("/api/collections/users", schema()).await;
    reply.is(
        201,
        json!({ "message": "Collection initialized successfully", "status": "success" }),
    );
    let listed = admin.get("/api/collections").await;
    listed.is(200, json!({ "collections": ["users"] }));
}

#[tokio::test]
async fn a_collection_that_exists_is_not_made_again() {
    let admin = Admin::start().await;
    admin.collection("users").await;
    let reply = admin.post("/api/collections/users", schema()).await;
    assert_eq!(reply.status, 409);
    assert!(
        reply.body["error"]
            .as_str()
            .unwrap()
            .contains("already exists")
    );
}

#[tokio::test]
async fn a_type_that_is_not_one_is_refused_with_the_recorded_text() {
    let admin = Admin::start().await;
    let body = json!({ "fields": { "active": { "field_type": "boolean" } } });
    let reply = admin.post("/api/collections/c", body).await;
    let error = "Invalid field type: 'boolean' - must be one of: String, Integer, Float, Boolean, DateTime, \
                 UUID, Array, Object, Decimal, Bytes, Null, Number, Set, Vector, Binary, Duration";
    reply.is(400, json!({ "error": error }));
}

#[tokio::test]
async fn a_schema_without_fields_is_refused_with_the_recorded_text() {
    let admin = Admin::start().await;
    for body in [json!({ "fields": {} }), json!({})] {
        let reply = admin.post("/api/collections/c", body).await;
        reply.is(
            400,
            json!({ "error": "Schema must contain at least one field" }),
        );
    }
}

#[tokio::test]
async fn a_schema_that_cannot_be_meant_is_refused_and_leaves_no_collection() {
    let admin = Admin::start().await;
    for field in [
        json!({ "type": "string" }),
        json!({ "field_type": "String", "regex": "(" }),
        json!({ "field_type": "String", "required": "yes" }),
        json!({ "field_type": "Vector", "index": { "type": "unheard-of" } }),
        json!({ "field_type": "Vector", "index": { "type": "vector", "dimension": 0 } }),
    ] {
        let body = json!({ "fields": { "f": field } });
        let reply = admin.post("/api/collections/c", body.clone()).await;
        assert_eq!(reply.status, 400, "{body}");
        assert!(reply.body["error"].is_string());
    }
    assert_eq!(
        admin.get("/api/collections").await.body,
        json!({ "collections": [] })
    );
}

#[tokio::test]
async fn reading_a_collection_gives_its_schema_and_the_documented_members() {
    let admin = Admin::start().await;
    let body = json!({ "fields": {
        "name": { "field_type": "String", "index": { "type": "btree" } },
        "text": { "field_type": "String", "index": { "type": "text" } },
    } });
    admin.post("/api/collections/docs", body).await;
    let reply = admin.get("/api/collections/docs").await;
    assert_eq!(reply.status, 200);
    assert_eq!(
        reply.body["collection"]["fields"]["name"]["field_type"],
        "String"
    );
    assert_eq!(reply.body["name"], "docs");
    assert_eq!(reply.body["record_count"], 0);
    assert_eq!(reply.body["has_schema"], true);
    assert_eq!(
        reply.body["indexes"],
        json!({ "query": ["name"], "search": ["text"] })
    );
}

#[tokio::test]
async fn an_unknown_collection_reads_as_an_empty_schema() {
    let admin = Admin::start().await;
    let reply = admin.get("/api/collections/nowhere").await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.body["collection"]["fields"], json!({}));
    assert_eq!(reply.body["has_schema"], false);
}

#[tokio::test]
async fn deleting_is_idempotent() {
    let admin = Admin::start().await;
    admin.collection("users").await;
    for path in [
        "/api/collections/users",
        "/api/collections/users",
        "/api/collections/never-made",
    ] {
        let reply = admin.delete(path).await;
        reply.is(
            200,
            json!({ "message": "Collection deleted successfully", "status": "success" }),
        );
    }
    assert_eq!(
        admin.get("/api/collections").await.body,
        json!({ "collections": [] })
    );
}

#[tokio::test]
async fn a_limited_key_sees_what_it_has_a_right_on() {
    let server = Server::start().await;
    for name in ["inbox", "outbox", "users"] {
        server.collection(name).await;
    }
    let key = server
        .limited(
            json!({ "users": ["read"], "inbox": ["write"], "outbox": [], "nowhere": ["read"] }),
        )
        .await;
    let reply = server.get(&key.token, "/api/collections").await;
    reply.is(200, json!({ "collections": ["inbox", "users"] }));
}

#[tokio::test]
async fn a_limited_key_reads_what_it_was_granted_and_nothing_else() {
    let server = Server::start().await;
    server.collection("users").await;
    let key = server
        .limited(json!({ "users": ["read"], "inbox": ["write"] }))
        .await;
    assert_eq!(
        server
            .get(&key.token, "/api/collections/users")
            .await
            .status,
        200
    );
    for name in ["inbox", "outbox"] {
        let reply = server
            .get(&key.token, &format!("/api/collections/{name}"))
            .await;
        assert_eq!(reply.status, 403);
        let expected = format!("This key has no read permission on collection '{name}'");
        assert_eq!(reply.body, json!({ "error": expected }));
    }
}

#[tokio::test]
async fn making_and_deleting_are_for_admins() {
    let admin = Admin::start().await;
    admin.collection("users").await;
    let key = admin
        .limited(json!({ "users": ["read", "write"], "more": ["read", "write"] }))
        .await;
    for reply in [
        admin
            .server
            .post(&key.token, "/api/collections/more", schema())
            .await,
        admin
            .server
            .delete(&key.token, "/api/collections/users")
            .await,
    ] {
        reply.is(403, json!({ "error": "This operation needs an admin key" }));
    }
    let listed = admin.get("/api/collections").await;
    assert_eq!(listed.body, json!({ "collections": ["users"] }));
}

#[tokio::test]
async fn internal_collections_are_listed_unless_left_out() {
    let internal = "audit__ek0_testing";
    let admin = Admin::start_with(builder().internal_collections([internal])).await;
    admin.collection("users").await;
    for (query, expected) in [
        ("", json!([internal, "users"])),
        ("?exclude_internal=false", json!([internal, "users"])),
        ("?exclude_internal=true", json!(["users"])),
    ] {
        let reply = admin.get(&format!("/api/collections{query}")).await;
        assert_eq!(reply.body, json!({ "collections": expected }), "{query}");
    }
    let reply = admin.get("/api/collections?exclude_internal=perhaps").await;
    assert_eq!(reply.status, 400);
    assert!(reply.body["error"].is_string());
}

#[tokio::test]
async fn names_of_internal_collections_are_refused() {
    let admin = Admin::start().await;
    let reply = admin.post("/api/collections/a__ek0_b", schema()).await;
    assert_eq!(reply.status, 400);
    assert!(reply.body["error"].as_str().unwrap().contains("__ek0_"));
}

#[tokio::test]
async fn a_name_is_one_decoded_segment() {
    let admin = Admin::start().await;
    for (encoded, name) in [
        ("a%2Fb", "a/b"),
        ("my%20collection", "my collection"),
        ("users%3A", "users:"),
        ("%E9%9B%AA", "雪"),
        ("%252F", "%2F"),
        ("a+b", "a+b"),
    ] {
        let path = format!("/api/collections/{encoded}");
        assert_eq!(admin.post(&path, schema()).await.status, 201, "{name}");
        let reply = admin.get("/api/collections").await;
        assert_eq!(reply.body, json!({ "collections": [name] }));
        admin.delete(&path).await;
    }
}
