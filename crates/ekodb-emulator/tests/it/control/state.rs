//! Resetting, and returning to snapshots, through the handle.

use ekodb_emulator::{Emulator, ErrorKind};
use serde_json::json;

use crate::support::{ADMIN, Server, builder};

#[tokio::test]
async fn a_reset_survives_in_a_data_directory() {
    let home = tempfile::tempdir().unwrap();
    let server = Server::start_with(builder().data_dir(home.path())).await;
    server.collection("users").await;
    server.emulator.reset().await.unwrap();
    server.emulator.shutdown().await;
    let server = Server::start_with(builder().data_dir(home.path())).await;
    let admin = server.admin().await;
    let names = server.get(&admin, "/api/collections").await.body;
    assert_eq!(names["collections"], json!([]));
}

#[tokio::test]
async fn a_reset_brings_a_revoked_admin_key_back() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let keys = server.get(&admin, "/api/auth/keys").await.body;
    let id = keys[0]["id"].as_str().unwrap();
    let revoked = server.delete(&admin, &format!("/api/auth/keys/{id}")).await;
    assert!(revoked.status.is_success(), "{revoked:?}");
    assert_eq!(server.token_for(ADMIN).await.status, 401);
    server.emulator.reset().await.unwrap();
    assert_eq!(server.token_for(ADMIN).await.status, 200);
}

#[tokio::test]
async fn a_forgotten_snapshot_is_refused_with_the_reason() {
    let emulator = builder().start().await.unwrap();
    let snapshot = emulator.snapshot().await.unwrap();
    emulator.restore(snapshot).await.unwrap();
    emulator.reset().await.unwrap();
    let error = emulator.restore(snapshot).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Setting);
    assert!(error.to_string().contains("forgotten"), "{error}");
}

#[tokio::test]
async fn writes_under_way_are_before_or_after_a_snapshot_and_never_half_of_it() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let insert = |number: u32| {
        let (server, admin) = (&server, &admin);
        async move {
            let records = [0, 1].map(
                |half| json!({ "data": { "id": format!("{number}-{half}"), "number": number } }),
            );
            let reply = server
                .post(
                    admin,
                    "/api/batch/insert/pairs",
                    json!({ "inserts": records }),
                )
                .await;
            assert_eq!(reply.status, 200, "{:?}", reply.body);
        }
    };
    let writes = futures::future::join_all((0..40).map(insert));
    let (_, snapshot) = tokio::join!(writes, async { server.emulator.snapshot().await.unwrap() });
    server.emulator.restore(snapshot).await.unwrap();
    let found = server.post(&admin, "/api/find/pairs", json!({})).await.body;
    assert_eq!(found.as_array().unwrap().len() % 2, 0);
}

/// Counts instead of times: what a reset costs is what it has to write.
#[tokio::test]
async fn ten_thousand_resets_leave_nothing_behind() {
    let home = tempfile::tempdir().unwrap();
    let relaxed = Emulator::builder()
        .admin_key(ADMIN)
        .data_dir(home.path())
        .durability(ekodb_emulator::Durability::Relaxed);
    let server = Server::start_with(relaxed).await;
    let admin = server.admin().await;
    let size = || {
        std::fs::metadata(home.path().join("emulator.redb"))
            .unwrap()
            .len()
    };
    let fill = async || {
        let record = json!({ "id": "ada" });
        let reply = server.post(&admin, "/api/insert/users", record).await;
        assert_eq!(reply.status, 201);
    };
    for _ in 0..100 {
        fill().await;
        server.emulator.reset().await.unwrap();
    }
    let early = size();
    for round in 0..10_000 {
        if round % 20 == 0 {
            fill().await;
        }
        server.emulator.reset().await.unwrap();
    }
    assert!(size() <= 2 * early, "{early} bytes, then {}", size());
}
