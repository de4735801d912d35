//! Keys and tokens stay where they belong.

use std::{
    io,
    sync::{Arc, Mutex},
};

use ekodb_client::{Client, ErrorKind};
use ekodb_tests::{
    deployment::{API_KEY, Deployment, Tokens},
    server::{Action, Server},
};
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use super::client;

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_of_the_token_endpoint_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let thief = Server::start(|_| Action::json(200, &json!({ "token": "stolen" }))).await;
        let target = format!("{}/api/auth/token", thief.url());
        let server =
            Server::start(move |_| Action::empty(status).with_header("location", target.clone()))
                .await;
        let refresh =
            ekodb_client::TokenRefresh::new().deadline(std::time::Duration::from_millis(300));
        let client = super::builder(&server.url())
            .token_refresh(refresh)
            .build()
            .unwrap();
        assert!(client.collections().list().await.is_err());
        assert!(thief.received().is_empty(), "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_of_a_call_is_not_followed_and_says_so() {
    for status in [301, 302, 303, 307, 308] {
        let thief = Server::start(|_| Action::json(200, &json!({ "collections": [] }))).await;
        let target = format!("{}/api/collections", thief.url());
        let deployment = Deployment::with(Tokens::default(), move |_| {
            Action::empty(status).with_header("location", target.clone())
        })
        .await;
        let error = client(&deployment.url())
            .collections()
            .list()
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidReply);
        assert!(error.to_string().contains("redirect"), "{error}");
        assert!(thief.received().is_empty(), "{status}");
    }
}

#[test]
fn plain_http_is_refused_but_for_loopback_and_by_choice() {
    let build = |url: &str, allow: bool| {
        Client::builder()
            .base_url(url)
            .api_key(API_KEY)
            .allow_insecure_http(allow)
            .build()
    };
    for url in [
        "http://localhost:8080",
        "http://127.0.0.1:1",
        "http://127.8.9.1",
        "http://[::1]:8080",
    ] {
        assert!(build(url, false).is_ok(), "{url}");
    }
    for url in [
        "http://example.com",
        "http://10.0.0.1",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
    ] {
        let error = build(url, false).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{url}");
        assert!(build(url, true).is_ok(), "{url}");
    }
}

#[derive(Clone, Default)]
struct Capture(Arc<Mutex<Vec<u8>>>);

impl io::Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Capture {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The subscriber is the whole program's: it hears the tests that run beside this one too, which use the same key.
#[tokio::test]
async fn no_key_and_no_token_is_traced_shown_or_put_in_a_url() {
    let capture = Capture::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(capture.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let deployment = Deployment::with(Tokens::default(), |request| {
        // A server that repeats what it was sent, as debugging pages do.
        let echo = format!(
            "{:?} {}",
            request.headers,
            String::from_utf8_lossy(&request.body)
        );
        Action::json(400, &json!({ "error": echo }))
    })
    .await;
    let client = client(&deployment.url());
    let token = client.token().await.unwrap().expose().to_owned();
    let errors = [
        client.collections().list().await.unwrap_err(),
        client
            .keys()
            .register(ekodb_client::NewKey::limited("a"))
            .await
            .unwrap_err(),
    ];
    let shown = format!(
        "{client:?} {errors:?} {} {} {:?}",
        errors[0],
        errors[1],
        client.token().await
    );
    let traced = String::from_utf8(capture.0.lock().unwrap().clone()).unwrap();
    assert!(
        traced.contains("list_collections"),
        "the capture saw the call: {traced}"
    );

    let signature = token.rsplit('.').next().unwrap();
    for (place, text) in [("shown", &shown), ("traced", &traced)] {
        assert!(!text.contains(API_KEY), "the key is {place}: {text}");
        assert!(!text.contains(&token), "the token is {place}");
        assert!(
            !text.contains(signature),
            "a part of the token is {place}: {text}"
        );
    }
    for request in deployment.server().received() {
        let target = format!("{} {:?}", request.path, request.query);
        assert!(
            !target.contains(API_KEY) && !target.contains(&token),
            "{target}"
        );
    }
}
