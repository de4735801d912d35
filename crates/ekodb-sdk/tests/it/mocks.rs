//! The typed mocks of `ekodb-httpmock`, used as the unit tests of an application use them.

use ekodb_api::types;
use ekodb_client::{Client, ErrorKind, Retry};
use ekodb_httpmock::MockServerExt;
use httpmock::{Mock, MockServer};

use crate::support::{KEY, soon};

#[tokio::test]
async fn a_mock_answers_the_call_of_its_operation() {
    let server = MockServer::start_async().await;
    let token = token(&server);
    let list = server.list_collections(|_, then| {
        then.ok(&types::CollectionList {
            collections: vec!["users".to_owned()],
            extra: Default::default(),
        });
    });
    let names = soon(client(&server).collections().list()).await.unwrap();
    assert_eq!(names, ["users"]);
    token.assert();
    list.assert();
}

#[tokio::test]
async fn a_mock_of_a_path_parameter_answers_for_that_value_only() {
    let server = MockServer::start_async().await;
    token(&server);
    let users = server.delete_collection(|when, then| {
        when.collection(&"users".parse().unwrap());
        then.ok(&types::StatusReply {
            message: None,
            status: Some("success".to_owned()),
            extra: Default::default(),
        });
    });
    let client = client(&server);
    soon(client.collection("users").delete_collection())
        .await
        .unwrap();
    users.assert();
    soon(client.collection("posts").delete_collection())
        .await
        .unwrap_err();
    users.assert();
}

#[tokio::test]
async fn a_mocked_refusal_is_an_error_with_the_servers_words() {
    let server = MockServer::start_async().await;
    token(&server);
    server.get_schema(|_, then| {
        then.client_error(403, &refusal("not yours"));
    });
    let schema = soon(client(&server).collection("users").schema()).await;
    let error = schema.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert_eq!(error.message(), Some("not yours"));
}

#[tokio::test]
async fn a_mocked_failure_of_the_server_is_an_error_of_its_kind() {
    let server = MockServer::start_async().await;
    token(&server);
    let health = server.get_health(|_, then| {
        then.server_error(503, &refusal("starting"));
    });
    let error = soon(client(&server).health()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    health.assert();
}

fn client(server: &MockServer) -> Client {
    Client::builder()
        .base_url(server.base_url())
        .api_key(KEY)
        .retry(Retry::none())
        .build()
        .unwrap()
}

/// Gives a token for the key of the tests, and for no other.
fn token(server: &MockServer) -> Mock<'_> {
    server.create_token(|when, then| {
        when.body(&types::TokenRequest {
            api_key: KEY.into(),
        });
        then.ok(&types::TokenReply {
            token: "a-token".into(),
            extra: Default::default(),
        });
    })
}

fn refusal(message: &str) -> types::ErrorReply {
    types::ErrorReply {
        code: None,
        error: None,
        message: Some(message.to_owned()),
        extra: Default::default(),
    }
}
