use serde_json::{Value, json};

use crate::support::{Server, builder};

fn schema() -> Value {
    json!({ "fields": { "name": { "field_type": "String", "required": true } } })
}

#[tokio::test]
async fn a_new_collection_is_listed_and_answered_as_recorded() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let reply = server
        .post(&admin, "/api/collections/users", schema())
        .await;
    assert_eq!(reply.status, 201);
    assert_eq!(
        reply.body,
        json!({ "message": "Collection initialized successfully", "status": "success" })
    );
    let listed = server.get(&admin, "/api/collections").await;
    assert_eq!(listed.status, 200);
    assert_eq!(listed.body, json!({ "collections": ["users"] }));
}

#[tokio::test]
async fn a_collection_that_exists_is_not_made_again() {
    let server = Server::start().await;
    server.collection("users").await;
    let reply = server
        .post(&server.admin().await, "/api/collections/users", schema())
        .await;
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
    let server = Server::start().await;
    let body = json!({ "fields": { "active": { "field_type": "boolean" } } });
    let reply = server
        .post(&server.admin().await, "/api/collections/c", body)
        .await;
    assert_eq!(reply.status, 400);
    assert_eq!(
        reply.body,
        json!({ "error": "Invalid field type: 'boolean' - must be one of: String, Integer, Float, Boolean, \
            DateTime, UUID, Array, Object, Decimal, Bytes, Null, Number, Set, Vector, Binary, Duration" })
    );
}

#[tokio::test]
async fn a_schema_without_fields_is_refused_with_the_recorded_text() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for body in [json!({ "fields": {} }), json!({})] {
        let reply = server.post(&admin, "/api/collections/c", body).await;
        assert_eq!(reply.status, 400);
        assert_eq!(
            reply.body,
            json!({ "error": "Schema must contain at least one field" })
        );
    }
}

#[tokio::test]
async fn a_schema_that_cannot_be_meant_is_refused_and_leaves_no_collection() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for field in [
        json!({ "type": "string" }),
        json!({ "field_type": "String", "regex": "(" }),
        json!({ "field_type": "String", "required": "yes" }),
        json!({ "field_type": "Vector", "index": { "type": "unheard-of" } }),
        json!({ "field_type": "Vector", "index": { "type": "vector", "dimension": 0 } }),
    ] {
        let body = json!({ "fields": { "f": field } });
        let reply = server
            .post(&admin, "/api/collections/c", body.clone())
            .await;
        assert_eq!(reply.status, 400, "{body}");
        assert!(reply.body["error"].is_string());
    }
    assert_eq!(
        server.get(&admin, "/api/collections").await.body,
        json!({ "collections": [] })
    );
}

#[tokio::test]
async fn reading_a_collection_gives_its_schema_and_the_documented_members() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({ "fields": {
        "name": { "field_type": "String", "index": { "type": "btree" } },
        "text": { "field_type": "String", "index": { "type": "text" } },
    } });
    server.post(&admin, "/api/collections/docs", body).await;
    let reply = server.get(&admin, "/api/collections/docs").await;
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
    let server = Server::start().await;
    let reply = server
        .get(&server.admin().await, "/api/collections/nowhere")
        .await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.body["collection"]["fields"], json!({}));
    assert_eq!(reply.body["has_schema"], false);
}

#[tokio::test]
async fn deleting_is_idempotent() {
    let server = Server::start().await;
    server.collection("users").await;
    let admin = server.admin().await;
    for path in [
        "/api/collections/users",
        "/api/collections/users",
        "/api/collections/never-made",
    ] {
        let reply = server.delete(&admin, path).await;
        assert_eq!(reply.status, 200);
        assert_eq!(
            reply.body,
            json!({ "message": "Collection deleted successfully", "status": "success" })
        );
    }
    assert_eq!(
        server.get(&admin, "/api/collections").await.body,
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
    assert_eq!(reply.status, 200);
    assert_eq!(reply.body, json!({ "collections": ["inbox", "users"] }));
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
    let server = Server::start().await;
    server.collection("users").await;
    let key = server
        .limited(json!({ "users": ["read", "write"], "more": ["read", "write"] }))
        .await;
    for reply in [
        server
            .post(&key.token, "/api/collections/more", schema())
            .await,
        server.delete(&key.token, "/api/collections/users").await,
    ] {
        assert_eq!(reply.status, 403);
        assert_eq!(
            reply.body,
            json!({ "error": "This operation needs an admin key" })
        );
    }
    let listed = server.get(&server.admin().await, "/api/collections").await;
    assert_eq!(listed.body, json!({ "collections": ["users"] }));
}

#[tokio::test]
async fn internal_collections_are_listed_unless_left_out() {
    let internal = "audit__ek0_testing";
    let server = Server::start_with(builder().internal_collections([internal])).await;
    server.collection("users").await;
    let admin = server.admin().await;
    for (query, expected) in [
        ("", json!([internal, "users"])),
        ("?exclude_internal=false", json!([internal, "users"])),
        ("?exclude_internal=true", json!(["users"])),
    ] {
        let reply = server
            .get(&admin, &format!("/api/collections{query}"))
            .await;
        assert_eq!(reply.body, json!({ "collections": expected }), "{query}");
    }
    let reply = server
        .get(&admin, "/api/collections?exclude_internal=perhaps")
        .await;
    assert_eq!(reply.status, 400);
    assert!(reply.body["error"].is_string());
}

#[tokio::test]
async fn names_of_internal_collections_are_refused() {
    let server = Server::start().await;
    let reply = server
        .post(&server.admin().await, "/api/collections/a__ek0_b", schema())
        .await;
    assert_eq!(reply.status, 400);
    assert!(reply.body["error"].as_str().unwrap().contains("__ek0_"));
}

#[tokio::test]
async fn a_name_is_one_decoded_segment() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for (encoded, name) in [
        ("a%2Fb", "a/b"),
        ("my%20collection", "my collection"),
        ("users%3A", "users:"),
        ("%E9%9B%AA", "雪"),
        ("%252F", "%2F"),
        ("a+b", "a+b"),
    ] {
        let path = format!("/api/collections/{encoded}");
        assert_eq!(
            server.post(&admin, &path, schema()).await.status,
            201,
            "{name}"
        );
        let reply = server.get(&admin, "/api/collections").await;
        assert_eq!(reply.body, json!({ "collections": [name] }));
        server.delete(&admin, &path).await;
    }
}
