//! What a transaction sees, and what others see of it.

use reqwest::Method;
use serde_json::json;

use super::{LEVELS, Stage};

use crate::support::Admin;

#[tokio::test]
async fn its_own_writes_are_seen_inside_and_by_nobody_else_before_the_commit() {
    for level in LEVELS {
        let stage = Stage::start().await;
        for (id, n) in [("kept", 1), ("changed", 1), ("deleted", 1)] {
            stage.insert(None, id, n).await;
        }
        let tx = stage.begin(level).await;
        let inside = Some(tx.as_str());
        assert_eq!(stage.insert(inside, "new", 2).await, 201);
        assert_eq!(stage.update(inside, "changed", 2).await, 200);
        assert_eq!(stage.delete(inside, "deleted").await, 200);
        let all = |pairs: &[(&str, i64)]| -> Vec<(String, i64)> {
            pairs.iter().map(|(id, n)| ((*id).to_owned(), *n)).collect()
        };
        let own = all(&[("changed", 2), ("kept", 1), ("new", 2)]);
        let before = all(&[("changed", 1), ("deleted", 1), ("kept", 1)]);
        assert_eq!(stage.search(inside, 0).await, own, "{level}");
        assert_eq!(
            stage.search(inside, 2).await,
            all(&[("changed", 2), ("new", 2)])
        );
        assert_eq!(stage.read(inside, "new").await, Some(2));
        assert_eq!(stage.read(inside, "deleted").await, None);
        let other = stage.begin(level).await;
        for view in [None, Some(other.as_str())] {
            assert_eq!(stage.search(view, 0).await, before, "{level}");
            assert_eq!(stage.read(view, "changed").await, Some(1));
            assert_eq!(stage.read(view, "new").await, None);
        }
        let committed = stage.end(&tx, "commit").await;
        assert_eq!(
            committed.body,
            json!({ "status": "committed", "transaction_id": tx, "operations_count": 3 })
        );
        assert_eq!(stage.search(None, 0).await, own, "{level}");
    }
}

#[tokio::test]
async fn a_snapshot_level_keeps_what_was_committed_when_it_began() {
    for (level, keeps) in LEVELS.into_iter().zip([false, false, true, true]) {
        let stage = Stage::start().await;
        stage.insert(None, "a", 1).await;
        let tx = stage.begin(level).await;
        stage.update(None, "a", 2).await;
        stage.insert(None, "b", 2).await;
        let seen = stage.read(Some(&tx), "a").await;
        assert_eq!(seen, Some(if keeps { 1 } else { 2 }), "{level}");
        let found = stage.search(Some(&tx), 0).await.len();
        assert_eq!(found, if keeps { 1 } else { 2 }, "{level}");
    }
}

#[tokio::test]
async fn rules_of_the_collection_hold_inside_and_indexes_and_joins_see_what_is_staged() {
    let stage = Stage::start().await;
    let fields = json!({ "fields": {
        "email": { "field_type": "String", "required": true, "unique": true },
        "n": { "field_type": "Integer", "index": { "type": "btree" } },
    } });
    stage.ask(None, Method::POST, "collections/t", fields).await;
    let insert = async |tx: &str, id: &str, email: &str| {
        let body = json!({ "id": id, "email": email, "n": 7 });
        let reply = stage.ask(Some(tx), Method::POST, "insert/t", body).await;
        reply.status.as_u16()
    };
    let tx = stage.begin("ReadCommitted").await;
    assert_eq!(insert(&tx, "a", "a@x").await, 201);
    assert_eq!(
        insert(&tx, "b", "a@x").await,
        409,
        "unique among what is staged"
    );
    let incomplete = json!({ "id": "c", "n": 1 });
    let refused = stage
        .ask(Some(&tx), Method::POST, "insert/t", incomplete)
        .await;
    assert_eq!(refused.status, 400);
    let query = json!({
        "filter": { "type": "Condition", "content": { "field": "n", "operator": "Eq", "value": 7 } },
        "join": { "collections": ["t"], "local_field": "email", "foreign_field": "email", "as_field": "same" },
    });
    let found = stage
        .ask(Some(&tx), Method::POST, "find/t", query.clone())
        .await;
    assert_eq!(found.body[0]["same"][0]["id"], "a");
    assert_eq!(stage.commit(&tx).await, 200);
    let found = stage.ask(None, Method::POST, "find/t", query).await;
    assert_eq!(
        found.body[0]["same"][0]["id"], "a",
        "the index has it after the commit"
    );
}

#[tokio::test]
async fn two_records_can_exchange_a_unique_value_in_one_transaction() {
    let stage = Stage::start().await;
    let fields = json!({ "fields": { "seat": { "field_type": "String", "unique": true } } });
    stage.ask(None, Method::POST, "collections/t", fields).await;
    for id in ["a", "b"] {
        let body = json!({ "id": id, "seat": id });
        stage.ask(None, Method::POST, "insert/t", body).await;
    }
    let tx = stage.begin("Serializable").await;
    for (id, seat) in [("a", "free"), ("b", "a"), ("a", "b")] {
        let path = format!("update/t/{id}");
        let reply = stage
            .ask(Some(&tx), Method::PUT, &path, json!({ "seat": seat }))
            .await;
        assert_eq!(reply.status, 200, "{:?}", reply.body);
    }
    assert_eq!(stage.commit(&tx).await, 200);
    let a = stage.ask(None, Method::GET, "find/t/a", json!({})).await;
    assert_eq!(a.body["seat"], "b");
}

#[tokio::test]
async fn a_batch_counts_each_of_its_records_and_is_staged_like_them() {
    let stage = Stage::start().await;
    let tx = stage.begin("ReadCommitted").await;
    let inside = Some(tx.as_str());
    let inserts = json!({ "inserts": [{ "data": { "id": "a", "n": 1 } }, { "data": { "id": "b", "n": 1 } }] });
    let reply = stage
        .ask(inside, Method::POST, "batch/insert/t", inserts)
        .await;
    assert_eq!(
        reply.body,
        json!({ "successful": ["a", "b"], "failed": [] })
    );
    let updates =
        json!({ "updates": [{ "id": "a", "data": { "n": 2 } }, { "id": "none", "data": {} }] });
    let reply = stage
        .ask(inside, Method::PUT, "batch/update/t", updates)
        .await;
    assert_eq!(reply.body["successful"], json!(["a"]));
    let deletes = json!({ "deletes": [{ "id": "b" }] });
    stage
        .ask(inside, Method::DELETE, "batch/delete/t", deletes)
        .await;
    let status =
        json!({ "state": "Active", "operations_count": 4, "isolation_level": "ReadCommitted" });
    assert_eq!(stage.status(&tx).await, (200, status));
    assert!(stage.search(None, 0).await.is_empty());
    assert_eq!(stage.commit(&tx).await, 200);
    assert_eq!(stage.search(None, 0).await, [("a".to_owned(), 2)]);
}

#[tokio::test]
async fn what_cannot_take_part_is_refused_and_changes_nothing() {
    let stage = Stage::start().await;
    stage.insert(None, "a", 1).await;
    let tx = stage.begin("ReadCommitted").await;
    let action = json!({ "field": "n", "value": 1 });
    for (method, path, body) in [
        (Method::PUT, "update/t/a/action/increment", action),
        (
            Method::PUT,
            "update/sequence/t/a",
            json!([["increment", "n", 1]]),
        ),
        (Method::POST, "distinct/t/n", json!({})),
    ] {
        let reply = stage.ask(Some(&tx), method, path, body).await;
        assert_eq!(reply.status, 400, "{path}: {:?}", reply.body);
    }
    assert_eq!(stage.read(None, "a").await, Some(1));
}

#[tokio::test]
async fn rights_inside_are_those_outside() {
    let stage = Stage::start().await;
    stage.insert(None, "a", 1).await;
    let key = stage.limited(json!({ "t": ["read"] })).await;
    let limited = Stage(Admin {
        token: key.token,
        ..stage.0
    });
    let tx = limited.begin("ReadCommitted").await;
    assert_eq!(limited.read(Some(&tx), "a").await, Some(1));
    assert_eq!(limited.update(Some(&tx), "a", 2).await, 403);
    assert_eq!(limited.insert(Some(&tx), "b", 2).await, 403);
}
