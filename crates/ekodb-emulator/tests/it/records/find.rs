//! Reading one record, and what every find has in common.

use serde_json::json;

use crate::support::Admin;

#[tokio::test]
async fn a_record_is_read_by_get_and_by_post() {
    let admin = Admin::plain().await;
    let id = admin.insert("users", json!({ "name": "Ada" })).await;
    let path = format!("/api/find/users/{id}");
    for reply in [admin.get(&path).await, admin.post(&path, json!({})).await] {
        reply.is(200, json!({ "id": id, "name": "Ada" }));
    }
}

#[tokio::test]
async fn what_is_not_there_and_what_was_deleted_are_told_apart() {
    let admin = Admin::plain().await;
    let id = admin.insert("users", json!({})).await;
    admin.delete(&format!("/api/delete/users/{id}")).await;
    for (path, text) in [
        (format!("/api/find/users/{id}"), "Record has been deleted"),
        ("/api/find/users/unknown".to_owned(), "Record not found"),
        ("/api/find/nowhere/unknown".to_owned(), "Record not found"),
    ] {
        let reply = admin.get(&path).await;
        reply.is(404, json!({ "error": text }));
    }
}

#[tokio::test]
async fn the_query_string_chooses_fields_and_the_id_always_comes() {
    let admin = Admin::plain().await;
    let record = json!({ "id": "1", "a": 1, "b": 2, "c": 3 });
    admin.insert("t", record).await;
    for (query, expected) in [
        ("?select_fields=a,c", json!({ "id": "1", "a": 1, "c": 3 })),
        ("?exclude_fields=a,id", json!({ "id": "1", "b": 2, "c": 3 })),
        (
            "?select_fields=a,b&exclude_fields=b",
            json!({ "id": "1", "a": 1 }),
        ),
        ("?select_fields=", json!({ "id": "1" })),
    ] {
        let reply = admin.get(&format!("/api/find/t/1{query}")).await;
        assert_eq!(reply.body, expected, "{query}");
    }
}

#[tokio::test]
async fn an_empty_query_finds_everything_in_the_order_of_insertion() {
    let admin = Admin::plain().await;
    for n in 0..10 {
        admin.insert("t", json!({ "n": n })).await;
    }
    let all = admin.found("t", json!({}), "n").await;
    assert_eq!(all, json!([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
}

#[tokio::test]
async fn an_unknown_collection_has_no_records() {
    let admin = Admin::plain().await;
    let reply = admin.find("nowhere", json!({})).await;
    reply.is(200, json!([]));
}

#[tokio::test]
async fn the_id_goes_by_the_name_that_the_schema_gives_it() {
    let admin = Admin::plain().await;
    let body =
        json!({ "fields": { "n": { "field_type": "Integer" } }, "primary_key_alias": "user_id" });
    admin.post("/api/collections/users", body).await;
    let record = json!({ "user_id": "u1", "n": 1 });
    admin.insert("users", record).await;
    let expected = json!({ "user_id": "u1", "n": 1 });
    let reply = admin.get("/api/find/users/u1?select_fields=n").await;
    assert_eq!(reply.body, expected);
    for field in ["user_id", "id"] {
        let filter = super::support::condition(field, "Eq", json!("u1"));
        let reply = admin.find("users", json!({ "filter": filter })).await;
        assert_eq!(reply.body, json!([expected]), "{field}");
    }
}

#[tokio::test]
async fn what_to_bypass_is_a_boolean() {
    let admin = Admin::plain().await;
    for path in ["/api/find/t", "/api/distinct/t/a"] {
        for member in ["bypass_cache", "bypass_ripple"] {
            let mut body = json!({});
            body[member] = json!({});
            let reply = admin.post(path, body.clone()).await;
            assert_eq!(reply.status, 400, "{path} {member}");
            body[member] = json!(true);
            let reply = admin.post(path, body).await;
            assert_eq!(reply.status, 200, "{path} {member}");
        }
    }
}
