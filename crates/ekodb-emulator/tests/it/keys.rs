use std::collections::HashSet;

use serde_json::{Value, json};

use crate::support::{ADMIN, Admin, Server, text};

const CHOSEN: &str = "a-key-that-i-have-chosen-for-myself-1";

fn registration() -> Value {
    json!({
        "api_key": ADMIN,
        "label": "app",
        "description": "d",
        "collection_permissions": { "users": ["read"] },
        "is_admin": false,
    })
}

fn with(member: &str, value: Value) -> Value {
    let mut body = registration();
    body[member] = value;
    body
}

#[tokio::test]
async fn a_registered_key_is_returned_with_what_was_asked_for() {
    let server = Server::start().await;
    let reply = server.register(registration()).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.body["label"], "app");
    assert_eq!(reply.body["description"], "d");
    assert_eq!(
        reply.body["collection_permissions"],
        json!({ "users": ["read"] })
    );
    assert_eq!(reply.body["is_admin"], false);
    assert_eq!(reply.body["kv_permissions"], Value::Null);
    assert!(reply.body["created_at"].is_i64());
    let id = text(&reply.body["id"]);
    assert!(
        id.len() == 32
            && id
                .bytes()
                .all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase())
    );
    assert!(text(&reply.body["key"]).len() >= 32);
}

#[tokio::test]
async fn a_registered_key_gets_tokens_at_once() {
    let server = Server::start().await;
    let reply = server.register(registration()).await;
    let token = server.token_for(&text(&reply.body["key"])).await;
    assert_eq!(token.status, 200);
}

#[tokio::test]
async fn the_order_of_actions_and_their_repetition_do_not_matter() {
    let server = Server::start().await;
    let body = with(
        "collection_permissions",
        json!({ "users": ["write", "read", "write"], "none": [] }),
    );
    let reply = server.register(body).await;
    assert_eq!(
        reply.body["collection_permissions"],
        json!({ "users": ["read", "write"], "none": [] })
    );
}

#[tokio::test]
async fn what_may_be_left_out_of_a_registration_may_be() {
    let server = Server::start().await;
    let reply = server.register(json!({ "api_key": ADMIN })).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.body["label"], Value::Null);
    assert_eq!(reply.body["is_admin"], false);
    assert_eq!(reply.body["collection_permissions"], json!({}));
}

#[tokio::test]
async fn registering_needs_a_known_key_in_the_body() {
    let admin = Admin::start().await;
    let reply = admin.register(with("api_key", json!("unknown"))).await;
    assert_eq!(reply.status, 401);
    assert_eq!(reply.body["code"], 401);

    let mut body = registration();
    body.as_object_mut().unwrap().remove("api_key");
    let reply = admin.post("/api/auth/register", body).await;
    assert_eq!(reply.status, 400, "a bearer does not stand in for it");
}

#[tokio::test]
async fn registering_needs_an_admin_key() {
    let server = Server::start().await;
    let key = server.limited(json!({ "users": ["read", "write"] })).await;
    let reply = server.register(with("api_key", json!(key.value))).await;
    assert_eq!(reply.status, 403);
    assert!(reply.body["error"].as_str().unwrap().contains("admin"));
}

#[tokio::test]
async fn a_registered_admin_key_is_one() {
    let server = Server::start().await;
    let reply = server.register(with("is_admin", json!(true))).await;
    assert_eq!(reply.body["is_admin"], true);
    let key = text(&reply.body["key"]);
    let reply = server.register(with("api_key", json!(key))).await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn a_key_can_be_chosen() {
    let server = Server::start().await;
    let reply = server.register(with("key", json!(CHOSEN))).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.body["key"], CHOSEN);
    assert_eq!(server.token_for(CHOSEN).await.status, 200);
}

#[tokio::test]
async fn a_chosen_key_that_is_taken_is_a_conflict() {
    let server = Server::start().await;
    for (attempt, expected) in [(1, 200), (2, 409)] {
        let reply = server.register(with("key", json!(CHOSEN))).await;
        assert_eq!(reply.status, expected, "attempt {attempt}");
    }
}

/// Revoking takes an id or a value: no value may be the id of another key.
#[tokio::test]
async fn a_chosen_key_that_is_the_id_of_another_is_a_conflict() {
    let server = Server::start().await;
    let other = server.limited(json!({})).await;
    let body = with("key", json!(other.id));
    let reply = server.register(body).await;
    assert_eq!(reply.status, 409, "{:?}", reply.body);
    assert_eq!(server.token_for(&other.value).await.status, 200);
}

#[tokio::test]
async fn a_weak_chosen_key_is_refused() {
    let server = Server::start().await;
    for weak in [
        "",
        "short",
        "a-key-of-thirty-one-characters!",
        "abababababababababababababababababab",
        "a key with spaces in it, 38 characters",
    ] {
        let reply = server.register(with("key", json!(weak))).await;
        assert_eq!(reply.status, 400, "{weak:?}");
        assert!(reply.body["error"].is_string());
    }
}

#[tokio::test]
async fn permissions_other_than_read_and_write_are_refused() {
    let server = Server::start().await;
    for permissions in [
        json!({ "users": ["delete"] }),
        json!({ "users": "read" }),
        json!({ "": ["read"] }),
        json!({ "..": ["read"] }),
        json!({ "a\u{0}b": ["read"] }),
        json!([]),
    ] {
        let reply = server
            .register(with("collection_permissions", permissions.clone()))
            .await;
        assert_eq!(reply.status, 400, "{permissions}");
    }
}

#[tokio::test]
async fn listing_gives_every_key_with_its_value() {
    let admin = Admin::start().await;
    let key = admin.limited(json!({ "users": ["read"] })).await;
    let reply = admin.get("/api/auth/keys").await;
    assert_eq!(reply.status, 200);
    let listed: HashSet<_> = reply
        .body
        .as_array()
        .unwrap()
        .iter()
        .map(|key| text(&key["key"]))
        .collect();
    assert_eq!(listed, HashSet::from([ADMIN.to_owned(), key.value]));
}

#[tokio::test]
async fn listing_and_revoking_are_for_admins() {
    let server = Server::start().await;
    let key = server.limited(json!({ "users": ["read", "write"] })).await;
    for reply in [
        server.get(&key.token, "/api/auth/keys").await,
        server
            .delete(&key.token, &format!("/api/auth/keys/{}", key.id))
            .await,
    ] {
        reply.is(403, json!({ "error": "This operation needs an admin key" }));
    }
}

#[tokio::test]
async fn a_key_is_revoked_by_its_id_or_its_value() {
    let admin = Admin::start().await;
    let (first, second) = (
        admin.limited(json!({})).await,
        admin.limited(json!({})).await,
    );
    for (key, reference) in [(&first, &first.id), (&second, &second.value)] {
        let reply = admin.delete(&format!("/api/auth/keys/{reference}")).await;
        reply.is(204, Value::Null);
        assert_eq!(admin.token_for(&key.value).await.status, 401);
    }
}

#[tokio::test]
async fn the_tokens_of_a_revoked_key_die_with_it() {
    let admin = Admin::start().await;
    let key = admin.limited(json!({})).await;
    assert_eq!(
        admin
            .server
            .get(&key.token, "/api/collections")
            .await
            .status,
        200
    );
    admin.delete(&format!("/api/auth/keys/{}", key.id)).await;
    assert_eq!(
        admin
            .server
            .get(&key.token, "/api/collections")
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn revoking_a_key_that_is_not_there_is_not_found() {
    let admin = Admin::start().await;
    let key = admin.limited(json!({})).await;
    let path = format!("/api/auth/keys/{}", key.id);
    assert_eq!(admin.delete(&path).await.status, 204);
    let reply = admin.delete(&path).await;
    reply.is(404, json!({ "error": "API key not found" }));
}

#[tokio::test]
async fn a_key_may_revoke_itself() {
    let admin = Admin::start().await;
    assert_eq!(
        admin
            .delete(&format!("/api/auth/keys/{ADMIN}"))
            .await
            .status,
        204
    );
    assert_eq!(admin.get("/api/auth/keys").await.status, 401);
}

#[tokio::test]
async fn null_is_no_value_for_what_registration_may_leave_out() {
    let server = Server::start().await;
    for member in ["label", "description", "key", "is_admin"] {
        let mut body = json!({ "api_key": ADMIN });
        body[member] = json!(null);
        let reply = server.register(body).await;
        assert_eq!(reply.status, 400, "{member}");
    }
    let left_out = json!({ "api_key": ADMIN });
    let reply = server.register(left_out).await;
    assert_eq!(reply.status, 200, "{:?}", reply.body);
}
