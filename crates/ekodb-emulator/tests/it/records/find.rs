//! Reading one record, and what every find has in common.

use serde_json::json;

use super::support::{find, found, insert, plain};

#[tokio::test]
async fn a_record_is_read_by_get_and_by_post() {
    let (server, admin) = plain().await;
    let id = insert(&server, &admin, "users", json!({ "name": "Ada" })).await;
    let path = format!("/api/find/users/{id}");
    for reply in [
        server.get(&admin, &path).await,
        server.post(&admin, &path, json!({})).await,
    ] {
        assert_eq!(reply.status, 200);
        assert_eq!(reply.body, json!({ "id": id, "name": "Ada" }));
    }
}

#[tokio::test]
async fn what_is_not_there_and_what_was_deleted_are_told_apart() {
    let (server, admin) = plain().await;
    let id = insert(&server, &admin, "users", json!({})).await;
    server
        .delete(&admin, &format!("/api/delete/users/{id}"))
        .await;
    for (path, text) in [
        (format!("/api/find/users/{id}"), "Record has been deleted"),
        ("/api/find/users/unknown".to_owned(), "Record not found"),
        ("/api/find/nowhere/unknown".to_owned(), "Record not found"),
    ] {
        let reply = server.get(&admin, &path).await;
        assert_eq!(reply.status, 404);
        assert_eq!(reply.body, json!({ "error": text }));
    }
}

#[tokio::test]
async fn the_query_string_chooses_fields_and_the_id_always_comes() {
    let (server, admin) = plain().await;
    insert(
        &server,
        &admin,
        "t",
        json!({ "id": "1", "a": 1, "b": 2, "c": 3 }),
    )
    .await;
    for (query, expected) in [
        ("?select_fields=a,c", json!({ "id": "1", "a": 1, "c": 3 })),
        ("?exclude_fields=a,id", json!({ "id": "1", "b": 2, "c": 3 })),
        (
            "?select_fields=a,b&exclude_fields=b",
            json!({ "id": "1", "a": 1 }),
        ),
        ("?select_fields=", json!({ "id": "1" })),
    ] {
        let reply = server.get(&admin, &format!("/api/find/t/1{query}")).await;
        assert_eq!(reply.body, expected, "{query}");
    }
}

#[tokio::test]
async fn an_empty_query_finds_everything_in_the_order_of_insertion() {
    let (server, admin) = plain().await;
    for n in 0..10 {
        insert(&server, &admin, "t", json!({ "n": n })).await;
    }
    let all = found(&server, &admin, "t", json!({}), "n").await;
    assert_eq!(all, json!([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
}

#[tokio::test]
async fn an_unknown_collection_has_no_records() {
    let (server, admin) = plain().await;
    let reply = find(&server, &admin, "nowhere", json!({})).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.body, json!([]));
}

#[tokio::test]
async fn the_id_goes_by_the_name_that_the_schema_gives_it() {
    let (server, admin) = plain().await;
    let body =
        json!({ "fields": { "n": { "field_type": "Integer" } }, "primary_key_alias": "user_id" });
    server.post(&admin, "/api/collections/users", body).await;
    insert(&server, &admin, "users", json!({ "user_id": "u1", "n": 1 })).await;
    let expected = json!({ "user_id": "u1", "n": 1 });
    let reply = server
        .get(&admin, "/api/find/users/u1?select_fields=n")
        .await;
    assert_eq!(reply.body, expected);
    for field in ["user_id", "id"] {
        let filter = super::support::condition(field, "Eq", json!("u1"));
        let reply = find(&server, &admin, "users", json!({ "filter": filter })).await;
        assert_eq!(reply.body, json!([expected]), "{field}");
    }
}

#[tokio::test]
async fn what_to_bypass_is_a_boolean() {
    let (server, admin) = plain().await;
    for path in ["/api/find/t", "/api/distinct/t/a"] {
        for member in ["bypass_cache", "bypass_ripple"] {
            let mut body = json!({});
            body[member] = json!({});
            let reply = server.post(&admin, path, body.clone()).await;
            assert_eq!(reply.status, 400, "{path} {member}");
            body[member] = json!(true);
            let reply = server.post(&admin, path, body).await;
            assert_eq!(reply.status, 200, "{path} {member}");
        }
    }
}
