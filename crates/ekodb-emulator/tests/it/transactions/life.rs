//! How transactions begin and end.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::Stage;
use crate::support::{Admin, Server};

#[tokio::test]
async fn the_defaults_are_read_committed_for_five_minutes() {
    let stage = Stage::start().await;
    let begun = stage
        .ask(None, Method::POST, "transactions", json!({}))
        .await;
    assert_eq!(begun.body["isolation_level"], "ReadCommitted");
    assert!(begun.body["created_at"].is_i64());
    let id = begun.body["transaction_id"].as_str().unwrap();
    stage.emulator.advance(Duration::from_secs(299));
    assert_eq!(stage.status(id).await.1["state"], "Active");
    stage.emulator.advance(Duration::from_secs(2));
    assert_eq!(stage.status(id).await.1["state"], "Expired");
}

#[tokio::test]
async fn a_timeout_beyond_an_hour_counts_as_an_hour() {
    let stage = Stage::start().await;
    let begun = stage
        .ask(
            None,
            Method::POST,
            "transactions",
            json!({ "timeout_seconds": u64::MAX }),
        )
        .await;
    let id = begun.body["transaction_id"].as_str().unwrap();
    stage.emulator.advance(Duration::from_secs(3599));
    assert_eq!(stage.status(id).await.1["state"], "Active");
    stage.emulator.advance(Duration::from_secs(2));
    assert_eq!(stage.status(id).await.1["state"], "Expired");
}

#[tokio::test]
async fn settings_that_cannot_be_meant_are_refused() {
    let stage = Stage::start().await;
    for body in [
        json!({ "isolation_level": "serializable" }),
        json!({ "isolation_level": "READ_COMMITTED" }),
        json!({ "timeout_seconds": 0 }),
        json!({ "timeout_seconds": -1 }),
    ] {
        let reply = stage
            .ask(None, Method::POST, "transactions", body.clone())
            .await;
        assert_eq!(reply.status, 400, "{body}");
    }
}

#[tokio::test]
async fn a_rollback_drops_everything_and_may_be_repeated() {
    let stage = Stage::start().await;
    let tx = stage.begin("ReadCommitted").await;
    stage.insert(Some(&tx), "a", 1).await;
    for _ in 0..2 {
        let reply = stage.end(&tx, "rollback").await;
        assert_eq!(
            reply.body,
            json!({ "status": "rolled_back", "transaction_id": tx })
        );
    }
    assert_eq!(stage.status(&tx).await.1["state"], "RolledBack");
    assert_eq!(stage.commit(&tx).await, 400);
    assert_eq!(stage.insert(Some(&tx), "a", 1).await, 400);
    let collections = stage.ask(None, Method::GET, "collections", json!({})).await;
    assert_eq!(collections.body, json!({ "collections": [] }));
}

#[tokio::test]
async fn what_is_committed_is_over() {
    let stage = Stage::start().await;
    let tx = stage.begin("ReadCommitted").await;
    stage.insert(Some(&tx), "a", 1).await;
    assert_eq!(stage.commit(&tx).await, 200);
    assert_eq!(stage.commit(&tx).await, 400);
    assert_eq!(stage.end(&tx, "rollback").await.status, 400);
    assert_eq!(stage.read_status(&tx, "a").await, 400);
    let status =
        json!({ "state": "Committed", "operations_count": 1, "isolation_level": "ReadCommitted" });
    assert_eq!(stage.status(&tx).await, (200, status));
}

impl Stage {
    async fn read_status(&self, tx: &str, id: &str) -> u16 {
        let path = format!("find/t/{id}");
        let reply = self.ask(Some(tx), Method::GET, &path, json!({})).await;
        reply.status.as_u16()
    }
}

#[tokio::test]
async fn a_transaction_is_its_keys_alone_and_an_unknown_one_is_404() {
    let stage = Stage::start().await;
    let tx = stage.begin("ReadCommitted").await;
    let key = stage.limited(json!({ "t": ["read", "write"] })).await;
    let other = Stage(Admin {
        token: key.token,
        ..stage.0
    });
    let unknown = "6f1d0f2e-6c1b-4a53-9a3e-0d6f5b0a7c11";
    for id in [tx.as_str(), unknown] {
        assert_eq!(other.status(id).await.0, 404);
        assert_eq!(other.commit(id).await, 404);
        assert_eq!(other.end(id, "rollback").await.status, 404);
        assert_eq!(other.insert(Some(id), "a", 1).await, 404);
        assert_eq!(other.read_status(id, "a").await, 404);
    }
    let reply = other
        .ask(
            None,
            Method::GET,
            &format!("transactions/{unknown}"),
            json!({}),
        )
        .await;
    assert_eq!(reply.body, json!({ "error": "Transaction not found" }));
}

#[tokio::test]
async fn a_timeout_rolls_back() {
    let stage = Stage::start().await;
    let body = json!({ "timeout_seconds": 10, "isolation_level": "Serializable" });
    let begun = stage.ask(None, Method::POST, "transactions", body).await;
    let tx = begun.body["transaction_id"].as_str().unwrap().to_owned();
    assert_eq!(stage.insert(Some(&tx), "a", 1).await, 201);
    stage.emulator.advance(Duration::from_secs(10));
    let reply = stage.end(&tx, "commit").await;
    assert_eq!(reply.status, 400);
    assert!(reply.body["error"].as_str().unwrap().contains("timeout"));
    assert_eq!(stage.read(None, "a").await, None);
}

#[tokio::test]
async fn open_transactions_and_what_they_hold_are_bounded() {
    let stage = Stage::start().await;
    let mut open = Vec::new();
    for _ in 0..256 {
        open.push(stage.begin("RepeatableRead").await);
    }
    let more = stage
        .ask(None, Method::POST, "transactions", json!({}))
        .await;
    assert_eq!(more.status, 503);
    stage.end(&open[0], "rollback").await;
    let tx = stage.begin("ReadCommitted").await;
    let inserts: Vec<_> = (0..20_000).map(|_| json!({ "data": {} })).collect();
    let batch = json!({ "inserts": inserts });
    let reply = stage
        .ask(Some(&tx), Method::POST, "batch/insert/t", batch)
        .await;
    assert_eq!(reply.status, 200);
    assert_eq!(stage.insert(Some(&tx), "one", 1).await, 413);
    assert_eq!(
        stage.status(&tx).await.1["operations_count"],
        20_000,
        "it failed without a trace"
    );
    assert_eq!(stage.read(None, "one").await, None);
}

#[tokio::test]
async fn a_reset_and_a_restored_snapshot_forget_open_transactions() {
    let stage = Stage::start().await;
    let snapshot = stage.emulator.snapshot().await.unwrap();
    let tx = stage.begin("ReadCommitted").await;
    stage.insert(Some(&tx), "a", 1).await;
    stage.emulator.restore(snapshot).await.unwrap();
    assert_eq!(stage.commit(&tx).await, 404);
    let tx = stage.begin("ReadCommitted").await;
    stage.insert(Some(&tx), "a", 1).await;
    stage.emulator.reset().await.unwrap();
    let stage = Stage::on(stage.0.server).await;
    assert_eq!(stage.commit(&tx).await, 404);
    assert_eq!(stage.read(None, "a").await, None);
}

#[tokio::test]
async fn plain_writes_go_on_while_transactions_are_open() {
    let stage = Stage::start().await;
    let tx = stage.begin("Serializable").await;
    stage.insert(Some(&tx), "staged", 1).await;
    for n in 0..50 {
        assert_eq!(stage.insert(None, &format!("plain{n}"), n).await, 201);
    }
    assert_eq!(stage.search(Some(&tx), 0).await.len(), 1);
}

#[tokio::test]
async fn a_commit_is_remembered_across_a_restart_and_what_was_open_is_gone() {
    let home = tempfile::tempdir().unwrap();
    let start = async || {
        let builder = ekodb_emulator::Emulator::builder().data_dir(home.path());
        Stage::on(Server::start_with(builder).await).await
    };
    let before = start().await;
    let (committed, open) = (
        before.begin("Serializable").await,
        before.begin("ReadCommitted").await,
    );
    before.insert(Some(&committed), "a", 1).await;
    before.insert(Some(&open), "b", 1).await;
    // It creates the collection that the other one has staged, too.
    assert_eq!(before.commit(&committed).await, 200);
    before.0.server.emulator.shutdown().await;
    let after = start().await;
    assert_eq!(after.status(&committed).await.1["state"], "Committed");
    assert_eq!(after.status(&open).await.0, 404);
    assert_eq!(after.search(None, 0).await, [("a".to_owned(), 1)]);
}
