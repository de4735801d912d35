//! Every request leaves through the transport, and carries nothing that the transport does not add.

use std::sync::{Arc, Mutex};

use ekodb_api::{Client, Operation, SharedTransport, Transport, TransportFuture};
use httpmock::MockServer;

/// Notes the operations, and sends each request twice.
#[derive(Default)]
struct Twice(Mutex<Vec<&'static str>>);

impl Transport for Twice {
    fn send<'a>(
        &'a self,
        http: &'a reqwest::Client,
        request: reqwest::Request,
        operation: &'static Operation,
    ) -> TransportFuture<'a> {
        self.0.lock().unwrap().push(operation.id);
        Box::pin(async move {
            if let Some(first) = request.try_clone() {
                http.execute(first).await?;
            }
            http.execute(request).await
        })
    }
}

#[tokio::test]
async fn a_transport_sees_the_operation_and_may_send_its_request_again_with_its_body() {
    let server = MockServer::start_async().await;
    let mock = server.mock(|when, then| {
        when.path("/api/config")
            .json_body(serde_json::json!({ "use_typed_values": true }));
        then.status(200).json_body(serde_json::json!({}));
    });
    let transport = Arc::new(Twice::default());
    let client = Client::new_with_client(
        &server.base_url(),
        reqwest::Client::new(),
        SharedTransport::new(transport.clone()),
    );
    let body = ekodb_api::types::ConfigUpdate {
        use_typed_values: true,
    };
    client.update_config().body(body).send().await.unwrap();
    mock.assert_calls(2);
    assert_eq!(*transport.0.lock().unwrap(), ["update_config"]);
}

#[tokio::test]
async fn without_a_transport_a_request_is_sent_as_it_is_and_carries_no_credentials() {
    let server = MockServer::start_async().await;
    let mock = server.mock(|when, then| {
        when.path("/api/health").header_missing("authorization");
        then.status(200)
            .json_body(serde_json::json!({ "status": "ok" }));
    });
    let client = Client::new_with_client(
        &server.base_url(),
        reqwest::Client::new(),
        SharedTransport::default(),
    );
    let health = client.get_health().send().await.unwrap();
    assert_eq!(health.status, "ok");
    mock.assert_calls(1);
}
