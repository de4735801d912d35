//! Every request leaves through the transport, and carries nothing that the transport does not add.

use std::sync::{Arc, Mutex};

use ekodb_api::{Base, Client, Error, Outgoing, Reply, Transport, TransportFuture, types};
use http::{HeaderMap, StatusCode};

/// Keeps what it is given, and answers with a status and a body.
struct Scripted {
    sent: Mutex<Vec<Outgoing>>,
    status: StatusCode,
    body: &'static str,
}

impl Transport for Scripted {
    fn send(&self, outgoing: Outgoing) -> TransportFuture<'_> {
        self.sent.lock().unwrap().push(outgoing);
        Box::pin(async {
            Ok(Reply {
                status: self.status,
                headers: HeaderMap::new(),
                body: self.body.into(),
            })
        })
    }
}

fn scripted(status: u16, body: &'static str) -> (Arc<Scripted>, Client) {
    let transport = Arc::new(Scripted {
        sent: Mutex::default(),
        status: StatusCode::from_u16(status).unwrap(),
        body,
    });
    let base = Base::parse("http://localhost:8080").unwrap();
    let client = Client::new(base, Arc::clone(&transport) as _);
    (transport, client)
}

#[tokio::test]
async fn a_transport_sees_the_operation_the_url_and_the_body() {
    let (transport, client) = scripted(200, "{}");
    let body = types::ConfigUpdate {
        use_typed_values: Some(true),
        durable_operations: None,
    };
    client.update_config().body(body).send().await.unwrap();
    let sent = transport.sent.lock().unwrap();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].operation().id, "update_config");
    assert_eq!(sent[0].url().as_str(), "http://localhost:8080/api/config");
    let body = sent[0].body().unwrap();
    assert_eq!(&body[..], br#"{"use_typed_values":true}"#);
}

#[tokio::test]
async fn a_reply_is_decoded_and_keeps_its_status() {
    let (_, client) = scripted(206, r#"{"status":"ok"}"#);
    let health = client.get_health().send().await.unwrap();
    assert_eq!(health.status.as_str(), "ok");
    assert_eq!(health.status(), StatusCode::PARTIAL_CONTENT);
}

#[tokio::test]
async fn a_status_other_than_success_is_an_error_with_what_the_server_says() {
    for (body, expected) in [
        (
            r#"{"error":"gone"}"#,
            "the server answered with HTTP 404: gone",
        ),
        ("<h1>gone</h1>", "the server answered with HTTP 404"),
    ] {
        let (_, client) = scripted(404, body);
        let error = client.get_health().send().await.unwrap_err();
        assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
        assert_eq!(error.to_string(), expected);
    }
}

#[tokio::test]
async fn a_reply_that_is_not_the_documented_one_is_an_error_with_its_status() {
    let (_, client) = scripted(200, "[1]");
    let error = client.get_health().send().await.unwrap_err();
    assert!(matches!(error, Error::InvalidReply { .. }));
    assert_eq!(error.status(), Some(StatusCode::OK));
}

#[tokio::test]
async fn without_a_transport_nothing_is_sent() {
    let client = Client::without_transport(Base::parse("http://localhost:8080").unwrap());
    let error = client.get_health().send().await.unwrap_err();
    assert!(matches!(error, Error::NoTransport));
}

#[test]
fn debug_of_a_request_prints_neither_its_body_nor_its_url() {
    let (_, client) = scripted(200, "{}");
    let body = types::TokenRequest {
        api_key: ekodb_api::SecretString::new("ek-very-secret"),
    };
    let token = client.create_token().body(body).prepare().unwrap();
    let find = client.get_collection().collection("ek-very-secret");
    let find = find.prepare().unwrap().into_outgoing();
    let shown = format!("{token:?} {find:?}");
    assert!(!shown.contains("very-secret"), "{shown}");
    assert!(shown.contains("create_token"), "{shown}");
}
