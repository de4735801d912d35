//! What makes a commit fail: the table of levels in the README.

use super::{LEVELS, Stage};

/// What another one changes while a transaction is open, and how the commit ends at each level.
async fn outcomes(prepare: impl AsyncFn(&Stage, &str), other: impl AsyncFn(&Stage)) -> [u16; 4] {
    let mut outcomes = [0; 4];
    for (level, outcome) in LEVELS.into_iter().zip(&mut outcomes) {
        let stage = Stage::start().await;
        stage.insert(None, "a", 1).await;
        stage.insert(None, "b", 1).await;
        let tx = stage.begin(level).await;
        prepare(&stage, &tx).await;
        other(&stage).await;
        *outcome = stage.commit(&tx).await;
        if *outcome == 409 {
            assert_eq!(stage.status(&tx).await.1["state"], "RolledBack");
            assert_eq!(stage.commit(&tx).await, 400, "it is over");
            assert_eq!(
                stage.read(None, "own").await,
                None,
                "nothing of it is applied"
            );
        }
    }
    outcomes
}

#[tokio::test]
async fn a_record_that_was_written_by_both_is_a_conflict_at_every_level() {
    let write = async |stage: &Stage, tx: &str| {
        stage.insert(Some(tx), "own", 1).await;
        assert_eq!(stage.update(Some(tx), "a", 5).await, 200);
    };
    let changed = outcomes(write, async |stage: &Stage| {
        stage.update(None, "a", 9).await;
    });
    assert_eq!(changed.await, [409; 4]);
    let deleted = outcomes(write, async |stage: &Stage| {
        stage.delete(None, "a").await;
    });
    assert_eq!(deleted.await, [409; 4]);
    let inserted = outcomes(
        async |stage: &Stage, tx: &str| {
            stage.insert(Some(tx), "new", 1).await;
        },
        async |stage: &Stage| {
            stage.insert(None, "new", 2).await;
        },
    );
    assert_eq!(inserted.await, [409; 4]);
}

#[tokio::test]
async fn a_record_that_was_only_read_is_a_conflict_from_read_committed_on() {
    let read = async |stage: &Stage, tx: &str| {
        stage.insert(Some(tx), "own", 1).await;
        stage.read(Some(tx), "a").await;
    };
    let changed = outcomes(read, async |stage: &Stage| {
        stage.update(None, "a", 9).await;
    });
    assert_eq!(changed.await, [200, 409, 409, 409]);
    let untouched = outcomes(read, async |stage: &Stage| {
        stage.update(None, "b", 9).await;
    });
    assert_eq!(untouched.await, [200; 4]);
}

#[tokio::test]
async fn the_result_of_a_search_that_changed_is_a_conflict_when_serializable() {
    let search = async |stage: &Stage, tx: &str| {
        stage.insert(Some(tx), "own", 1).await;
        stage.search(Some(tx), 5).await;
    };
    let phantom = outcomes(search, async |stage: &Stage| {
        stage.insert(None, "new", 5).await;
    });
    assert_eq!(phantom.await, [200, 200, 200, 409]);
    let outside = outcomes(search, async |stage: &Stage| {
        stage.insert(None, "new", 4).await;
        stage.update(None, "a", 2).await;
    });
    assert_eq!(outside.await, [200; 4]);
}

#[tokio::test]
async fn write_skew_is_found_when_serializable_and_not_before() {
    // Each of two reads what the other one writes, by a search; alone either is fine.
    for (level, expected) in LEVELS.into_iter().zip([200, 200, 200, 409]) {
        let stage = Stage::start().await;
        for id in ["a", "b"] {
            stage.insert(None, id, 1).await;
        }
        let (one, two) = (stage.begin(level).await, stage.begin(level).await);
        for (tx, own) in [(&one, "a"), (&two, "b")] {
            assert_eq!(stage.search(Some(tx), 1).await.len(), 2);
            assert_eq!(stage.update(Some(tx), own, 0).await, 200);
        }
        assert_eq!(stage.commit(&one).await, 200);
        assert_eq!(stage.commit(&two).await, expected, "{level}");
    }
}

#[tokio::test]
async fn the_first_of_two_transactions_wins_and_the_second_can_begin_again() {
    let stage = Stage::start().await;
    stage.insert(None, "counter", 0).await;
    let (one, two) = (
        stage.begin("ReadCommitted").await,
        stage.begin("ReadCommitted").await,
    );
    for tx in [&one, &two] {
        let n = stage.read(Some(tx), "counter").await.unwrap();
        stage.update(Some(tx), "counter", n + 1).await;
    }
    assert_eq!(stage.commit(&two).await, 200);
    let lost = stage.end(&one, "commit").await;
    assert_eq!(lost.status, 409);
    let text = lost.body["error"].as_str().unwrap();
    assert!(text.contains("record 'counter'"), "{text}");
    let again = stage.begin("ReadCommitted").await;
    let n = stage.read(Some(&again), "counter").await.unwrap();
    stage.update(Some(&again), "counter", n + 1).await;
    assert_eq!(stage.commit(&again).await, 200);
    assert_eq!(stage.read(None, "counter").await, Some(2));
}

#[tokio::test]
async fn a_collection_that_changed_meanwhile_is_a_conflict() {
    for method in [reqwest::Method::DELETE, reqwest::Method::PUT] {
        let stage = Stage::start().await;
        stage.collection("t").await;
        let tx = stage.begin("ReadUncommitted").await;
        stage.insert(Some(&tx), "a", 1).await;
        let path = match method {
            reqwest::Method::DELETE => "collections/t",
            _ => "schemas/t",
        };
        let body = serde_json::json!({ "constraints": { "name": { "max": 5 } } });
        let changed = stage.ask(None, method, path, body).await;
        assert_eq!(changed.status, 200, "{:?}", changed.body);
        assert_eq!(stage.commit(&tx).await, 409);
    }
    let stage = Stage::start().await;
    let tx = stage.begin("ReadUncommitted").await;
    assert_eq!(
        stage.insert(Some(&tx), "a", 1).await,
        201,
        "it creates the collection"
    );
    stage.insert(None, "b", 1).await;
    assert_eq!(stage.commit(&tx).await, 409, "another one did so first");
}
