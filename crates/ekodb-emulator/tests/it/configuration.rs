use serde_json::json;

use crate::support::Server;

#[tokio::test]
async fn the_switch_for_typed_values_is_confirmed() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for on in [false, true] {
        let reply = server
            .put(&admin, "/api/config", json!({ "use_typed_values": on }))
            .await;
        assert_eq!(reply.status, 200);
        assert_eq!(
            reply.body,
            json!({ "status": "success", "use_typed_values": on })
        );
    }
}

#[tokio::test]
async fn a_configuration_without_a_known_switch_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for body in [
        json!({}),
        json!({ "use_typed_values": "yes" }),
        json!({ "use_typed_values": null }),
    ] {
        assert_eq!(server.put(&admin, "/api/config", body).await.status, 400);
    }
}

#[tokio::test]
async fn configuring_is_for_admins() {
    let server = Server::start().await;
    let key = server.limited(json!({ "users": ["read", "write"] })).await;
    let reply = server
        .put(
            &key.token,
            "/api/config",
            json!({ "use_typed_values": true }),
        )
        .await;
    assert_eq!(reply.status, 403);
}
