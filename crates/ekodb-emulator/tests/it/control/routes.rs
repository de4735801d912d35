//! The routes under `/emulator/`.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ADMIN, Reply, Server, builder, http, send};

async fn server() -> Server {
    Server::start_with(builder().control_routes(true)).await
}

/// A control call that has nothing to say.
async fn done(server: &Server, path: &str, body: Value) {
    let reply = server.post(ADMIN, path, body).await;
    assert_eq!((reply.status.as_u16(), reply.body), (204, Value::Null));
}

async fn names(server: &Server) -> Value {
    let admin = server.admin().await;
    let reply = server.get(&admin, "/api/collections").await;
    reply.body["collections"].clone()
}

async fn insert(server: &Server, collection: &str, record: Value) -> Reply {
    let admin = server.admin().await;
    server
        .post(&admin, &format!("/api/insert/{collection}"), record)
        .await
}

#[tokio::test]
async fn they_are_not_there_unless_switched_on() {
    let server = Server::start().await;
    let reply = server.post(ADMIN, "/emulator/reset", json!({})).await;
    assert_eq!(reply.status, 404, "as every path outside the API");
}

#[tokio::test]
async fn they_need_the_admin_key_itself() {
    let server = server().await;
    let token = server.admin().await;
    let limited = server.limited(json!({})).await;
    for bearer in [&token, &limited.value, "", "Bearer"] {
        let reply = server.get(bearer, "/emulator/health").await;
        assert_eq!(reply.status, 401);
        assert!(
            reply.body["message"]
                .as_str()
                .unwrap()
                .contains("admin key")
        );
    }
    let bare = send(server.request(Method::GET, "/emulator/health")).await;
    assert_eq!(bare.status, 401);
    assert_eq!(server.get(ADMIN, "/emulator/health").await.status, 200);
}

#[tokio::test]
async fn a_client_on_another_machine_is_refused() {
    // The address of this machine in a network stands for another machine: it is not loopback.
    let probe = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
    let outside = probe
        .connect("192.0.2.1:9")
        .and_then(|()| probe.local_addr());
    let Some(address) = outside.ok().filter(|address| !address.ip().is_loopback()) else {
        return;
    };
    let server = Server::start_with(
        builder()
            .control_routes(true)
            .host("0.0.0.0".parse().unwrap()),
    )
    .await;
    let port = server.emulator.address().port();
    let url = format!("http://{}:{port}/emulator/health", address.ip());
    let reply = send(http().get(url).bearer_auth(ADMIN)).await;
    assert_eq!(reply.status, 403);
}

#[tokio::test]
async fn an_unknown_one_and_an_unknown_member_are_refused() {
    let server = server().await;
    assert_eq!(server.get(ADMIN, "/emulator/nothing").await.status, 404);
    assert_eq!(server.get(ADMIN, "/emulator/reset").await.status, 405);
    for (path, body) in [
        ("restore", json!({ "snapshot": 1, "more": 1 })),
        ("clock", json!({ "advance": 1 })),
        ("clock", json!({ "advance_seconds": -1 })),
        ("tokens/lifetime", json!({ "lifetime_seconds": 0 })),
        ("faults", json!({ "status": 500, "code": 1 })),
        ("faults", json!({})),
    ] {
        let path = format!("/emulator/{path}");
        assert_eq!(server.post(ADMIN, &path, body).await.status, 400, "{path}");
    }
}

#[tokio::test]
async fn they_are_not_counted_among_the_requests_of_the_api() {
    let server = server().await;
    server.admin().await;
    let health = server.get(ADMIN, "/emulator/health").await.body;
    assert_eq!(health["requests"], 1);
    assert_eq!(health["token_requests"], 1);
    assert_eq!(server.emulator.requests(), 1);
}

#[tokio::test]
async fn a_reset_leaves_the_admin_key_and_nothing_else() {
    let server = server().await;
    let admin = server.admin().await;
    let limited = server.limited(json!({ "users": ["read"] })).await;
    insert(&server, "users", json!({ "id": "ada", "ttl": "1h" })).await;
    server.delete(&admin, "/api/collections/users").await;
    insert(&server, "users", json!({ "id": "ada" })).await;
    server
        .put(&admin, "/api/config", json!({ "use_typed_values": false }))
        .await;
    done(
        &server,
        "/emulator/faults",
        json!({ "status": 500, "path": "/api/keys" }),
    )
    .await;
    done(&server, "/emulator/reset", json!({})).await;

    assert_eq!(server.emulator.requests(), 0);
    assert_eq!(names(&server).await, json!([]));
    let keys = server.get(&admin, "/api/auth/keys").await.body;
    assert_eq!(keys.as_array().unwrap().len(), 1);
    assert_eq!(server.token_for(&limited.value).await.status, 401);
    // Nothing comes back from the trash.
    server.post(&admin, "/api/trash/users", json!({})).await;
    assert_eq!(names(&server).await, json!([]));
    insert(&server, "users", json!({ "id": "ada", "age": 1 })).await;
    let ada = server.get(&admin, "/api/find/users/ada").await.body;
    assert_eq!(ada["age"], json!({ "type": "Integer", "value": 1 }));
    let faults = server.get(ADMIN, "/emulator/faults").await.body;
    assert_eq!(faults, json!({ "faults": [] }));
}

#[tokio::test]
async fn a_snapshot_is_returned_to_as_often_as_wanted() {
    let server = server().await;
    insert(&server, "users", json!({ "id": "ada" })).await;
    let snapshot = server
        .post(ADMIN, "/emulator/snapshot", json!({}))
        .await
        .body;
    for _ in 0..3 {
        insert(&server, "posts", json!({ "id": "1" })).await;
        let admin = server.admin().await;
        server.delete(&admin, "/api/delete/users/ada").await;
        server.limited(json!({})).await;
        done(&server, "/emulator/restore", snapshot.clone()).await;
        assert_eq!(names(&server).await, json!(["users"]));
        let ada = server.get(&admin, "/api/find/users/ada").await;
        assert_eq!(ada.status, 200);
        let keys = server.get(&admin, "/api/auth/keys").await.body;
        assert_eq!(keys.as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn restoring_a_snapshot_forgets_later_ones_and_brings_no_expired_token_back() {
    let server = server().await;
    let old = server.admin().await;
    let take = async || {
        server
            .post(ADMIN, "/emulator/snapshot", json!({}))
            .await
            .body
    };
    let (first, second) = (take().await, take().await);
    done(&server, "/emulator/tokens/expire", json!({})).await;
    done(&server, "/emulator/restore", first).await;
    assert_eq!(server.get(&old, "/api/collections").await.status, 401);
    let gone = server.post(ADMIN, "/emulator/restore", second).await;
    assert_eq!(gone.status, 404);
}

#[tokio::test]
async fn more_snapshots_than_64_are_refused() {
    let server = server().await;
    for _ in 0..64 {
        server.emulator.snapshot().await.unwrap();
    }
    let reply = server.post(ADMIN, "/emulator/snapshot", json!({})).await;
    assert_eq!(reply.status, 409);
    server.emulator.reset().await.unwrap();
    let reply = server.post(ADMIN, "/emulator/snapshot", json!({})).await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn the_clock_goes_forward_for_tokens_and_records() {
    let server = server().await;
    let admin = server.admin().await;
    insert(&server, "users", json!({ "id": "ada", "ttl": "10m" })).await;
    let path = "/emulator/clock";
    let reply = server
        .post(ADMIN, path, json!({ "advance_seconds": 599.5 }))
        .await;
    assert!(reply.body["now"].is_string());
    assert_eq!(server.get(&admin, "/api/find/users/ada").await.status, 200);
    server
        .post(ADMIN, path, json!({ "advance_seconds": 1 }))
        .await;
    assert_eq!(server.get(&admin, "/api/find/users/ada").await.status, 404);
    server
        .post(ADMIN, path, json!({ "advance_seconds": 3600 }))
        .await;
    assert_eq!(server.get(&admin, "/api/collections").await.status, 401);
}

#[tokio::test]
async fn tokens_can_be_expired_and_made_shorter() {
    let server = server().await;
    let old = server.admin().await;
    done(&server, "/emulator/tokens/expire", json!({})).await;
    assert_eq!(server.get(&old, "/api/collections").await.status, 401);
    done(
        &server,
        "/emulator/tokens/lifetime",
        json!({ "lifetime_seconds": 2 }),
    )
    .await;
    let short = server.admin().await;
    server.emulator.advance(Duration::from_secs(4));
    assert_eq!(server.get(&short, "/api/collections").await.status, 401);
}

#[tokio::test]
async fn an_export_holds_every_collection_and_record_and_no_key() {
    let server = server().await;
    let limited = server.limited(json!({})).await;
    server.collection("empty").await;
    insert(
        &server,
        "users",
        json!({
            "id": "ada",
            "age": 36,
            "price": { "type": "Decimal", "value": "1.50" },
            "own": { "type": "Object", "value": { "type": "Integer", "value": 1 } },
            "ttl": "1h",
        }),
    )
    .await;
    let request = server.request(Method::GET, "/emulator/export");
    let reply = request.bearer_auth(ADMIN).send().await.unwrap();
    assert_eq!(reply.headers()["content-type"], "application/x-ndjson");
    let text = reply.text().await.unwrap();
    assert!(!text.contains(&limited.value) && !text.contains(ADMIN));

    let mut written = Vec::new();
    server.emulator.export(&mut written).await.unwrap();
    assert_eq!(text.as_bytes(), written);

    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["collection"], "empty");
    assert_eq!(
        lines[0]["schema"]["fields"]["name"]["field_type"],
        json!("String")
    );
    assert_eq!(
        lines[2],
        json!({ "collection": "users", "record": {
            "id": "ada",
            "age": 36,
            "price": { "type": "Decimal", "value": "1.50" },
            "own": { "type": "Object", "value": { "type": "Integer", "value": 1 } },
            "ttl": "3600s",
        } })
    );
    // A line's record is one that can be inserted again as it is.
    let again = insert(&server, "again", lines[2]["record"].clone()).await;
    assert_eq!(again.status, 201);
}
