use serde_json::json;

use crate::support::{Admin, Server};

#[tokio::test]
async fn the_switch_for_typed_values_is_confirmed() {
    let admin = Admin::start().await;
    for on in [false, true] {
        let reply = admin
            .put("/api/config", json!({ "use_typed_values": on }))
            .await;
        reply.is(200, json!({ "status": "success", "use_typed_values": on }));
    }
}

#[tokio::test]
async fn a_configuration_without_a_known_switch_is_refused() {
    let admin = Admin::start().await;
    for body in [
        json!({}),
        json!({ "use_typed_values": "yes" }),
        json!({ "use_typed_values": null }),
        json!({ "durable_operations": 1 }),
    ] {
        assert_eq!(admin.put("/api/config", body).await.status, 400);
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
    assert_eq!(server.get(&key.token, "/api/config").await.status, 403);
}

#[tokio::test]
async fn the_configuration_has_every_switch_and_a_reset_puts_them_back() {
    let admin = Admin::start().await;
    let begin = json!({ "durable_operations": true, "use_typed_values": true });
    assert_eq!(admin.get("/api/config").await.body, begin);
    let off = json!({ "durable_operations": false });
    let reply = admin.put("/api/config", off).await;
    let expected = json!({ "status": "success", "durable_operations": false });
    assert_eq!(reply.body, expected);
    let changed = json!({ "durable_operations": false, "use_typed_values": true });
    assert_eq!(admin.get("/api/config").await.body, changed);
    admin.emulator.reset().await.unwrap();
    assert_eq!(admin.get("/api/config").await.body, begin);
}
