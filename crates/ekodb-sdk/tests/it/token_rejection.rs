//! Tokens and keys that the server rejects.

use ekodb_client::ErrorKind;
use scripted_server::{TokenPolicy, TokenServer};
use tokio::time::Instant;

use crate::support::{
    Reply, Server, at_once, builder, client, error_of, failures, idempotent, one_attempt, soon,
};

const REJECTED: &str = r#"{"code":401,"message":"Invalid or expired token"}"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_mass_revocation_costs_one_token_request_and_no_failed_call_each_time() {
    let server = TokenServer::start(TokenPolicy::default()).await;
    let client = client(server.server());
    assert_eq!(failures(&at_once(&client, 100).await), 0);
    for round in 1..=5 {
        server.revoke_all();
        assert_eq!(failures(&at_once(&client, 100).await), 0, "round {round}");
        assert_eq!(server.issued(), 1 + round, "round {round}");
    }
    // A call that was answered with 401 was sent once more, and no other.
    assert_eq!(server.server().calls().len(), 600 + server.refused());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_always_answers_401_causes_no_storm_of_token_requests() {
    let server = Server::with_tokens(|_| Reply::json(401, REJECTED)).await;
    let began = Instant::now();
    let outcomes = at_once(&client(&server), 100).await;
    for outcome in outcomes {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Unauthenticated);
    }
    let calls = server.calls().len();
    assert!(calls <= 200, "a call was sent more often than twice");
    // Four at once, then one each second at the most, however long the machine takes.
    let bound = 6 + began.elapsed().as_secs() as usize;
    let tokens = server.token_requests();
    assert!(tokens <= bound, "100 calls made {tokens} token requests");
}

/// The token of the replay was issued for it: another one would be rejected as well.
#[tokio::test]
async fn one_caller_whose_fresh_tokens_are_rejected_causes_two_token_requests_and_is_then_told_at_once()
 {
    let server = Server::with_tokens(|_| Reply::json(401, REJECTED)).await;
    let client = client(&server);
    for _ in 0..100 {
        let error = error_of(client.collections().list()).await;
        assert_eq!(error.kind(), ErrorKind::Unauthenticated);
        let text = error.to_string();
        assert!(text.contains("Invalid or expired token"), "{text}");
    }
    // The failure is remembered for a second at least, which a slow machine may let pass.
    let (tokens, calls) = (server.token_requests(), server.calls().len());
    assert_eq!(tokens, calls, "each token was tried once");
    assert!(tokens < 100, "100 calls made {tokens} token requests");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_fails_at_once_and_is_not_hammered() {
    for status in [401, 403] {
        let refusal = format!(r#"{{"code":{status},"message":"Invalid API key"}}"#);
        let server = Server::start(move |_| Reply::json(status, &refusal)).await;
        let client = client(&server);
        let began = Instant::now();
        for outcome in at_once(&client, 100).await {
            let error = outcome.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unauthenticated);
            assert_eq!(error.status(), Some(status));
            assert_eq!(error.operation(), Some("create_token"));
        }
        for _ in 0..100 {
            assert!(soon(client.collections().list()).await.is_err());
        }
        // A rejection is remembered for a second at the least, however long the machine takes.
        let bound = 2 + began.elapsed().as_secs() as usize;
        let tokens = server.token_requests();
        assert!(tokens <= bound, "200 calls made {tokens} token requests");
        assert_eq!(server.calls().len(), 0);
    }
}

#[tokio::test]
async fn a_rejected_key_is_told_after_one_request() {
    let server = Server::start(|_| Reply::json(401, r#"{"error":"Invalid API key"}"#)).await;
    let error = error_of(idempotent(&client(&server))).await;
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_token_endpoint_that_gives_the_rejected_token_again_is_a_clear_error_and_no_loop() {
    let server = Server::start(|request| match request.is_for_a_token() {
        true => Reply::json(200, r#"{"token":"always-the-same"}"#),
        false => Reply::json(401, REJECTED),
    })
    .await;
    let client = builder(&server).token_refresh(one_attempt()).build();
    let error = error_of(client.unwrap().collections().list()).await;
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert_eq!(server.token_requests(), 2);
    assert_eq!(server.calls().len(), 1);
}
