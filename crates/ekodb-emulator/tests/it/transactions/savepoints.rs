//! Savepoints.

use reqwest::Method;
use serde_json::json;

use super::Stage;

impl Stage {
    async fn save(&self, tx: &str, name: &str) -> u16 {
        let path = format!("transactions/{tx}/savepoints");
        let reply = self
            .ask(None, Method::POST, &path, json!({ "name": name }))
            .await;
        reply.status.as_u16()
    }

    async fn back(&self, tx: &str, name: &str) -> u16 {
        self.end(tx, &format!("savepoints/{name}/rollback"))
            .await
            .status
            .as_u16()
    }

    async fn release(&self, tx: &str, name: &str) -> u16 {
        let path = format!("transactions/{tx}/savepoints/{name}");
        let reply = self.ask(None, Method::DELETE, &path, json!({})).await;
        reply.status.as_u16()
    }
}

#[tokio::test]
async fn going_back_drops_what_was_written_since_and_keeps_the_savepoint() {
    let stage = Stage::start().await;
    stage.insert(None, "a", 0).await;
    let tx = stage.begin("ReadCommitted").await;
    let inside = Some(tx.as_str());
    stage.update(inside, "a", 1).await;
    assert_eq!(stage.save(&tx, "one").await, 200);
    for _ in 0..2 {
        stage.update(inside, "a", 2).await;
        stage.insert(inside, "b", 2).await;
        assert_eq!(stage.save(&tx, "two").await, 200);
        stage.delete(inside, "a").await;
        assert_eq!(stage.status(&tx).await.1["operations_count"], 4);
        assert_eq!(stage.back(&tx, "one").await, 200);
        assert_eq!(stage.read(inside, "a").await, Some(1));
        assert_eq!(stage.read(inside, "b").await, None);
        assert_eq!(stage.back(&tx, "two").await, 404, "it was set after `one`");
        assert_eq!(stage.status(&tx).await.1["operations_count"], 1);
    }
    assert_eq!(stage.commit(&tx).await, 200);
    assert_eq!(stage.search(None, 0).await, [("a".to_owned(), 1)]);
}

#[tokio::test]
async fn releasing_keeps_what_was_written() {
    let stage = Stage::start().await;
    let tx = stage.begin("ReadCommitted").await;
    stage.save(&tx, "one").await;
    stage.insert(Some(&tx), "a", 1).await;
    stage.save(&tx, "two").await;
    assert_eq!(stage.release(&tx, "one").await, 200);
    for name in ["one", "two"] {
        assert_eq!(stage.back(&tx, name).await, 404, "{name}");
        assert_eq!(stage.release(&tx, name).await, 404, "{name}");
    }
    assert_eq!(stage.commit(&tx).await, 200);
    assert_eq!(stage.read(None, "a").await, Some(1));
}

#[tokio::test]
async fn a_name_is_set_once_and_savepoints_are_bounded() {
    let stage = Stage::start().await;
    let tx = stage.begin("ReadCommitted").await;
    assert_eq!(stage.save(&tx, "s0").await, 200);
    assert_eq!(stage.save(&tx, "s0").await, 409);
    assert_eq!(stage.save(&tx, "..").await, 400);
    for n in 1..64 {
        assert_eq!(stage.save(&tx, &format!("s{n}")).await, 200);
    }
    assert_eq!(stage.save(&tx, "s64").await, 413);
}
