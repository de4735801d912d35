//! Resetting, and returning to snapshots, through the handle.

use ekodb_emulator::{Emulator, ErrorKind};
use serde_json::json;

use crate::support::{ADMIN, Admin, builder};

#[tokio::test]
async fn a_reset_survives_in_a_data_directory() {
    let home = tempfile::tempdir().unwrap();
    let admin = Admin::start_with(builder().data_dir(home.path())).await;
    admin.collection("users").await;
    admin.emulator.reset().await.unwrap();
    admin.server.emulator.shutdown().await;
    let admin = Admin::start_with(builder().data_dir(home.path())).await;
    let names = admin.get("/api/collections").await.body;
    assert_eq!(names["collections"], json!([]));
}

#[tokio::test]
async fn a_reset_brings_a_revoked_admin_key_back() {
    let admin = Admin::start().await;
    let keys = admin.get("/api/auth/keys").await.body;
    let id = keys[0]["id"].as_str().unwrap();
    let revoked = admin.delete(&format!("/api/auth/keys/{id}")).await;
    assert!(revoked.status.is_success(), "{revoked:?}");
    assert_eq!(admin.token_for(ADMIN).await.status, 401);
    admin.emulator.reset().await.unwrap();
    assert_eq!(admin.token_for(ADMIN).await.status, 200);
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
    let admin = Admin::start().await;
    let insert = |number: u32| {
        let admin = &admin;
        async move {
            let records = [0, 1].map(
                |half| json!({ "data": { "id": format!("{number}-{half}"), "number": number } }),
            );
            let body = json!({ "inserts": records });
            let reply = admin.post("/api/batch/insert/pairs", body).await;
            assert_eq!(reply.status, 200, "{:?}", reply.body);
        }
    };
    let writes = futures::future::join_all((0..40).map(insert));
    let (_, snapshot) = tokio::join!(writes, async { admin.emulator.snapshot().await.unwrap() });
    admin.emulator.restore(snapshot).await.unwrap();
    let found = admin.post("/api/find/pairs", json!({})).await.body;
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
    let admin = Admin::start_with(relaxed).await;
    let size = || {
        std::fs::metadata(home.path().join("emulator.redb"))
            .unwrap()
            .len()
    };
    let fill = async || {
        let record = json!({ "id": "ada" });
        let reply = admin.post("/api/insert/users", record).await;
        assert_eq!(reply.status, 201);
    };
    for _ in 0..100 {
        fill().await;
        admin.emulator.reset().await.unwrap();
    }
    let early = size();
    for round in 0..10_000 {
        if round % 20 == 0 {
            fill().await;
        }
        admin.emulator.reset().await.unwrap();
    }
    assert!(size() <= 2 * early, "{early} bytes, then {}", size());
}
