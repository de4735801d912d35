//! Tokens that expire under load are replaced ahead of time, and nobody notices.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use ekodb_tests::deployment::{Deployment, Tokens};
use tokio::task::JoinSet;

use super::client;

/// Calls in `tasks` loops until `expiries` tokens have been replaced. Returns the failed calls, the calls made and the tokens
/// issued.
async fn load(deployment: &Deployment, tasks: usize, expiries: usize) -> (usize, usize, usize) {
    let client = client(&deployment.url());
    let over = Arc::new(AtomicBool::new(false));
    let failed = Arc::new(AtomicUsize::new(0));
    let made = Arc::new(AtomicUsize::new(0));
    let mut loops = JoinSet::new();
    for _ in 0..tasks {
        let (client, over) = (client.clone(), over.clone());
        let (failed, made) = (failed.clone(), made.clone());
        loops.spawn(async move {
            while !over.load(Ordering::SeqCst) {
                made.fetch_add(1, Ordering::SeqCst);
                if client.collections().list().await.is_err() {
                    failed.fetch_add(1, Ordering::SeqCst);
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
    }
    while deployment.issued() <= expiries {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    over.store(true, Ordering::SeqCst);
    loops.join_all().await;
    (
        failed.load(Ordering::SeqCst),
        made.load(Ordering::SeqCst),
        deployment.issued(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn three_expiries_under_load_fail_no_call_and_cost_one_token_request_each() {
    let deployment = Deployment::start(Tokens {
        lifetime: Duration::from_secs(5),
        latency: Duration::from_millis(50),
        ..Tokens::default()
    })
    .await;
    let (failed, made, issued) = load(&deployment, 100, 3).await;
    assert_eq!(failed, 0);
    assert!(made > 300, "only {made} calls");
    assert_eq!(issued, 4, "one at the start and one for each expiry");
    assert_eq!(
        deployment.refused(),
        0,
        "no call went out with an expired token"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_waits_for_the_refresh_of_a_token_that_is_about_to_expire() {
    let tasks = 50;
    let deployment = Deployment::start(Tokens {
        lifetime: Duration::from_secs(10),
        // More than can be under way when the refresh begins: if one call waited for each task, no token would come.
        calls_before: 4 * tasks,
        ..Tokens::default()
    })
    .await;
    let load = load(&deployment, tasks, 1);
    let (failed, _, issued) = tokio::time::timeout(Duration::from_secs(120), load)
        .await
        .unwrap();
    assert_eq!((failed, issued, deployment.refused()), (0, 2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_keeps_only_the_newest_token_fails_no_call() {
    let deployment = Deployment::start(Tokens {
        lifetime: Duration::from_secs(5),
        newest_only: true,
        ..Tokens::default()
    })
    .await;
    let (failed, _, issued) = load(&deployment, 50, 3).await;
    assert_eq!(failed, 0);
    // A call under way with the token that has just ended is answered with 401 and replayed with the newer one, which is
    // there already: it costs no token.
    assert_eq!(issued, 4);
}
