use serde_json::{Value, json};

use crate::support::Admin;

#[tokio::test]
async fn a_new_record_is_answered_with_its_id_alone() {
    let admin = Admin::start().await;
    let reply = admin
        .post("/api/insert/users", json!({ "name": "Ada" }))
        .await;
    assert_eq!(reply.status, 201);
    let id = reply.body["id"].as_str().unwrap();
    assert_eq!(reply.body, json!({ "id": id }));
    assert_eq!(id.len(), 86, "as long as the server's: {id}");
}

#[tokio::test]
async fn the_first_record_makes_the_collection() {
    let admin = Admin::start().await;
    admin.insert("users", json!({})).await;
    let listed = admin.get("/api/collections").await;
    assert_eq!(listed.body, json!({ "collections": ["users"] }));
    let reply = admin.get("/api/collections/users").await;
    assert_eq!(reply.body["record_count"], 1);
    assert_eq!(reply.body["has_schema"], false);
}

#[tokio::test]
async fn a_refused_record_makes_no_collection() {
    let admin = Admin::start().await;
    for body in [
        json!([]),
        json!("a"),
        json!({ "": 1 }),
        json!({ "id": "" }),
        json!({ "ttl": "soon" }),
    ] {
        let reply = admin.post("/api/insert/users", body.clone()).await;
        assert_eq!(reply.status, 400, "{body}");
    }
    let listed = admin.get("/api/collections").await;
    assert_eq!(listed.body, json!({ "collections": [] }));
}

#[tokio::test]
async fn the_caller_may_choose_the_id_once() {
    let admin = Admin::plain().await;
    assert_eq!(
        admin.insert("users", json!({ "id": "u/1", "n": 1 })).await,
        "u/1"
    );
    let reply = admin
        .post("/api/insert/users", json!({ "id": "u/1", "n": 2 }))
        .await;
    assert_eq!(reply.status, 409);
    let reply = admin.get("/api/find/users/u%2F1").await;
    assert_eq!(reply.body, json!({ "id": "u/1", "n": 1 }));
}

#[tokio::test]
async fn values_come_back_with_the_types_they_were_given_or_inferred() {
    let admin = Admin::start().await;
    let record = json!({
        "yes": true, "whole": 7, "real": 7.5, "text": "a", "list": [1, "a"], "object": { "a": 1 },
        "at": "2026-01-02T03:04:05Z", "naive": "2026-01-02T03:04:05",
        "uuid": "6f1d0f2e-6c1b-4a53-9a3e-0d6f5b0a7c11", "nothing": null,
        "sense": { "type": "Vector", "value": [0.5, 1] },
        "price": { "type": "Decimal", "value": "1.10" },
        "empty": { "type": "Vector", "value": [] },
    });
    let id = admin.insert("things", record).await;
    let reply = admin.get(&format!("/api/find/things/{id}")).await;
    let typed = |kind: &str, value: Value| json!({ "type": kind, "value": value });
    assert_eq!(
        reply.body,
        json!({
            "id": id,
            "yes": typed("Boolean", json!(true)),
            "whole": typed("Integer", json!(7)),
            "real": typed("Float", json!(7.5)),
            "text": typed("String", json!("a")),
            "list": typed("Array", json!([1, "a"])),
            "object": typed("Object", json!({ "a": 1 })),
            "at": typed("DateTime", json!("2026-01-02T03:04:05+00:00")),
            "naive": typed("String", json!("2026-01-02T03:04:05")),
            "uuid": typed("String", json!("6f1d0f2e-6c1b-4a53-9a3e-0d6f5b0a7c11")),
            "nothing": typed("Null", json!(null)),
            "sense": typed("Vector", json!([0.5, 1])),
            "price": typed("Decimal", json!("1.10")),
            "empty": typed("Vector", json!([])),
        })
    );
}

#[tokio::test]
async fn values_come_back_plain_when_configured_so() {
    let admin = Admin::plain().await;
    let id = admin
        .insert(
            "t",
            json!({ "n": 1, "v": { "type": "Vector", "value": [1] } }),
        )
        .await;
    let reply = admin.get(&format!("/api/find/t/{id}")).await;
    assert_eq!(reply.body, json!({ "id": id, "n": 1, "v": [1] }));
}

#[tokio::test]
async fn a_value_that_is_not_what_its_wrapper_says_is_refused() {
    let admin = Admin::start().await;
    let body = json!({ "n": { "type": "Integer", "value": "one" } });
    let reply = admin.post("/api/insert/t", body).await;
    assert_eq!(reply.status, 400);
    let text = "Type mismatch for field 'n': expected Integer, got String";
    assert_eq!(reply.body, json!({ "error": text }));
}

#[tokio::test]
async fn a_transaction_that_is_not_there_is_refused() {
    let admin = Admin::start().await;
    let id = "6f1d0f2e-6c1b-4a53-9a3e-0d6f5b0a7c11";
    let path = format!("/api/insert/t?transaction_id={id}");
    let reply = admin.post(&path, json!({})).await;
    reply.is(404, json!({ "error": "Transaction not found" }));
    let listed = admin.get("/api/collections").await;
    assert_eq!(listed.body, json!({ "collections": [] }));
}

#[tokio::test]
async fn the_switches_of_a_cluster_are_read_and_change_nothing() {
    let admin = Admin::start().await;
    let path = "/api/insert/t?bypass_ripple=true&bypass_cache=false";
    assert_eq!(admin.post(path, json!({})).await.status, 201);
    let reply = admin
        .post("/api/insert/t?bypass_ripple=maybe", json!({}))
        .await;
    assert_eq!(reply.status, 400);
}

#[tokio::test]
async fn a_float_comes_back_to_the_last_bit() {
    let admin = Admin::plain().await;
    for (id, float) in [991896193.8963139_f64, 0.1, 5e-324, f64::MAX]
        .into_iter()
        .enumerate()
    {
        let id = id.to_string();
        admin.insert("t", json!({ "id": id, "f": float })).await;
        let reply = admin.get(&format!("/api/find/t/{id}")).await;
        assert_eq!(
            reply.body["f"].as_f64().map(f64::to_bits),
            Some(float.to_bits())
        );
    }
}

#[tokio::test]
async fn a_time_comes_back_with_an_offset_and_a_text_that_spells_one_as_it_was() {
    let admin = Admin::plain().await;
    let fields = json!({ "text": { "field_type": "String" } });
    admin.with_schema("t", fields).await;
    let record = json!({
        "id": "1", "text": "2026-01-02T03:04:05Z", "at": "2026-01-02T03:04:05.120Z",
        "other": "2026-01-02T03:04:05+02:00", "inner": { "at": "2026-01-02T03:04:05Z" },
        "ttl": "1h",
    });
    admin.insert("t", record).await;
    let mut reply = admin.get("/api/find/t/1").await.body;
    let ttl = reply["ttl"].take();
    assert!(ttl.as_str().unwrap().ends_with('Z'), "{ttl}");
    let expected = json!({
        "id": "1", "text": "2026-01-02T03:04:05Z", "at": "2026-01-02T03:04:05.120+00:00",
        "other": "2026-01-02T03:04:05+02:00", "inner": { "at": "2026-01-02T03:04:05Z" },
        "ttl": null,
    });
    assert_eq!(reply, expected);
    let distinct = admin.post("/api/distinct/t/at", json!({})).await;
    assert_eq!(
        distinct.body["values"],
        json!(["2026-01-02T03:04:05.120+00:00"])
    );
}

#[tokio::test]
async fn a_text_that_is_said_to_be_a_uuid_is_stored_whatever_it_spells() {
    let admin = Admin::plain().await;
    let record = json!({ "id": "1", "u": { "type": "UUID", "value": "no-uuid" } });
    admin.insert("t", record).await;
    let reply = admin.get("/api/find/t/1").await;
    assert_eq!(reply.body["u"], "no-uuid");
    // What a schema makes a UUID of has to spell one.
    admin
        .with_schema("s", json!({ "u": { "field_type": "UUID" } }))
        .await;
    let reply = admin.post("/api/insert/s", json!({ "u": "no-uuid" })).await;
    assert_eq!(reply.status, 400);
}
