use serde_json::{Value, json};

use crate::support::{Admin, Reply};

async fn act(admin: &Admin, action: &str, field: &str, value: Value) -> Reply {
    let path = format!("/api/update/t/1/action/{action}");
    admin
        .put(&path, json!({ "field": field, "value": value }))
        .await
}

async fn server() -> Admin {
    let admin = Admin::plain().await;
    let record = json!({ "id": "1", "n": 5, "x": 1.5, "list": [1], "text": "a" });
    admin.insert("t", record).await;
    admin
}

#[tokio::test]
async fn every_action_changes_its_field_and_gives_the_record() {
    let admin = server().await;
    for (action, field, value, expected) in [
        ("increment", "n", json!(3), json!(8)),
        ("decrement", "n", json!(2), json!(6)),
        ("multiply", "n", json!(4), json!(24)),
        ("divide", "n", json!(5), json!(4)),
        ("modulo", "n", json!(3), json!(1)),
        ("increment", "x", json!(0.5), json!(2.0)),
        ("push", "list", json!(2), json!([1, 2])),
        ("unshift", "list", json!(0), json!([0, 1, 2])),
        ("pop", "list", json!(null), json!([0, 1])),
        ("shift", "list", json!(null), json!([1])),
        ("append", "list", json!([5, 6]), json!([1, 5, 6])),
        ("remove", "list", json!(5), json!([1, 6])),
        ("clear", "list", json!(null), json!([])),
        ("append", "text", json!("b"), json!("ab")),
    ] {
        let reply = act(&admin, action, field, value).await;
        assert_eq!(reply.status, 200, "{action}: {:?}", reply.body);
        assert_eq!(reply.body["id"], "1");
        assert_eq!(reply.body[field], expected, "{action}");
    }
}

#[tokio::test]
async fn an_action_on_the_wrong_type_is_refused_with_the_known_text() {
    let admin = server().await;
    let reply = act(&admin, "increment", "text", json!(1)).await;
    assert_eq!(reply.status, 400);
    let text = "Failed to apply action 'increment': field not numeric";
    assert_eq!(reply.body, json!({ "error": text }));
}

#[tokio::test]
async fn actions_that_cannot_be_are_refused() {
    let admin = server().await;
    for (action, field, value) in [
        ("explode", "n", json!(1)),
        ("increment", "x", json!(1)),
        ("increment", "id", json!(1)),
        ("clear", "ttl", json!(null)),
        ("divide", "n", json!(0)),
        ("increment", "", json!(1)),
    ] {
        let reply = act(&admin, action, field, value).await;
        assert_eq!(reply.status, 400, "{action} {field}");
    }
    let path = "/api/update/t/unknown/action/increment";
    let reply = admin.put(path, json!({ "field": "n", "value": 1 })).await;
    assert_eq!(reply.body, json!({ "error": "Record not found" }));
}

#[tokio::test]
async fn a_sequence_is_applied_in_its_order() {
    let admin = server().await;
    let steps = json!([
        ["increment", "n", 1],
        ["multiply", "n", 2],
        ["push", "list", 9],
        ["pop", "list", null]
    ]);
    let reply = admin.put("/api/update/sequence/t/1", steps).await;
    assert_eq!(reply.status, 200, "{:?}", reply.body);
    assert_eq!(reply.body["n"], 12);
    assert_eq!(reply.body["list"], json!([1]));
}

#[tokio::test]
async fn a_sequence_that_fails_changes_nothing() {
    let admin = server().await;
    for steps in [
        json!([["increment", "n", 1], ["push", "text", 1]]),
        json!([["increment", "n", 1], ["explode", "n", 1]]),
        json!([["increment", "n"]]),
        json!({}),
    ] {
        let reply = admin.put("/api/update/sequence/t/1", steps.clone()).await;
        assert_eq!(reply.status, 400, "{steps}");
    }
    assert_eq!(admin.get("/api/find/t/1").await.body["n"], 5);
}

#[tokio::test]
async fn a_collection_called_sequence_can_be_updated() {
    let admin = Admin::plain().await;
    admin.insert("sequence", json!({ "id": "1", "n": 1 })).await;
    let reply = admin.update("sequence/1", json!({ "n": 2 })).await;
    assert_eq!(reply.body, json!({ "id": "1", "n": 2 }));
    let body = json!({ "field": "n", "value": 3 });
    let reply = admin
        .put("/api/update/sequence/1/action/increment", body)
        .await;
    assert_eq!(reply.body, json!({ "id": "1", "n": 5 }));
}

#[tokio::test]
async fn concurrent_increments_are_all_counted() {
    let admin = server().await;
    let increments = (0..100).map(|_| act(&admin, "increment", "n", json!(1)));
    for reply in futures::future::join_all(increments).await {
        assert_eq!(reply.status, 200);
    }
    assert_eq!(admin.get("/api/find/t/1").await.body["n"], 105);
}

/// What a request may do while it has the writer is counted, whatever its length.
#[tokio::test]
async fn actions_that_move_too_many_items_are_refused() {
    let admin = Admin::plain().await;
    let list = vec![0; 200_000];
    admin.insert("t", json!({ "id": "1", "list": list })).await;
    let path = "/api/update/sequence/t/1";
    let steps = |action: &str, count| {
        let step = json!([action, "list", 1]);
        json!(vec![step; count])
    };
    let reply = admin.put(path, steps("unshift", 101)).await;
    assert_eq!(reply.status, 400, "{:?}", reply.body);
    let error = reply.body["error"].as_str().unwrap();
    assert!(error.contains("more than 20000000 list items"), "{error}");
    // At the end of a list nothing is moved.
    let reply = admin.put(path, steps("push", 2000)).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.body["list"].as_array().unwrap().len(), 202_000);
}
