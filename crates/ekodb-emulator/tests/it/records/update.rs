use serde_json::json;

use crate::support::Admin;

#[tokio::test]
async fn an_update_merges_and_gives_the_whole_record() {
    let admin = Admin::start().await;
    let record = json!({ "id": "1", "a": 1, "b": { "x": 1 } });
    admin.insert("t", record).await;
    let reply = admin
        .update("t/1", json!({ "b": { "y": 2 }, "c": "new" }))
        .await;
    assert_eq!(reply.status, 200);
    let expected = json!({
        "id": "1",
        "a": { "type": "Integer", "value": 1 },
        "b": { "type": "Object", "value": { "y": 2 } },
        "c": { "type": "String", "value": "new" },
    });
    assert_eq!(reply.body, expected);
    assert_eq!(admin.get("/api/find/t/1").await.body, expected);
}

#[tokio::test]
async fn the_reply_of_an_update_has_the_fields_that_were_asked_for() {
    let admin = Admin::plain().await;
    let record = json!({ "id": "1", "a": 1, "b": 2 });
    admin.insert("t", record).await;
    let reply = admin.update("t/1?select_fields=a", json!({ "b": 3 })).await;
    assert_eq!(reply.body, json!({ "id": "1", "a": 1 }));
}

#[tokio::test]
async fn what_is_not_there_cannot_be_updated() {
    let admin = Admin::plain().await;
    let id = admin.insert("t", json!({})).await;
    admin.delete(&format!("/api/delete/t/{id}")).await;
    for (path, text) in [
        (format!("/api/update/t/{id}"), "Record has been deleted"),
        ("/api/update/t/unknown".to_owned(), "Record not found"),
        ("/api/update/nowhere/unknown".to_owned(), "Record not found"),
    ] {
        let reply = admin.put(&path, json!({ "a": 1 })).await;
        reply.is(404, json!({ "error": text }));
    }
    let listed = admin.get("/api/collections").await;
    assert_eq!(
        listed.body,
        json!({ "collections": ["t"] }),
        "and makes no collection"
    );
}

#[tokio::test]
async fn the_id_stays() {
    let admin = Admin::plain().await;
    admin.insert("t", json!({ "id": "1" })).await;
    assert_eq!(
        admin
            .update("t/1", json!({ "id": "1", "a": 1 }))
            .await
            .status,
        200
    );
    assert_eq!(admin.update("t/1", json!({ "id": "2" })).await.status, 400);
}

#[tokio::test]
async fn a_deleted_record_is_given_back_and_gone() {
    let admin = Admin::plain().await;
    admin.insert("t", json!({ "id": "1", "a": 1 })).await;
    let reply = admin.delete("/api/delete/t/1").await;
    reply.is(200, json!({ "id": "1", "a": 1 }));
    let again = admin.delete("/api/delete/t/1").await;
    assert_eq!(again.status, 404);
    assert_eq!(
        admin.get("/api/collections/t").await.body["record_count"],
        0
    );
}
