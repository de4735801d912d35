//! A schema at work on records.

use serde_json::{Value, json};

use super::support::with_unique;
use crate::support::{Admin, Reply, created};

async fn try_insert(admin: &Admin, record: Value) -> Reply {
    admin.post("/api/insert/t", record).await
}

#[tokio::test]
async fn a_value_of_another_type_is_refused_with_the_recorded_text() {
    let admin = Admin::plain().await;
    admin
        .with_schema("t", json!({ "embedding": { "field_type": "Vector" } }))
        .await;
    let reply = try_insert(&admin, json!({ "embedding": [0.1, 0.2] })).await;
    assert_eq!(reply.status, 400);
    let text = "Type mismatch for field 'embedding': expected Vector, got Array";
    assert_eq!(reply.body, json!({ "error": text }));
    let typed = json!({ "embedding": { "type": "Vector", "value": [0.1, 0.2] } });
    assert_eq!(try_insert(&admin, typed).await.status, 201);
}

#[tokio::test]
async fn a_vector_has_the_dimension_that_its_index_names() {
    let admin = Admin::plain().await;
    let index = json!({ "type": "vector", "dimension": 2 });
    let fields = json!({ "place": { "field_type": "Vector", "index": index } });
    admin.with_schema("t", fields).await;
    for (numbers, status) in [
        (json!([0.1, 0.2]), 201),
        (json!([0.1]), 400),
        (json!([0.1, 0.2, 0.3]), 400),
    ] {
        let record = json!({ "place": { "type": "Vector", "value": numbers } });
        let reply = try_insert(&admin, record).await;
        assert_eq!(reply.status, status, "{numbers}: {}", reply.body);
    }
}

#[tokio::test]
async fn constraints_hold_for_inserts_updates_and_actions() {
    let admin = Admin::plain().await;
    let fields = json!({
        "name": { "field_type": "String", "required": true, "regex": "^[A-Z]", "max": 5 },
        "age": { "field_type": "Integer", "min": 0, "max": 150 },
        "role": { "field_type": "String", "enums": ["user", "staff"] },
    });
    admin.with_schema("t", fields).await;
    for record in [
        json!({}),
        json!({ "name": null }),
        json!({ "name": "ada" }),
        json!({ "name": "Adelaide" }),
        json!({ "name": "Ada", "age": -1 }),
        json!({ "name": "Ada", "age": 1.5 }),
        json!({ "name": "Ada", "role": "root" }),
    ] {
        let reply = try_insert(&admin, record.clone()).await;
        assert_eq!(reply.status, 400, "{record}");
        assert!(
            reply.body["error"].as_str().unwrap().contains("field '"),
            "{:?}",
            reply.body
        );
    }
    let good = json!({ "id": "1", "name": "Ada", "age": 149, "role": "user", "free": [1] });
    assert_eq!(try_insert(&admin, good.clone()).await.status, 201);

    for change in [
        json!({ "age": 151 }),
        json!({ "name": null }),
        json!({ "role": 1 }),
    ] {
        let reply = admin.update("t/1", change.clone()).await;
        assert_eq!(reply.status, 400, "{change}");
    }
    let path = "/api/update/t/1/action/increment";
    let reply = admin.put(path, json!({ "field": "age", "value": 2 })).await;
    assert_eq!(reply.status, 400);
    assert_eq!(admin.get("/api/find/t/1").await.body, good);
}

#[tokio::test]
async fn defaults_fill_in_what_an_insert_leaves_out() {
    let admin = Admin::plain().await;
    let fields = json!({
        "role": { "field_type": "String", "default": "user", "required": true },
        "score": { "field_type": "Float", "default": 1 },
    });
    admin.with_schema("t", fields).await;
    admin.insert("t", json!({ "id": "1" })).await;
    let record = json!({ "id": "2", "role": "staff", "score": null });
    admin.insert("t", record).await;
    let one = admin.get("/api/find/t/1").await.body;
    assert_eq!(one, json!({ "id": "1", "role": "user", "score": 1.0 }));
    let two = admin.get("/api/find/t/2").await.body;
    assert_eq!(two, json!({ "id": "2", "role": "staff", "score": null }));
}

#[tokio::test]
async fn a_unique_value_can_be_had_once_and_again_when_it_is_free() {
    let admin = with_unique("mail", "String").await;
    admin.insert("t", json!({ "id": "1", "mail": "a@b" })).await;
    admin.insert("t", json!({ "id": "2", "mail": "c@d" })).await;
    for record in [json!({}), json!({ "mail": null }), json!({})] {
        admin.insert("t", record).await;
    }
    let error = json!({ "error": "Unique constraint violation for field 'mail'" });
    let reply = try_insert(&admin, json!({ "mail": "a@b" })).await;
    assert_eq!((reply.status.as_u16(), &reply.body), (409, &error));
    let reply = admin.update("t/2", json!({ "mail": "a@b" })).await;
    assert_eq!((reply.status.as_u16(), &reply.body), (409, &error));
    let reply = admin.update("t/1", json!({ "mail": "a@b", "n": 1 })).await;
    assert_eq!(reply.status, 200, "a record is not its own twin");

    admin.update("t/1", json!({ "mail": "new@b" })).await;
    admin.insert("t", json!({ "id": "3", "mail": "a@b" })).await;
    admin.delete("/api/delete/t/3").await;
    admin.insert("t", json!({ "mail": "a@b" })).await;
}

#[tokio::test]
async fn long_texts_that_begin_alike_are_not_twins() {
    let admin = with_unique("s", "String").await;
    let long = "x".repeat(5000);
    for end in ["a", "b"] {
        let record = json!({ "s": format!("{long}{end}") });
        admin.insert("t", record).await;
    }
    let reply = try_insert(&admin, json!({ "s": format!("{long}a") })).await;
    assert_eq!(reply.status, 409);
}

#[tokio::test]
async fn a_field_cannot_become_unique_over_twins() {
    let admin = Admin::plain().await;
    admin
        .with_schema("t", json!({ "n": { "field_type": "Integer" } }))
        .await;
    for id in ["1", "2"] {
        admin.insert("t", json!({ "id": id, "n": 1 })).await;
    }
    let unique = json!({ "constraints": { "n": { "unique": true } } });
    assert_eq!(
        admin.put("/api/schemas/t", unique.clone()).await.status,
        409
    );
    admin.update("t/2", json!({ "n": 2 })).await;
    assert_eq!(admin.put("/api/schemas/t", unique).await.status, 200);
    let reply = try_insert(&admin, json!({ "n": 2 })).await;
    assert_eq!(reply.status, 409, "those stored before count");
}

#[tokio::test]
async fn only_one_of_many_has_a_unique_value() {
    let admin = with_unique("n", "Integer").await;
    let requests = (0..20).map(|_| {
        let request = admin.route("POST /api/insert/t");
        request.bearer_auth(&admin.token).json(&json!({ "n": 1 }))
    });
    assert_eq!(created(requests).await, 1);
}

/// They share an index key, so each is compared with all before it.
#[tokio::test]
async fn long_values_that_begin_alike_are_compared_within_a_bound() {
    let admin = with_unique("name", "String").await;
    let text = "x".repeat(128 * 1024);
    let insert = |n: usize| json!({ "data": { "name": format!("{text}{n}") } });
    let inserts: Vec<_> = (0..80).map(insert).collect();
    let body = json!({ "inserts": inserts });
    let batch = admin.post("/api/batch/insert/t", body).await;
    let failed = batch.body["failed"].as_array().unwrap();
    assert!((20..60).contains(&failed.len()), "{}", failed.len());
    let reason = failed[0]["error"].as_str().unwrap();
    assert!(reason.contains("compares for uniqueness"), "{reason}");
    // One by one they are few enough.
    let one = json!({ "name": format!("{text} alone") });
    let one = admin.post("/api/insert/t", one).await;
    assert_eq!(one.status, 201, "{:?}", one.body);
    let taken = json!({ "name": format!("{text}0") });
    let taken = admin.post("/api/insert/t", taken).await;
    assert_eq!(taken.status, 409);
}
