//! What goes wrong around a commit: when it is repeated, and what its caller is told.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use ekodb_client::{Client, Error, ErrorKind, Record, Transaction};

use crate::{
    stage::Stage,
    support::{LONG, Reply, Request, Server, client, past, soon},
};

const ID: &str = "tx-1";

/// A server that begins transactions and takes their writes; `commit` answers the commits, by their
/// number.
async fn server(commit: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Server {
    let commits = AtomicUsize::new(0);
    Server::with_tokens(move |request| match request.path() {
        "/api/transactions" => Reply::json(200, r#"{"transaction_id":"tx-1"}"#),
        "/api/transactions/tx-1/commit" => commit(commits.fetch_add(1, Ordering::Relaxed)),
        "/api/insert/t" => Reply::json(201, r#"{"id":"a"}"#),
        _ => Reply::json(200, r#"{"status":"rolled_back"}"#),
    })
    .await
}

fn sent(server: &Server, path: &str) -> usize {
    let calls = server.calls();
    let same = |request: &&Request| request.path() == path;
    calls.iter().filter(same).count()
}

fn commits(server: &Server) -> usize {
    sent(server, "/api/transactions/tx-1/commit")
}

async fn insert(transaction: Transaction) -> Result<(), Error> {
    transaction.collection("t").insert(Record::new()).await?;
    Ok(())
}

/// Commits an insertion, and counts how often the closure is run.
async fn transact(client: &Client) -> (Result<(), Error>, usize) {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let outcome = soon(client.transact(move |transaction| {
        counted.fetch_add(1, Ordering::Relaxed);
        insert(transaction)
    }))
    .await;
    (outcome, runs.load(Ordering::Relaxed))
}

fn assert_unknown(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::CommitOutcomeUnknown, "{error:?}");
    assert_eq!(error.transaction_id(), Some(ID));
    assert!(!error.has_no_side_effects() && !error.is_retryable());
    assert!(error.to_string().contains("transaction_status"), "{error}");
    assert!(std::error::Error::source(error).is_some());
}

#[tokio::test]
async fn a_commit_whose_reply_is_lost_is_an_error_of_its_own_and_nothing_is_repeated() {
    for reply in [
        Reply::reset(),
        Reply::close(),
        Reply::cut_short(100, "{"),
        Reply::json(500, r#"{"error":"internal"}"#),
        Reply::empty(502),
        // Of a proxy, which may have passed the commit on.
        Reply::empty(503),
        Reply::empty(504),
        Reply::body(200, "text/html", "<h1>a page of a proxy</h1>"),
        Reply::json(200, r#"{"error":"internal"}"#),
        Reply::json(201, r#"{"code":500,"message":"internal"}"#),
    ] {
        let answer = reply.clone();
        let server = server(move |_| answer.clone()).await;
        let (outcome, runs) = transact(&client(&server)).await;
        assert_unknown(&outcome.unwrap_err());
        assert_eq!((commits(&server), runs), (1, 1), "{reply:?}");
        let rollbacks = sent(&server, "/api/transactions/tx-1/rollback");
        assert_eq!(rollbacks, 0, "{reply:?}");
    }
}

#[tokio::test]
async fn a_404_of_a_proxy_does_not_say_that_the_transaction_is_over() {
    let server = server(|_| Reply::body(404, "text/html", "<h1>no such page</h1>")).await;
    let (outcome, _) = transact(&client(&server)).await;
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(!error.to_string().contains("forgotten"), "{error}");
    // A token, the beginning, the insertion, the commit, the rollback.
    server.wait_for_requests(5).await;
    assert_eq!(sent(&server, "/api/transactions/tx-1/rollback"), 1);
}

#[tokio::test]
async fn a_rollback_that_is_dropped_before_its_reply_is_sent_again() {
    let rollbacks = AtomicUsize::new(0);
    let server = Server::with_tokens(move |request| match request.path() {
        "/api/transactions" => Reply::json(200, r#"{"transaction_id":"tx-1"}"#),
        _ if rollbacks.fetch_add(1, Ordering::Relaxed) == 0 => Reply::hang(),
        _ => Reply::empty(200),
    })
    .await;
    let guard = soon(client(&server).begin()).await.unwrap();
    let rollback = tokio::spawn(guard.rollback());
    // A token, the beginning, the rollback.
    server.wait_for_requests(3).await;
    rollback.abort();
    server.wait_for_requests(4).await;
    assert_eq!(sent(&server, "/api/transactions/tx-1/rollback"), 2);
}

#[tokio::test]
async fn a_commit_that_takes_too_long_has_an_unknown_outcome() {
    let server = server(|_| Reply::hang()).await;
    let client = client(&server);
    // A token, the beginning, the insertion, the commit.
    let outcome = past(LONG * 2, &server, 4, client.transact(insert)).await;
    assert_unknown(&outcome.unwrap_err());
    assert_eq!(commits(&server), 1);
}

#[tokio::test]
async fn a_commit_that_was_turned_away_unapplied_is_sent_again_without_the_closure() {
    for (status, body) in [(429, ""), (503, r#"{"error":"overloaded"}"#)] {
        let server = server(move |number| match number {
            0 => Reply::json(status, body),
            _ => Reply::json(200, r#"{"status":"committed"}"#),
        })
        .await;
        let (outcome, runs) = transact(&client(&server)).await;
        outcome.unwrap();
        assert_eq!((commits(&server), runs), (2, 1), "{status}");
    }
    let server = server(|_| Reply::json(503, r#"{"error":"overloaded"}"#)).await;
    let (outcome, runs) = transact(&client(&server)).await;
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.has_no_side_effects());
    assert_eq!((commits(&server), runs), (3, 1));
}

#[tokio::test]
async fn a_commit_that_met_a_conflict_is_not_sent_again_but_begun_again() {
    let server = server(|number| match number {
        0 | 1 => Reply::json(409, r#"{"error":"another one was first"}"#),
        _ => Reply::empty(200),
    })
    .await;
    let (outcome, runs) = transact(&client(&server)).await;
    outcome.unwrap();
    assert_eq!((commits(&server), runs), (3, 3));
    assert_eq!(sent(&server, "/api/transactions"), 3);
    assert_eq!(sent(&server, "/api/transactions/tx-1/rollback"), 0);
}

#[tokio::test]
async fn any_success_of_a_commit_is_one_whatever_its_body() {
    for reply in [
        Reply::empty(200),
        Reply::empty(204),
        Reply::json(201, "null"),
        Reply::json(200, r#""committed""#),
        Reply::json(200, r#"{"status":7,"operations_count":"many"}"#),
    ] {
        let answer = reply.clone();
        let server = server(move |_| answer.clone()).await;
        let (outcome, _) = transact(&client(&server)).await;
        outcome.unwrap_or_else(|error| panic!("{reply:?}: {error}"));
    }
}

#[tokio::test]
async fn a_401_in_the_middle_costs_a_new_token_and_the_commit_is_sent_once_more() {
    let server = server(|number| match number {
        0 => Reply::json(401, r#"{"code":401,"message":"expired"}"#),
        _ => Reply::empty(200),
    })
    .await;
    let (outcome, runs) = transact(&client(&server)).await;
    outcome.unwrap();
    assert_eq!((commits(&server), runs), (2, 1));
    assert_eq!(server.token_requests(), 2);
}

#[tokio::test]
async fn tokens_that_expire_in_the_middle_of_a_transaction_are_replaced() {
    let stage = Arc::new(Stage::start().await);
    let inner = Arc::clone(&stage);
    soon(stage.admin.transact(move |transaction| {
        let stage = Arc::clone(&inner);
        async move {
            let records = transaction.collection("t");
            records.insert(Record::new().with_id("a")).await?;
            stage.emulator.expire_tokens();
            records.insert(Record::new().with_id("b")).await?;
            stage.emulator.expire_tokens();
            Ok::<_, Error>(())
        }
    }))
    .await
    .unwrap();
    assert_eq!(soon(stage.admin.collection("t").count()).await.unwrap(), 2);
    assert_eq!(stage.emulator.token_requests(), 3);
}

#[tokio::test]
async fn a_beginning_that_may_have_been_applied_is_not_repeated() {
    let server = Server::with_tokens(|_| Reply::reset()).await;
    let (outcome, runs) = transact(&client(&server)).await;
    let error = outcome.unwrap_err();
    assert_eq!(error.operation(), Some("begin_transaction"));
    assert!(!error.has_no_side_effects());
    assert_eq!((server.calls().len(), runs), (1, 0));
}

#[tokio::test]
async fn every_statement_names_its_transaction_and_nothing_outside_does() {
    let server = server(|_| Reply::empty(200)).await;
    let client = client(&server);
    soon(client.transact(insert)).await.unwrap();
    let outside = client.collection("t").insert(Record::new());
    soon(outside).await.unwrap();
    let calls = server.calls();
    let targets = calls.iter().map(|request| request.target.as_str());
    let inserts: Vec<_> = targets.filter(|to| to.contains("insert")).collect();
    let expected = ["/api/insert/t?transaction_id=tx-1", "/api/insert/t"];
    assert_eq!(inserts, expected);
}
