//! Short ways to store and find records.

use serde_json::{Value, json};

use crate::support::{Reply, Server, text};

/// A server with plain values in its replies, and an admin's token.
pub(super) async fn plain() -> (Server, String) {
    let server = Server::start().await;
    let admin = server.admin().await;
    let reply = server
        .put(&admin, "/api/config", json!({ "use_typed_values": false }))
        .await;
    assert_eq!(reply.status, 200);
    (server, admin)
}

pub(super) async fn insert(
    server: &Server,
    token: &str,
    collection: &str,
    record: Value,
) -> String {
    let reply = server
        .post(token, &format!("/api/insert/{collection}"), record)
        .await;
    assert_eq!(reply.status, 201, "{:?}", reply.body);
    text(&reply.body["id"])
}

pub(super) async fn find(server: &Server, token: &str, collection: &str, query: Value) -> Reply {
    server
        .post(token, &format!("/api/find/{collection}"), query)
        .await
}

/// The value of one field in each record that a query finds, in the order of the reply.
pub(super) async fn found(
    server: &Server,
    token: &str,
    collection: &str,
    query: Value,
    field: &str,
) -> Value {
    let reply = find(server, token, collection, query).await;
    assert_eq!(reply.status, 200, "{:?}", reply.body);
    let records = reply.body.as_array().unwrap();
    records.iter().map(|record| record[field].clone()).collect()
}

pub(super) fn condition(field: &str, operator: &str, value: Value) -> Value {
    json!({ "type": "Condition", "content": { "field": field, "operator": operator, "value": value } })
}

pub(super) fn logical(operator: &str, expressions: Value) -> Value {
    json!({ "type": "Logical", "content": { "operator": operator, "expressions": expressions } })
}

/// A collection with this schema.
pub(super) async fn with_schema(server: &Server, admin: &str, collection: &str, fields: Value) {
    let path = format!("/api/collections/{collection}");
    let reply = server.post(admin, &path, json!({ "fields": fields })).await;
    assert_eq!(reply.status, 201, "{:?}", reply.body);
}
