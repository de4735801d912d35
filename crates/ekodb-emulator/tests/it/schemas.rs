use serde_json::{Value, json};

use crate::support::Admin;

const PATH: &str = "/api/schemas/users";

async fn server() -> Admin {
    let admin = Admin::start().await;
    let body = json!({
        "fields": {
            "age": { "field_type": "Integer", "min": 0, "max": { "type": "Integer", "value": 150 } },
            "mail": { "field_type": "String", "unique": true, "required": true, "regex": "@" },
            "sense": { "field_type": "Vector", "index": { "type": "vector", "dimension": 3 } },
        },
        "primary_key_alias": "user_id",
        "bypass_ripple": true,
    });
    let reply = admin.post("/api/collections/users", body).await;
    assert_eq!(reply.status, 201, "{:?}", reply.body);
    admin
}

#[tokio::test]
async fn a_schema_comes_back_with_every_member_and_its_default() {
    let admin = server().await;
    let reply = admin.get(PATH).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.body["version"], 1);
    assert_eq!(reply.body["primary_key_alias"], "user_id");
    assert_eq!(reply.body["bypass_ripple"], true);
    assert_eq!(reply.body["created_at"], reply.body["last_modified"]);
    let fields = &reply.body["fields"];
    assert_eq!(
        fields["mail"],
        json!({
            "field_type": "String", "default": null, "unique": true, "required": true,
            "enums": [], "max": null, "min": null, "regex": "@",
        })
    );
    assert_eq!(fields["age"]["min"], 0, "a plain bound stays plain");
    assert_eq!(
        fields["age"]["max"],
        json!({ "type": "Integer", "value": 150 })
    );
    assert_eq!(
        fields["sense"]["index"],
        json!({
            "type": "vector", "algorithm": "flat", "metric": "cosine",
            "m": 16, "ef_construction": 200, "dimension": 3,
        })
    );
}

#[tokio::test]
async fn an_unknown_collection_has_an_empty_schema() {
    let admin = server().await;
    let reply = admin.get("/api/schemas/nowhere").await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.body["fields"], json!({}));
    assert_eq!(reply.body["primary_key_alias"], "id");
}

#[tokio::test]
async fn an_update_changes_only_what_it_names() {
    let admin = server().await;
    let before = admin.get(PATH).await.body;
    let body = json!({ "constraints": { "mail": { "required": false, "regex": null }, "age": { "max": 99 } } });
    assert_eq!(admin.put(PATH, body).await.status, 200);

    let after = admin.get(PATH).await.body;
    let mut expected = before.clone();
    expected["fields"]["mail"]["required"] = json!(false);
    expected["fields"]["mail"]["regex"] = Value::Null;
    expected["fields"]["age"]["max"] = json!(99);
    expected["version"] = json!(2);
    expected["last_modified"] = after["last_modified"].clone();
    assert_eq!(after, expected);
    assert_ne!(after["last_modified"], before["last_modified"]);
}

#[tokio::test]
async fn an_update_adds_a_field_that_has_a_type() {
    let admin = server().await;
    let body = json!({ "constraints": { "nick": { "field_type": "String", "default": "-" } } });
    assert_eq!(admin.put(PATH, body).await.status, 200);
    let fields = admin.get(PATH).await.body["fields"].clone();
    assert_eq!(fields["nick"]["default"], "-");

    let body = json!({ "constraints": { "other": { "required": true } } });
    assert_eq!(admin.put(PATH, body).await.status, 400);
}

#[tokio::test]
async fn an_update_that_is_wrong_in_one_place_changes_nothing() {
    let admin = server().await;
    let before = admin.get(PATH).await.body;
    for constraints in [
        json!({ "age": { "required": true }, "mail": { "field_type": "string" } }),
        json!({ "age": { "required": true }, "mail": { "regex": "(" } }),
        json!({ "age": { "required": true }, "id": { "field_type": "String" } }),
        json!({ "age": { "required": true }, "mail": { "required": "no" } }),
    ] {
        let reply = admin.put(PATH, json!({ "constraints": constraints })).await;
        assert_eq!(reply.status, 400, "{constraints}");
        assert_eq!(admin.get(PATH).await.body, before);
    }
    let reply = admin.put(PATH, json!({ "fields": {} })).await;
    assert_eq!(reply.status, 400, "the member is called constraints");
}

#[tokio::test]
async fn a_collection_that_is_not_there_has_no_schema_to_update() {
    let admin = server().await;
    let reply = admin
        .put("/api/schemas/nowhere", json!({ "constraints": {} }))
        .await;
    assert_eq!(reply.status, 404);
}

#[tokio::test]
async fn reading_needs_read_and_updating_an_admin() {
    let Admin { server, .. } = server().await;
    let reader = server.limited(json!({ "users": ["read"] })).await;
    let writer = server.limited(json!({ "users": ["write"] })).await;
    assert_eq!(server.get(&reader.token, PATH).await.status, 200);
    assert_eq!(server.get(&writer.token, PATH).await.status, 403);
    for key in [reader, writer] {
        let reply = server
            .put(&key.token, PATH, json!({ "constraints": {} }))
            .await;
        assert_eq!(reply.status, 403);
    }
}
