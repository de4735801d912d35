//! Every call returns within its deadline, whatever the server does.

use std::time::Duration;

use ekodb_client::{Client, Error, ErrorKind};
use ekodb_tests::{
    deployment::{Deployment, Tokens},
    server::{Action, Server},
};

use super::builder;

/// How a server can keep a caller waiting.
fn delays() -> Vec<(&'static str, Action)> {
    vec![
        ("hangs before the head", Action::Hang),
        ("hangs in the head", Action::RawThenHang(b"HTTP/1.1 200 OK\r\ncontent-".to_vec())),
        (
            "hangs in the body",
            Action::RawThenHang(
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{".to_vec(),
            ),
        ),
        (
            "trickles",
            Action::Trickle {
                length: 1_000_000,
                pause: Duration::from_millis(20),
            },
        ),
    ]
}

fn hurried(url: &str) -> Client {
    builder(url)
        .attempt_timeout(Duration::from_millis(200))
        .deadline(Duration::from_millis(600))
        .build()
        .unwrap()
}

/// Fails the test instead of hanging it. The bound is far above the deadline, so that a slow machine passes.
async fn within_reason<T>(call: impl IntoFuture<Output = Result<T, Error>>) -> Result<T, Error> {
    tokio::time::timeout(Duration::from_secs(60), call)
        .await
        .expect("the call did not return")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_server_keeps_it_waiting_times_out() {
    for (name, delay) in delays() {
        let deployment = Deployment::with(Tokens::default(), move |_| delay.clone()).await;
        let client = hurried(&deployment.url());
        let error = within_reason(client.collections().list())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{name}: {error}");
        assert_eq!(error.operation(), Some("list_collections"), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_token_endpoint_keeps_it_waiting_times_out() {
    for (name, delay) in delays() {
        let server = Server::start(move |_| delay.clone()).await;
        let client = hurried(&server.url());
        let error = within_reason(client.collections().list())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{name}: {error}");
        assert!(
            error.has_no_side_effects(),
            "{name}: the call itself was never sent"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_times_out_may_have_been_applied_and_is_not_sent_again() {
    let deployment = Deployment::with(Tokens::default(), |_| Action::Hang).await;
    let client = hurried(&deployment.url());
    let schema = ekodb_client::CollectionSchema::new().field("a", ekodb_client::Field::string());
    let error = within_reason(client.collection("users").create(schema))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(!error.has_no_side_effects());
    assert_eq!(
        deployment.server().count("POST", "/api/collections/users"),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_of_one_call_overrides_the_client() {
    let deployment = Deployment::with(Tokens::default(), |_| Action::Hang).await;
    let client = super::client(&deployment.url());
    let call = client
        .collections()
        .list()
        .timeout(Duration::from_millis(100));
    assert_eq!(
        within_reason(call).await.unwrap_err().kind(),
        ErrorKind::Timeout
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_nobody_listens_on_is_a_connect_error() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = within_reason(hurried(&url).health()).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Connect | ErrorKind::Timeout),
        "{error}"
    );
    assert!(error.has_no_side_effects());
}
