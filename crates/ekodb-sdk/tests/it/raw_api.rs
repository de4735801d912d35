//! The generated client, behind the same transport.

use ekodb_client::{Error, ErrorKind, Retry, raw_api};

use crate::support::{LONG, Reply, Server, builder, client, error_of, past, soon};

#[tokio::test]
async fn it_is_authenticated_and_replayed() {
    let server = Server::with_tokens(|request| match request.header("authorization") {
        Some("Bearer token-1") => Reply::empty(401),
        _ => Reply::json(200, r#"{"collections":["users"]}"#),
    })
    .await;
    let api = client(&server).api();
    let list = api.list_collections().exclude_internal(true);
    let reply = soon(list.send()).await.unwrap();
    assert_eq!(reply.into_inner().collections, ["users"]);
    let calls = server.calls();
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[1].target, "/api/collections?exclude_internal=true");
    assert_eq!(calls[1].header("authorization"), Some("Bearer token-2"));
}

#[tokio::test]
async fn every_request_has_a_deadline_of_its_own() {
    let server = Server::start(|request| match request.before {
        0 => Reply::hang(),
        _ => Reply::ok(),
    })
    .await;
    let client = builder(&server).retry(Retry::none()).build().unwrap();
    let api = client.api();
    let call = Box::pin(api.get_health().send());
    past(LONG, &server, 1, call).await.unwrap_err();
    soon(api.get_health().send()).await.unwrap();
}

#[tokio::test]
async fn a_failure_of_the_transport_is_the_clients_own_error_with_the_real_status() {
    let server =
        Server::with_tokens(|_| Reply::body(502, "text/html", "<h1>Bad gateway</h1>")).await;
    let client = builder(&server).retry(Retry::none()).build().unwrap();
    let error = error_of(client.api().list_keys().send()).await;
    assert!(matches!(error, raw_api::Error::Transport(_)));
    let error = Error::from(error);
    assert_eq!(error.status(), Some(502));
    let text = "list_keys: the server is not ready; try again later (HTTP 502)";
    assert_eq!(error.to_string(), text);
}

#[tokio::test]
async fn a_failure_without_a_reply_has_no_status() {
    let server = Server::start(|_| Reply::hang()).await;
    let client = builder(&server)
        .retry(Retry::none())
        .timeout(2 * LONG)
        .build()
        .unwrap();
    let api = client.api();
    let call = Box::pin(api.get_health().send());
    let error = past(LONG, &server, 1, call).await.unwrap_err();
    assert_eq!(error.status(), None);
    assert_eq!(Error::from(error).kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn a_reply_has_the_status_that_the_server_sent() {
    let server = Server::with_tokens(|_| Reply::json(206, r#"{"collections":[]}"#)).await;
    let reply = soon(client(&server).api().list_collections().send()).await;
    assert_eq!(reply.unwrap().status(), 206);
}

#[tokio::test]
async fn an_argument_that_would_reach_another_resource_is_sent_nowhere() {
    let server = Server::with_tokens(|_| Reply::json(200, "{}")).await;
    let client = client(&server);
    for name in ["", ".", ".."] {
        let outcome = soon(client.api().get_collection().collection(name).send()).await;
        let refused = matches!(outcome, Err(raw_api::Error::InvalidRequest(_)));
        assert!(refused, "{name:?}");
    }
    assert!(server.requests().is_empty());
}
