//! Grants and their restrictions, on every route that touches a record.

use serde_json::{Value, json};

use super::support::condition;
use crate::support::{Admin, Key};

/// A record with a secret in it, another collection to join, and a key with this grant on the
/// first.
async fn server(grant: Value) -> (Admin, Key) {
    let admin = Admin::plain().await;
    let record = json!({ "id": "1", "name": "Ada", "ssn": "123", "n": 1 });
    admin.insert("users", record).await;
    let record = json!({ "id": "o1", "user": "1", "ssn": "123" });
    admin.insert("orders", record).await;
    let key = admin.limited(json!({})).await;
    admin.grant(&key, "collections/users", grant).await;
    (admin, key)
}

/// One request for every record route of the collection.
fn routes() -> Vec<(&'static str, &'static str, Value)> {
    let action = json!({ "field": "n", "value": 1 });
    vec![
        ("read", "POST /api/find/users", json!({})),
        ("read", "GET /api/find/users/1", json!({})),
        ("read", "POST /api/find/users/1", json!({})),
        ("read", "POST /api/distinct/users/name", json!({})),
        ("write", "POST /api/insert/users", json!({ "name": "B" })),
        ("write", "PUT /api/update/users/1", json!({ "name": "C" })),
        ("write", "PUT /api/update/users/1/action/increment", action),
        (
            "write",
            "PUT /api/update/sequence/users/1",
            json!([["increment", "n", 1]]),
        ),
        (
            "write",
            "POST /api/batch/insert/users",
            json!({ "inserts": [{ "data": {} }] }),
        ),
        (
            "write",
            "PUT /api/batch/update/users",
            json!({ "updates": [] }),
        ),
        (
            "write",
            "DELETE /api/batch/delete/users",
            json!({ "deletes": [] }),
        ),
        ("write", "DELETE /api/delete/users/1", json!({})),
    ]
}

#[tokio::test]
async fn every_route_asks_for_its_right_and_says_so() {
    for (read, write) in [(true, false), (false, true), (false, false), (true, true)] {
        let (admin, key) = server(json!({ "read": read, "write": write })).await;
        for (right, route, body) in routes() {
            let reply = admin.server.ask(&key.token, route, body).await;
            if if right == "read" { read } else { write } {
                assert!(reply.status.is_success(), "{route}: {:?}", reply.body);
            } else {
                assert_eq!(reply.status, 403, "{route}");
                let text = format!("This key has no {right} permission on collection 'users'");
                assert_eq!(reply.body, json!({ "error": text }));
            }
        }
    }
}

#[tokio::test]
async fn a_key_has_no_right_on_a_collection_it_was_not_granted() {
    let (admin, key) = server(json!({ "read": true, "write": true })).await;
    for (_, route, body) in routes() {
        let route = route.replace("users", "orders");
        let reply = admin.server.ask(&key.token, &route, body).await;
        assert_eq!(reply.status, 403, "{route}");
    }
}

#[tokio::test]
async fn hidden_fields_are_in_no_reply() {
    for grant in [
        json!({ "read": true, "write": true, "exclude_fields": ["ssn"] }),
        json!({ "read": true, "write": true, "select_fields": ["name", "n"] }),
    ] {
        let (admin, key) = server(grant).await;
        for (_, route, body) in routes() {
            let reply = admin.server.ask(&key.token, route, body).await;
            assert!(reply.status.is_success(), "{route}: {:?}", reply.body);
            assert!(
                !reply.body.to_string().contains("ssn"),
                "{route}: {:?}",
                reply.body
            );
        }
    }
}

#[tokio::test]
async fn asking_for_a_hidden_field_does_not_show_it() {
    let (admin, key) =
        server(json!({ "read": true, "write": false, "exclude_fields": ["ssn"] })).await;
    let reply = admin
        .server
        .get(&key.token, "/api/find/users/1?select_fields=name,ssn")
        .await;
    assert_eq!(reply.body, json!({ "id": "1", "name": "Ada" }));
    let reply = admin
        .server
        .find(&key.token, "users", json!({ "select_fields": ["ssn"] }))
        .await;
    assert_eq!(reply.body, json!([{ "id": "1" }]));
}

#[tokio::test]
async fn an_empty_selection_shows_the_id_alone() {
    let (admin, key) = server(json!({ "read": true, "write": false, "select_fields": [] })).await;
    let reply = admin.server.get(&key.token, "/api/find/users/1").await;
    assert_eq!(reply.body, json!({ "id": "1" }));
}

#[tokio::test]
async fn hidden_fields_cannot_be_asked_about() {
    let (admin, key) =
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
        let reply = admin.server.post(&key.token, path, body.clone()).await;
        assert_eq!(reply.status, 403, "{path} {body}");
        assert!(reply.body["error"].as_str().unwrap().contains("ssn"));
    }
    let by_id = json!({ "filter": condition("id", "Eq", json!("1")) });
    assert_eq!(
        admin.server.find(&key.token, "users", by_id).await.status,
        200
    );
}

#[tokio::test]
async fn a_join_needs_read_on_the_other_collection_and_hides_what_is_hidden_there() {
    let (admin, key) = server(json!({ "read": true, "write": false })).await;
    let join = |foreign: &str| json!({ "join": { "collections": ["orders"], "local_field": "id", "foreign_field": foreign, "as_field": "orders" } });
    assert_eq!(
        admin
            .server
            .find(&key.token, "users", join("user"))
            .await
            .status,
        403
    );

    let grant = json!({ "read": true, "write": false, "exclude_fields": ["ssn"] });
    admin.grant(&key, "collections/orders", grant).await;
    let reply = admin.server.find(&key.token, "users", join("user")).await;
    assert_eq!(
        reply.body[0]["orders"],
        json!([{ "id": "o1", "user": "1" }])
    );
    assert_eq!(
        admin
            .server
            .find(&key.token, "users", join("ssn"))
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn a_key_that_may_only_write_sees_ids_alone() {
    let (admin, key) = server(json!({ "read": false, "write": true })).await;
    let reply = admin
        .server
        .put(&key.token, "/api/update/users/1", json!({ "n": 2 }))
        .await;
    assert_eq!(reply.body, json!({ "id": "1" }));
    let reply = admin.server.delete(&key.token, "/api/delete/users/1").await;
    assert_eq!(reply.body, json!({ "id": "1" }));
}

#[tokio::test]
async fn fields_that_may_not_be_written_are_refused_by_name_and_nothing_is_changed() {
    let (admin, key) =
        server(json!({ "read": true, "write": true, "writable_fields": ["name"] })).await;
    for (route, body) in [
        ("POST /api/insert/users", json!({ "name": "B", "n": 1 })),
        ("PUT /api/update/users/1", json!({ "name": "C", "n": 5 })),
        (
            "PUT /api/update/users/1/action/increment",
            json!({ "field": "n", "value": 1 }),
        ),
        (
            "PUT /api/update/sequence/users/1",
            json!([["append", "name", "x"], ["increment", "n", 1]]),
        ),
        (
            "POST /api/batch/insert/users",
            json!({ "inserts": [{ "data": { "name": "B" } }, { "data": { "n": 1 } }] }),
        ),
        (
            "PUT /api/batch/update/users",
            json!({ "updates": [{ "id": "1", "data": { "name": "C" } }, { "id": "1", "data": { "n": 1 } }] }),
        ),
    ] {
        let reply = admin.server.ask(&key.token, route, body).await;
        assert_eq!(reply.status, 403, "{route}");
        assert_eq!(
            reply.body,
            json!({ "error": "This key may not write field 'n'" })
        );
    }
    let reply = admin.server.find(&key.token, "users", json!({})).await;
    assert_eq!(
        reply.body,
        json!([{ "id": "1", "name": "Ada", "ssn": "123", "n": 1 }])
    );
}

#[tokio::test]
async fn fields_that_may_be_written_are_with_the_id_and_the_time_to_live() {
    let (admin, key) =
        server(json!({ "read": true, "write": true, "writable_fields": ["name"] })).await;
    let record = json!({ "id": "2", "name": "B", "ttl": "1h", "ttl_update_on_access": false });
    assert_eq!(
        admin
            .server
            .post(&key.token, "/api/insert/users", record)
            .await
            .status,
        201
    );
    let reply = admin
        .server
        .put(&key.token, "/api/update/users/2", json!({ "name": "C" }))
        .await;
    assert_eq!(reply.body["name"], "C");
}

#[tokio::test]
async fn an_admin_key_knows_no_restrictions() {
    let (admin, _) = server(json!({ "read": true, "write": true })).await;
    let me = "/api/auth/keys/me/permissions/collections/users";
    admin
        .put(
            me,
            json!({ "read": false, "write": false, "select_fields": [] }),
        )
        .await;
    let reply = admin.get("/api/find/users/1").await;
    assert_eq!(reply.body["ssn"], "123");
}

/// A collection with a unique and a bounded field that the key may write and not read.
async fn hidden() -> (Admin, Key) {
    let admin = Admin::plain().await;
    let fields = json!({
        "name": { "field_type": "String" },
        "ssn": { "field_type": "String", "unique": true },
        "salary": { "field_type": "Integer", "max": 100 },
    });
    admin.with_schema("users", fields).await;
    let record = json!({ "id": "1", "name": "Ada", "ssn": "123", "salary": 90 });
    admin.insert("users", record).await;
    let key = admin.limited(json!({})).await;
    let grant = json!({ "read": true, "write": true, "exclude_fields": ["ssn", "salary"] });
    admin.grant(&key, "collections/users", grant).await;
    (admin, key)
}

#[tokio::test]
async fn a_write_whose_outcome_would_tell_a_hidden_value_is_refused_whatever_the_value() {
    let (admin, key) = hidden().await;
    let action = |field: &str, value: Value| json!({ "field": field, "value": value });
    let increment = "PUT /api/update/users/1/action/increment";
    let sequence = "PUT /api/update/sequence/users/1";
    for (route, body, field) in [
        (increment, action("salary", json!(1)), "salary"),
        (increment, action("salary", json!(50)), "salary"),
        (increment, action("salary", json!("x")), "salary"),
        (
            sequence,
            json!([["append", "name", "x"], ["clear", "salary", null]]),
            "salary",
        ),
        ("POST /api/insert/users", json!({ "ssn": "123" }), "ssn"),
        ("POST /api/insert/users", json!({ "ssn": "9" }), "ssn"),
        ("PUT /api/update/users/1", json!({ "ssn": "9" }), "ssn"),
        ("PUT /api/update/users/1", json!({ "ssn": null }), "ssn"),
        (
            "POST /api/batch/insert/users",
            json!({ "inserts": [{ "data": { "name": "B" } }, { "data": { "ssn": "123" } }] }),
            "ssn",
        ),
        (
            "PUT /api/batch/update/users",
            json!({ "updates": [{ "id": "1", "data": { "ssn": "123" } }] }),
            "ssn",
        ),
    ] {
        let reply = admin.server.ask(&key.token, route, body.clone()).await;
        assert_eq!(reply.status, 403, "{route} {body}");
        let text = format!("This key may not write field '{field}' in this way: ");
        let error = reply.body["error"].as_str().unwrap();
        assert!(error.starts_with(&text), "{error}");
    }
    // What does not depend on the stored value is written.
    let reply = admin
        .server
        .put(
            &key.token,
            "/api/update/users/1",
            json!({ "salary": 50, "name": "B" }),
        )
        .await;
    assert_eq!(reply.body, json!({ "id": "1", "name": "B" }));
    let reply = admin.server.find(&key.token, "users", json!({})).await;
    assert_eq!(reply.body, json!([{ "id": "1", "name": "B" }]));
}

#[tokio::test]
async fn a_hidden_field_that_a_change_does_not_name_has_no_part_in_its_outcome() {
    let (admin, key) = hidden().await;
    admin.insert("users", json!({ "id": "2" })).await;
    let required = json!({ "constraints": { "ssn": { "required": true } } });
    admin.put("/api/schemas/users", required).await;
    for id in ["1", "2"] {
        let path = format!("/api/update/users/{id}");
        let reply = admin
            .server
            .put(&key.token, &path, json!({ "name": "B" }))
            .await;
        assert_eq!(reply.status, 200, "{id}: {}", reply.body);
    }
}

#[tokio::test]
async fn the_size_of_a_collection_is_for_keys_that_may_see_all_of_it() {
    let (admin, key) = hidden().await;
    let whole = admin.get("/api/collections/users").await.body;
    let part = admin
        .server
        .get(&key.token, "/api/collections/users")
        .await
        .body;
    assert!(whole["size_bytes"].as_u64().unwrap() > 0);
    assert_eq!(
        (part.get("size_bytes"), &part["record_count"]),
        (None, &json!(1))
    );
}

#[tokio::test]
async fn a_field_whose_name_has_a_dot_is_hidden_with_the_field_before_the_dot() {
    let (admin, key) =
        server(json!({ "read": true, "write": true, "exclude_fields": ["ssn"] })).await;
    let record = json!({ "id": "2", "ssn.part": 1, "name.part": 2 });
    admin.insert("users", record).await;
    let reply = admin.server.get(&key.token, "/api/find/users/2").await;
    assert_eq!(reply.body, json!({ "id": "2", "name.part": 2 }));
    let query = json!({ "filter": condition("ssn.part", "Eq", json!(1)) });
    assert_eq!(
        admin.server.find(&key.token, "users", query).await.status,
        403
    );
}
