//! Storing what a test sends.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ADMIN, Reply, Server, builder, send};

async fn server() -> Server {
    Server::start_with(builder().control_routes(true)).await
}

async fn seed(server: &Server, lines: impl Into<String>) -> Reply {
    let request = server.request(Method::POST, "/emulator/seed");
    send(request.bearer_auth(ADMIN).body(lines.into())).await
}

async fn exported(server: &Server) -> String {
    let request = server.request(Method::GET, "/emulator/export");
    let reply = request.bearer_auth(ADMIN).send().await.unwrap();
    assert_eq!(reply.status(), 200);
    reply.text().await.unwrap()
}

#[tokio::test]
async fn lines_are_stored_and_counted() {
    let server = server().await;
    let lines = "{\"collection\": \"a\", \"record\": {\"n\": 1}}\n{\"collection\": \"b\"}\n";
    for _ in 0..2 {
        let reply = seed(&server, lines).await;
        reply.is(200, json!({ "collections": 2, "records": 1, "kv_keys": 0 }));
    }
    let admin = server.admin().await;
    let found = server.post(&admin, "/api/find/a", json!({})).await.body;
    assert_eq!(found.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_bad_line_is_answered_with_its_number_and_nothing_is_stored() {
    let server = server().await;
    let reply = seed(&server, "{\"collection\": \"a\"}\n{\"record\": {}}\n").await;
    assert_eq!(reply.status, 400);
    let error = reply.body["error"].as_str().unwrap();
    assert!(error.contains("line 2: 'collection' is missing"), "{error}");
    assert_eq!(exported(&server).await, "");
}

#[tokio::test]
async fn a_seed_larger_than_bodies_may_be_is_refused() {
    let server = Server::start_with(builder().control_routes(true).max_body_bytes(20)).await;
    let reply = seed(&server, "{\"collection\": \"a\", \"record\": {}}").await;
    assert_eq!(reply.status, 413);
}

#[tokio::test]
async fn an_export_is_a_seed() {
    let (from, to) = (server().await, server().await);
    let schema = json!({
        "fields": {
            "name": { "field_type": "String", "unique": true, "index": { "type": "btree" } },
            "price": { "field_type": "Decimal", "min": 0, "default": "1.5" },
            "embedding": {
                "field_type": "Vector",
                "index": { "type": "vector", "dimension": 2, "metric": "cosine" },
            },
            "text": { "field_type": "String", "index": { "type": "text", "language": "english" } },
        },
        "primary_key_alias": "sku",
    });
    let lines: Vec<Value> = vec![
        json!({ "collection": "products", "schema": schema }),
        json!({ "collection": "products", "record": {
            "sku": "1", "name": "tea", "embedding": { "type": "Vector", "value": [1.0, 2.5] },
        } }),
        json!({ "collection": "free", "record": {
            "id": "1", "when": "2026-01-02T03:04:05Z", "like": { "type": "UUID", "value": "6f1d0f2e-6c1b-4a53-9a3e-0d6f5b0a7c11" },
            "nested": { "type": "String", "value": "plain" }, "none": null, "list": [1, { "a": 2.0 }], "ttl": "1h",
        } }),
        json!({ "collection": "empty" }),
    ];
    let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
    assert_eq!(seed(&from, lines).await.body["records"], 2);

    let export = exported(&from).await;
    assert_eq!(export.lines().count(), 5);
    let reply = seed(&to, export.clone()).await;
    assert_eq!(
        reply.body,
        json!({ "collections": 3, "records": 2, "kv_keys": 0 })
    );
    assert_eq!(exported(&to).await, export);
    // On the same server too: the schemas are the ones it has.
    assert_eq!(seed(&from, export.clone()).await.status, 200);
    assert_eq!(exported(&from).await, export);
}

#[tokio::test]
async fn an_export_keeps_that_a_collection_bypasses_ripples() {
    let (from, to) = (server().await, server().await);
    let schema = json!({ "fields": { "name": { "field_type": "String" } }, "bypass_ripple": true });
    let line = json!({ "collection": "quiet", "schema": schema });
    assert_eq!(seed(&from, line.to_string()).await.status, 200);

    let export = exported(&from).await;
    assert_eq!(seed(&to, export.clone()).await.status, 200);
    let admin = to.admin().await;
    let schema = to.get(&admin, "/api/schemas/quiet").await.body;
    assert_eq!(schema["bypass_ripple"], json!(true));
    // The server it came from has just that schema.
    assert_eq!(seed(&from, export).await.status, 200);
}
