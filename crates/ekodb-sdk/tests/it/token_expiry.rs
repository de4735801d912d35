//! Tokens that expire under load are replaced ahead of time, and no call notices.

use std::time::Duration;

use scripted_server::{TokenPolicy, TokenServer, advance_clock};

use crate::support::{at_once, client, failures};

const MINUTE: Duration = Duration::from_secs(60);

/// Makes calls in `tasks` tasks at once, round after round, until `expiries` tokens have been
/// replaced. The clock moves by five minutes between rounds, but not while a refresh is under way.
/// Returns how many calls failed and how many were made.
async fn load(server: &TokenServer, tasks: usize, expiries: u64) -> (usize, usize) {
    let client = client(server.server());
    let (mut failed, mut made) = (0, 0);
    while client.token_state().generation <= expiries {
        failed += failures(&at_once(&client, tasks).await);
        made += tasks;
        if !client.token_state().refreshing {
            advance_clock(5 * MINUTE).await;
        }
    }
    (failed, made)
}

#[tokio::test]
async fn three_expiries_under_load_fail_no_call_and_cost_one_token_request_each() {
    let server = TokenServer::start(TokenPolicy::default()).await;
    let (failed, made) = load(&server, 100, 3).await;
    assert_eq!(failed, 0);
    assert!(made > 300, "only {made} calls");
    let issued = server.issued();
    assert_eq!(issued, 4, "one at the start and one for each expiry");
    assert_eq!(server.refused(), 0, "a call went out with an expired token");
}

#[tokio::test]
async fn no_call_waits_for_the_refresh_of_a_token_that_is_about_to_expire() {
    let tasks = 50;
    let server = TokenServer::start(TokenPolicy {
        // More than can be under way when the refresh begins: if one call waited for each task, no
        // token would come.
        calls_before_reply: 4 * tasks,
        ..TokenPolicy::default()
    })
    .await;
    let (failed, _) = load(&server, tasks, 1).await;
    assert_eq!((failed, server.issued(), server.refused()), (0, 2, 0));
}

#[tokio::test]
async fn a_server_that_keeps_only_the_newest_token_fails_no_call() {
    let server = TokenServer::start(TokenPolicy {
        newest_only: true,
        ..TokenPolicy::default()
    })
    .await;
    let (failed, _) = load(&server, 50, 3).await;
    assert_eq!(failed, 0);
    // A call under way with the token that has just been revoked is answered with 401 and replayed
    // with the newer one, which is there already: it costs no token.
    assert_eq!(server.issued(), 4);
}
