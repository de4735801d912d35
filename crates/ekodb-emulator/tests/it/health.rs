use reqwest::Method;
use serde_json::json;

use crate::support::{Server, builder, send};

#[tokio::test]
async fn everybody_learns_whether_it_is_well_and_nothing_else() {
    let server = Server::start().await;
    let reply = send(server.request(Method::GET, "/api/health")).await;
    reply.is(200, json!({ "status": "ok", "integrity_ok": true }));
}

#[tokio::test]
async fn an_admin_learns_the_version_and_the_condition_of_the_parts() {
    let server = Server::start().await;
    let reply = server.get(&server.admin().await, "/api/health").await;
    assert_eq!(reply.body["status"], "ok");
    assert_eq!(reply.body["version"], "0.80.0");
    assert_eq!(reply.body["integrity"]["healthy"], true);
    assert_eq!(reply.body["capacity"]["can_accept_requests"], true);
    assert!(reply.body["timestamp"].is_string());
}

#[tokio::test]
async fn a_limited_key_learns_what_everybody_does() {
    let server = Server::start().await;
    let key = server.limited(json!({})).await;
    let reply = server.get(&key.token, "/api/health").await;
    assert_eq!(reply.body, json!({ "status": "ok", "integrity_ok": true }));
}

#[tokio::test]
async fn a_bad_token_is_no_reason_to_refuse_an_open_route() {
    let server = Server::start().await;
    let reply = server.get("nonsense", "/api/health").await;
    reply.is(200, json!({ "status": "ok", "integrity_ok": true }));
}

#[tokio::test]
async fn a_legacy_server_tells_a_version_before_the_permission_resources() {
    let server = Server::start_with(builder().legacy_permissions(true)).await;
    let reply = server.get(&server.admin().await, "/api/health").await;
    assert_eq!(reply.body["version"], "0.79.2");
}
