//! Transactions, against the emulator.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use ekodb_client::{
    Client, Error, ErrorKind, IsolationLevel, Record, Transaction, records::Upserted,
    transactions::TransactionState,
};
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    stage::{Stage, kind},
    support::{error_of, soon},
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Counter {
    n: u64,
}

async fn stage() -> Stage {
    let stage = Stage::start().await;
    let counters = stage.admin.collection("counters");
    for id in ["a", "b"] {
        let record = Record::new().with_id(id).with("n", 0);
        soon(counters.insert(record)).await.unwrap();
    }
    stage
}

async fn count(client: &Client, id: &str) -> u64 {
    let counters = client.collection("counters").typed::<Counter>();
    soon(counters.get(id)).await.unwrap().n
}

async fn increment(transaction: Transaction) -> Result<u64, Error> {
    let counters = transaction.collection("counters").typed::<Counter>();
    let n = counters.get("a").await?.n + 1;
    counters.update("a", Counter { n }).await?;
    Ok(n)
}

#[tokio::test]
async fn a_closure_that_returns_ok_is_committed_and_its_value_comes_back() {
    let stage = stage().await;
    let n = soon(stage.admin.transact(increment)).await.unwrap();
    assert_eq!((n, count(&stage.admin, "a").await), (1, 1));
    let n = stage
        .admin
        .transact(increment)
        .isolation(IsolationLevel::Serializable)
        .timeout(Duration::from_secs(30));
    assert_eq!(soon(n).await.unwrap(), 2);
}

#[tokio::test]
async fn a_closure_that_returns_an_error_is_rolled_back_and_not_repeated() {
    #[derive(Debug)]
    enum Failure {
        Own(String),
        Client(Error),
    }
    impl From<Error> for Failure {
        fn from(error: Error) -> Self {
            Self::Client(error)
        }
    }
    let stage = stage().await;
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let outcome = stage.admin.transact(move |transaction| {
        counted.fetch_add(1, Ordering::Relaxed);
        async move {
            increment(transaction.clone()).await?;
            Err::<(), _>(Failure::Own(transaction.id().to_owned()))
        }
    });
    let id = match soon(outcome).await {
        Err(Failure::Own(id)) => id,
        other => panic!("{other:?}"),
    };
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    assert_eq!(count(&stage.admin, "a").await, 0);
    let status = soon(stage.admin.transaction_status(id)).await.unwrap();
    assert_eq!(status.state, TransactionState::RolledBack);
    let missing = stage
        .admin
        .transact(async |transaction| transaction.collection("counters").get("none").await);
    match soon(missing).await {
        Err(error) => assert_eq!(Failure::from(error).kind(), ErrorKind::NotFound),
        Ok(record) => panic!("{record:?}"),
    }
    impl Failure {
        fn kind(&self) -> ErrorKind {
            match self {
                Self::Client(error) => error.kind(),
                Self::Own(_) => panic!("{self:?}"),
            }
        }
    }
}

#[tokio::test]
async fn a_conflict_runs_the_closure_again_from_the_start() {
    let stage = stage().await;
    let (other, runs) = (stage.admin.clone(), Arc::new(AtomicU32::new(0)));
    let counted = Arc::clone(&runs);
    let n = stage.admin.transact(move |transaction| {
        let (other, run) = (other.clone(), counted.fetch_add(1, Ordering::Relaxed));
        async move {
            let n = increment(transaction).await?;
            if run < 2 {
                let changes = Counter {
                    n: 10 * u64::from(run + 1),
                };
                other.collection("counters").update("a", changes).await?;
            }
            Ok::<_, Error>(n)
        }
    });
    assert_eq!(soon(n).await.unwrap(), 21);
    assert_eq!(runs.load(Ordering::Relaxed), 3);
    assert_eq!(count(&stage.admin, "a").await, 21);
}

#[tokio::test]
async fn conflicts_without_end_are_an_error_after_the_bound() {
    let stage = stage().await;
    let (other, runs) = (stage.admin.clone(), Arc::new(AtomicU32::new(0)));
    let counted = Arc::clone(&runs);
    let outcome = stage
        .admin
        .transact(move |transaction| {
            let (other, run) = (other.clone(), counted.fetch_add(1, Ordering::Relaxed));
            async move {
                increment(transaction).await?;
                let changes = Counter {
                    n: u64::from(run) + 100,
                };
                other.collection("counters").update("a", changes).await?;
                Ok::<_, Error>(())
            }
        })
        .max_attempts(3);
    let error = error_of(outcome).await;
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.has_no_side_effects());
    assert!(error.transaction_id().is_some());
    assert!(error.message().unwrap().contains("record 'a'"), "{error}");
    assert_eq!(runs.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn a_counter_ends_at_the_number_of_increments_that_succeeded() {
    let stage = stage().await;
    let calls = (0..64).map(|_| async { stage.admin.transact(increment).max_attempts(2).await });
    let outcomes = soon(join_all(calls)).await;
    let succeeded = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    for error in outcomes.into_iter().filter_map(Result::err) {
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    }
    assert_eq!(count(&stage.admin, "a").await, succeeded as u64);
}

#[tokio::test]
async fn with_the_bound_raised_64_callers_end_at_exactly_64() {
    let stage = stage().await;
    let calls = (0..64).map(|_| async { stage.admin.transact(increment).max_attempts(1000).await });
    for outcome in soon(join_all(calls)).await {
        outcome.unwrap();
    }
    assert_eq!(count(&stage.admin, "a").await, 64);
}

#[tokio::test]
async fn every_verb_takes_part() {
    let stage = stage().await;
    let begin = stage.admin.begin();
    let begun = soon(begin.isolation(IsolationLevel::RepeatableRead)).await;
    let transaction = begun.unwrap();
    let counters = transaction.collection("counters");
    let record = Record::new().with_id("c").with("n", 1);
    soon(counters.insert(record)).await.unwrap();
    soon(counters.update("a", json!({ "n": 5 }))).await.unwrap();
    soon(counters.delete("b")).await.unwrap();
    assert!(soon(counters.exists("c")).await.unwrap());
    let upserted = soon(counters.upsert("d", Record::new().with("n", 9))).await;
    assert_eq!(upserted.unwrap(), Upserted::Inserted);
    let records = ["e", "f"].map(|id| Record::new().with_id(id).with("n", 2));
    let outcome = soon(counters.insert_many(records)).await.unwrap();
    outcome.into_result().unwrap();
    let outcome = soon(counters.update_many([("e", json!({ "n": 3 }))]))
        .await
        .unwrap();
    outcome.into_result().unwrap();
    let outcome = soon(counters.delete_many(["f"])).await.unwrap();
    outcome.into_result().unwrap();
    let read = soon(counters.get_many(["a", "b"])).await.unwrap();
    assert!(read[0].is_some() && read[1].is_none());
    let inside = soon(counters.find().sort_asc("id")).await.unwrap();
    let ids: Vec<_> = inside.iter().map(|record| record.id().unwrap()).collect();
    assert_eq!(ids, ["a", "c", "d", "e"]);
    assert_eq!(soon(counters.find().count()).await.unwrap(), 4);
    let outside = stage.admin.collection("counters");
    assert_eq!(soon(outside.count()).await.unwrap(), 2);
    let status = soon(transaction.status()).await.unwrap();
    assert_eq!(status.state, TransactionState::Active);
    assert_eq!(status.operations, Some(8));
    soon(transaction.commit()).await.unwrap();
    assert_eq!(soon(outside.count()).await.unwrap(), 4);
    assert_eq!(count(&stage.admin, "a").await, 5);
}

#[tokio::test]
async fn what_cannot_take_part_is_refused_before_it_is_sent() {
    let stage = stage().await;
    let transaction = soon(stage.admin.begin()).await.unwrap();
    let find = transaction.collection("counters").find();
    let before = stage.emulator.requests();
    let error = error_of(find.distinct("n")).await;
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert_eq!(stage.emulator.requests(), before);
}

#[tokio::test]
async fn savepoints_drop_what_came_after_them() {
    let stage = stage().await;
    let transaction = soon(stage.admin.begin()).await.unwrap();
    let counters = transaction.collection("counters").typed::<Counter>();
    soon(counters.update("a", Counter { n: 1 })).await.unwrap();
    let savepoint = soon(transaction.savepoint("before-b")).await.unwrap();
    assert_eq!(savepoint.name(), "before-b");
    for _ in 0..2 {
        soon(counters.update("b", Counter { n: 1 })).await.unwrap();
        soon(savepoint.rollback()).await.unwrap();
    }
    assert_eq!(soon(counters.get("b")).await.unwrap().n, 0);
    let again = soon(transaction.savepoint("before-b")).await;
    assert_eq!(kind(again), ErrorKind::Conflict);
    soon(savepoint.release()).await.unwrap();
    for name in ["", "..", "a/b", "a b", "ü"] {
        let refused = soon(transaction.savepoint(name)).await;
        assert_eq!(kind(refused), ErrorKind::InvalidArgument, "{name}");
    }
    soon(transaction.commit()).await.unwrap();
    assert_eq!(count(&stage.admin, "a").await, 1);
    assert_eq!(count(&stage.admin, "b").await, 0);
}

#[tokio::test]
async fn a_transaction_that_the_server_has_ended_is_a_clear_error() {
    let stage = stage().await;
    let begin = stage.admin.begin().expires_after(Duration::from_secs(10));
    let transaction = soon(begin).await.unwrap();
    let id = transaction.id().to_owned();
    stage.emulator.advance(Duration::from_secs(11));
    let read = soon(transaction.collection("counters").get("a")).await;
    assert_eq!(kind(read), ErrorKind::InvalidRequest);
    let error = error_of(transaction.commit()).await;
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.transaction_id(), Some(id.as_str()));
    assert!(error.to_string().contains("ended or forgotten"), "{error}");
    let status = soon(stage.admin.transaction_status(id)).await.unwrap();
    assert_eq!(status.state, TransactionState::Expired);
    let unknown = "6f1d0f2e-6c1b-4a53-9a3e-0d6f5b0a7c11";
    let status = soon(stage.admin.transaction_status(unknown)).await;
    assert_eq!(kind(status), ErrorKind::NotFound);
}

/// Waits until the server has been asked to roll a transaction back.
async fn rolled_back(stage: &Stage, id: String) {
    let state = async || {
        let status = stage.admin.transaction_status(id.clone()).await.unwrap();
        status.state
    };
    soon(async {
        while state().await == TransactionState::Active {
            tokio::task::yield_now().await;
        }
        assert_eq!(state().await, TransactionState::RolledBack);
    })
    .await;
    let rollback = "/api/transactions/{transaction_id}/rollback";
    assert_eq!(stage.emulator.requests_to("POST", rollback), 1);
}

#[tokio::test]
async fn a_dropped_transaction_leaves_one_request_to_roll_it_back() {
    let stage = stage().await;
    let transaction = soon(stage.admin.begin()).await.unwrap();
    let id = transaction.id().to_owned();
    drop(transaction);
    rolled_back(&stage, id).await;
}

#[tokio::test]
async fn a_closure_that_panics_or_is_dropped_is_rolled_back() {
    let stage = stage().await;
    let (send, receive) = tokio::sync::oneshot::channel();
    let send = std::sync::Mutex::new(Some(send));
    let panicking = stage.admin.transact(move |transaction| {
        let send = send.lock().unwrap().take().unwrap();
        async move {
            send.send(transaction.id().to_owned()).unwrap();
            increment(transaction).await?;
            panic!("the closure panics");
            #[expect(unreachable_code, reason = "it tells the type")]
            Ok::<(), Error>(())
        }
    });
    let outcome = tokio::spawn(async move { panicking.await }).await;
    assert!(outcome.unwrap_err().is_panic());
    rolled_back(&stage, receive.await.unwrap()).await;
    assert_eq!(count(&stage.admin, "a").await, 0);

    let stage = self::stage().await;
    let (send, receive) = tokio::sync::oneshot::channel();
    let send = std::sync::Mutex::new(Some(send));
    let waiting = stage.admin.transact(move |transaction| {
        let send = send.lock().unwrap().take().unwrap();
        async move {
            increment(transaction.clone()).await?;
            send.send(transaction.id().to_owned()).unwrap();
            std::future::pending::<Result<(), Error>>().await
        }
    });
    let task = tokio::spawn(async move { waiting.await });
    let id = soon(receive).await.unwrap();
    task.abort();
    rolled_back(&stage, id).await;
    assert_eq!(count(&stage.admin, "a").await, 0);
}
