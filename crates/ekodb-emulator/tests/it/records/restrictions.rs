//! Grants and their restrictions, on every route that touches a record.

use reqwest::Method;
use serde_json::{Value, json};

use super::support::{condition, find, insert, plain, with_schema};
use crate::support::{Key, Reply, Server, send};

/// A record with a secret in it, another collection to join, and a key with this grant on the
/// first.
async fn server(grant: Value) -> (Server, Key) {
    let (server, admin) = plain().await;
    insert(
        &server,
        &admin,
        "users",
        json!({ "id": "1", "name": "Ada", "ssn": "123", "n": 1 }),
    )
    .await;
    insert(
        &server,
        &admin,
        "orders",
        json!({ "id": "o1", "user": "1", "ssn": "123" }),
    )
    .await;
    let key = server.limited(json!({})).await;
    let path = format!("/api/auth/keys/{}/permissions/collections/users", key.id);
    assert_eq!(server.put(&admin, &path, grant).await.status, 200);
    (server, key)
}

/// One request for every record route of the collection.
fn routes() -> Vec<(&'static str, Method, &'static str, Value)> {
    let action = json!({ "field": "n", "value": 1 });
    vec![
        ("read", Method::POST, "/api/find/users", json!({})),
        ("read", Method::GET, "/api/find/users/1", json!({})),
        ("read", Method::POST, "/api/find/users/1", json!({})),
        ("read", Method::POST, "/api/distinct/users/name", json!({})),
        (
            "write",
            Method::POST,
            "/api/insert/users",
            json!({ "name": "B" }),
        ),
        (
            "write",
            Method::PUT,
            "/api/update/users/1",
            json!({ "name": "C" }),
        ),
        (
            "write",
            Method::PUT,
            "/api/update/users/1/action/increment",
            action,
        ),
        (
            "write",
            Method::PUT,
            "/api/update/sequence/users/1",
            json!([["increment", "n", 1]]),
        ),
        (
            "write",
            Method::POST,
            "/api/batch/insert/users",
            json!({ "inserts": [{ "data": {} }] }),
        ),
        (
            "write",
            Method::PUT,
            "/api/batch/update/users",
            json!({ "updates": [] }),
        ),
        (
            "write",
            Method::DELETE,
            "/api/batch/delete/users",
            json!({ "deletes": [] }),
        ),
        ("write", Method::DELETE, "/api/delete/users/1", json!({})),
    ]
}

async fn ask(server: &Server, token: &str, method: Method, path: &str, body: Value) -> Reply {
    send(server.request(method, path).bearer_auth(token).json(&body)).await
}

#[tokio::test]
async fn every_route_asks_for_its_right_and_says_so() {
    for (read, write) in [(true, false), (false, true), (false, false), (true, true)] {
        let (server, key) = server(json!({ "read": read, "write": write })).await;
        for (right, method, path, body) in routes() {
            let reply = ask(&server, &key.token, method.clone(), path, body).await;
            if if right == "read" { read } else { write } {
                assert!(
                    reply.status.is_success(),
                    "{method} {path}: {:?}",
                    reply.body
                );
            } else {
                assert_eq!(reply.status, 403, "{method} {path}");
                let text = format!("This key has no {right} permission on collection 'users'");
                assert_eq!(reply.body, json!({ "error": text }));
            }
        }
    }
}

#[tokio::test]
async fn a_key_has_no_right_on_a_collection_it_was_not_granted() {
    let (server, key) = server(json!({ "read": true, "write": true })).await;
    for (_, method, path, body) in routes() {
        let path = path.replace("users", "orders");
        let reply = ask(&server, &key.token, method.clone(), &path, body).await;
        assert_eq!(reply.status, 403, "{method} {path}");
    }
}

#[tokio::test]
async fn hidden_fields_are_in_no_reply() {
    for grant in [
        json!({ "read": true, "write": true, "exclude_fields": ["ssn"] }),
        json!({ "read": true, "write": true, "select_fields": ["name", "n"] }),
    ] {
        let (server, key) = server(grant).await;
        for (_, method, path, body) in routes() {
            let reply = ask(&server, &key.token, method.clone(), path, body).await;
            assert!(
                reply.status.is_success(),
                "{method} {path}: {:?}",
                reply.body
            );
            assert!(
                !reply.body.to_string().contains("ssn"),
                "{method} {path}: {:?}",
                reply.body
            );
        }
    }
}

#[tokio::test]
async fn asking_for_a_hidden_field_does_not_show_it() {
    let (server, key) =
        server(json!({ "read": true, "write": false, "exclude_fields": ["ssn"] })).await;
    let reply = server
        .get(&key.token, "/api/find/users/1?select_fields=name,ssn")
        .await;
    assert_eq!(reply.body, json!({ "id": "1", "name": "Ada" }));
    let reply = find(
        &server,
        &key.token,
        "users",
        json!({ "select_fields": ["ssn"] }),
    )
    .await;
    assert_eq!(reply.body, json!([{ "id": "1" }]));
}

#[tokio::test]
async fn an_empty_selection_shows_the_id_alone() {
    let (server, key) = server(json!({ "read": true, "write": false, "select_fields": [] })).await;
    let reply = server.get(&key.token, "/api/find/users/1").await;
    assert_eq!(reply.body, json!({ "id": "1" }));
}

#[tokio::test]
async fn hidden_fields_cannot_be_asked_about() {
    let (server, key) =
        server(json!({ "read": true, "write": false, "exclude_fields": ["ssn"] })).await;
    let by_ssn = condition("ssn", "StartsWith", json!("1"));
    let nested =
        json!({ "type": "Logical", "content": { "operator": "Not", "expressions": [by_ssn] } });
    for (path, body) in [
        ("/api/find/users", json!({ "filter": by_ssn })),
        ("/api/find/users", json!({ "filter": nested })),
        (
            "/api/find/users",
            json!({ "filter": condition("ssn.part", "Eq", json!(1)) }),
        ),
        (
            "/api/find/users",
            json!({ "sort": [{ "field": "ssn", "ascending": true }] }),
        ),
        ("/api/distinct/users/ssn", json!({})),
        ("/api/distinct/users/name", json!({ "filter": by_ssn })),
    ] {
        let reply = server.post(&key.token, path, body.clone()).await;
        assert_eq!(reply.status, 403, "{path} {body}");
        assert!(reply.body["error"].as_str().unwrap().contains("ssn"));
    }
    let by_id = json!({ "filter": condition("id", "Eq", json!("1")) });
    assert_eq!(find(&server, &key.token, "users", by_id).await.status, 200);
}

#[tokio::test]
async fn a_join_needs_read_on_the_other_collection_and_hides_what_is_hidden_there() {
    let (server, key) = server(json!({ "read": true, "write": false })).await;
    let admin = server.admin().await;
    let join = |foreign: &str| json!({ "join": { "collections": ["orders"], "local_field": "id", "foreign_field": foreign, "as_field": "orders" } });
    assert_eq!(
        find(&server, &key.token, "users", join("user"))
            .await
            .status,
        403
    );

    let path = format!("/api/auth/keys/{}/permissions/collections/orders", key.id);
    let grant = json!({ "read": true, "write": false, "exclude_fields": ["ssn"] });
    server.put(&admin, &path, grant).await;
    let reply = find(&server, &key.token, "users", join("user")).await;
    assert_eq!(
        reply.body[0]["orders"],
        json!([{ "id": "o1", "user": "1" }])
    );
    assert_eq!(
        find(&server, &key.token, "users", join("ssn")).await.status,
        403
    );
}

#[tokio::test]
async fn a_key_that_may_only_write_sees_ids_alone() {
    let (server, key) = server(json!({ "read": false, "write": true })).await;
    let reply = server
        .put(&key.token, "/api/update/users/1", json!({ "n": 2 }))
        .await;
    assert_eq!(reply.body, json!({ "id": "1" }));
    let reply = server.delete(&key.token, "/api/delete/users/1").await;
    assert_eq!(reply.body, json!({ "id": "1" }));
}

#[tokio::test]
async fn fields_that_may_not_be_written_are_refused_by_name_and_nothing_is_changed() {
    let (server, key) =
        server(json!({ "read": true, "write": true, "writable_fields": ["name"] })).await;
    for (method, path, body) in [
        (
            Method::POST,
            "/api/insert/users",
            json!({ "name": "B", "n": 1 }),
        ),
        (
            Method::PUT,
            "/api/update/users/1",
            json!({ "name": "C", "n": 5 }),
        ),
        (
            Method::PUT,
            "/api/update/users/1/action/increment",
            json!({ "field": "n", "value": 1 }),
        ),
        (
            Method::PUT,
            "/api/update/sequence/users/1",
            json!([["append", "name", "x"], ["increment", "n", 1]]),
        ),
        (
            Method::POST,
            "/api/batch/insert/users",
            json!({ "inserts": [{ "data": { "name": "B" } }, { "data": { "n": 1 } }] }),
        ),
        (
            Method::PUT,
            "/api/batch/update/users",
            json!({ "updates": [{ "id": "1", "data": { "name": "C" } }, { "id": "1", "data": { "n": 1 } }] }),
        ),
    ] {
        let reply = ask(&server, &key.token, method.clone(), path, body).await;
        assert_eq!(reply.status, 403, "{method} {path}");
        assert_eq!(
            reply.body,
            json!({ "error": "This key may not write field 'n'" })
        );
    }
    let reply = find(&server, &key.token, "users", json!({})).await;
    assert_eq!(
        reply.body,
        json!([{ "id": "1", "name": "Ada", "ssn": "123", "n": 1 }])
    );
}

#[tokio::test]
async fn fields_that_may_be_written_are_with_the_id_and_the_time_to_live() {
    let (server, key) =
        server(json!({ "read": true, "write": true, "writable_fields": ["name"] })).await;
    let record = json!({ "id": "2", "name": "B", "ttl": "1h", "ttl_update_on_access": false });
    assert_eq!(
        server
            .post(&key.token, "/api/insert/users", record)
            .await
            .status,
        201
    );
    let reply = server
        .put(&key.token, "/api/update/users/2", json!({ "name": "C" }))
        .await;
    assert_eq!(reply.body["name"], "C");
}

#[tokio::test]
async fn an_admin_key_knows_no_restrictions() {
    let (server, _) = server(json!({ "read": true, "write": true })).await;
    let admin = server.admin().await;
    let me = "/api/auth/keys/me/permissions/collections/users";
    server
        .put(
            &admin,
            me,
            json!({ "read": false, "write": false, "select_fields": [] }),
        )
        .await;
    let reply = server.get(&admin, "/api/find/users/1").await;
    assert_eq!(reply.body["ssn"], "123");
}

/// A collection with a unique and a bounded field that the key may write and not read.
async fn hidden() -> (Server, String, Key) {
    let (server, admin) = plain().await;
    let fields = json!({
        "name": { "field_type": "String" },
        "ssn": { "field_type": "String", "unique": true },
        "salary": { "field_type": "Integer", "max": 100 },
    });
    with_schema(&server, &admin, "users", fields).await;
    let record = json!({ "id": "1", "name": "Ada", "ssn": "123", "salary": 90 });
    insert(&server, &admin, "users", record).await;
    let key = server.limited(json!({})).await;
    let path = format!("/api/auth/keys/{}/permissions/collections/users", key.id);
    let grant = json!({ "read": true, "write": true, "exclude_fields": ["ssn", "salary"] });
    assert_eq!(server.put(&admin, &path, grant).await.status, 200);
    (server, admin, key)
}

#[tokio::test]
async fn a_write_whose_outcome_would_tell_a_hidden_value_is_refused_whatever_the_value() {
    let (server, _, key) = hidden().await;
    let action = |field: &str, value: Value| json!({ "field": field, "value": value });
    let increment = "/api/update/users/1/action/increment";
    let sequence = "/api/update/sequence/users/1";
    for (method, path, body, field) in [
        (Method::PUT, increment, action("salary", json!(1)), "salary"),
        (
            Method::PUT,
            increment,
            action("salary", json!(50)),
            "salary",
        ),
        (
            Method::PUT,
            increment,
            action("salary", json!("x")),
            "salary",
        ),
        (
            Method::PUT,
            sequence,
            json!([["append", "name", "x"], ["clear", "salary", null]]),
            "salary",
        ),
        (
            Method::POST,
            "/api/insert/users",
            json!({ "ssn": "123" }),
            "ssn",
        ),
        (
            Method::POST,
            "/api/insert/users",
            json!({ "ssn": "9" }),
            "ssn",
        ),
        (
            Method::PUT,
            "/api/update/users/1",
            json!({ "ssn": "9" }),
            "ssn",
        ),
        (
            Method::PUT,
            "/api/update/users/1",
            json!({ "ssn": null }),
            "ssn",
        ),
        (
            Method::POST,
            "/api/batch/insert/users",
            json!({ "inserts": [{ "data": { "name": "B" } }, { "data": { "ssn": "123" } }] }),
            "ssn",
        ),
        (
            Method::PUT,
            "/api/batch/update/users",
            json!({ "updates": [{ "id": "1", "data": { "ssn": "123" } }] }),
            "ssn",
        ),
    ] {
        let reply = ask(&server, &key.token, method.clone(), path, body.clone()).await;
        assert_eq!(reply.status, 403, "{method} {path} {body}");
        let text = format!("This key may not write field '{field}' in this way: ");
        let error = reply.body["error"].as_str().unwrap();
        assert!(error.starts_with(&text), "{error}");
    }
    // What does not depend on the stored value is written.
    let reply = server
        .put(
            &key.token,
            "/api/update/users/1",
            json!({ "salary": 50, "name": "B" }),
        )
        .await;
    assert_eq!(reply.body, json!({ "id": "1", "name": "B" }));
    let reply = find(&server, &key.token, "users", json!({})).await;
    assert_eq!(reply.body, json!([{ "id": "1", "name": "B" }]));
}

#[tokio::test]
async fn a_hidden_field_that_a_change_does_not_name_has_no_part_in_its_outcome() {
    let (server, admin, key) = hidden().await;
    insert(&server, &admin, "users", json!({ "id": "2" })).await;
    let required = json!({ "constraints": { "ssn": { "required": true } } });
    server.put(&admin, "/api/schemas/users", required).await;
    for id in ["1", "2"] {
        let path = format!("/api/update/users/{id}");
        let reply = server.put(&key.token, &path, json!({ "name": "B" })).await;
        assert_eq!(reply.status, 200, "{id}: {}", reply.body);
    }
}

#[tokio::test]
async fn the_size_of_a_collection_is_for_keys_that_may_see_all_of_it() {
    let (server, admin, key) = hidden().await;
    let whole = server.get(&admin, "/api/collections/users").await.body;
    let part = server.get(&key.token, "/api/collections/users").await.body;
    assert!(whole["size_bytes"].as_u64().unwrap() > 0);
    assert_eq!(
        (part.get("size_bytes"), &part["record_count"]),
        (None, &json!(1))
    );
}

#[tokio::test]
async fn a_field_whose_name_has_a_dot_is_hidden_with_the_field_before_the_dot() {
    let (server, key) =
        server(json!({ "read": true, "write": true, "exclude_fields": ["ssn"] })).await;
    let admin = server.admin().await;
    insert(
        &server,
        &admin,
        "users",
        json!({ "id": "2", "ssn.part": 1, "name.part": 2 }),
    )
    .await;
    let reply = server.get(&key.token, "/api/find/users/2").await;
    assert_eq!(reply.body, json!({ "id": "2", "name.part": 2 }));
    let query = json!({ "filter": condition("ssn.part", "Eq", json!(1)) });
    assert_eq!(find(&server, &key.token, "users", query).await.status, 403);
}
