//! The typed mocks of `ekodb-httpmock`, used as the unit tests of an application use them.

use ekodb_client::{Client, ErrorKind, Retry};
use ekodb_httpmock::{
    MockServerExt, TOKEN, error_reply, httpmock::MockServer, mock_token_exchange, types,
};

const KEY: &str = "an-api-key";

#[tokio::test]
async fn a_mock_answers_the_call_of_its_operation() {
    let server = MockServer::start_async().await;
    let token = mock_token_exchange(&server, KEY);
    let list = server.list_collections(|_, then| {
        then.ok(&types::CollectionList {
            collections: vec!["users".to_owned()],
            extra: Default::default(),
        });
    });
    let names = client(&server).collections().list().await.unwrap();
    assert_eq!(names, ["users"]);
    token.assert();
    list.assert();
}

#[tokio::test]
async fn a_mock_of_a_path_parameter_answers_for_that_value_only() {
    let server = MockServer::start_async().await;
    mock_token_exchange(&server, KEY);
    let users = server.delete_collection(|when, then| {
        when.collection("users");
        then.ok(&types::StatusReply {
            message: None,
            status: Some("success".to_owned()),
            extra: Default::default(),
        });
    });
    let client = client(&server);
    client
        .collection("users")
        .delete_collection()
        .await
        .unwrap();
    users.assert();
    client
        .collection("posts")
        .delete_collection()
        .await
        .unwrap_err();
    users.assert();
}

#[tokio::test]
async fn a_mocked_refusal_is_an_error_with_the_servers_words() {
    let server = MockServer::start_async().await;
    mock_token_exchange(&server, KEY);
    server.get_schema(|_, then| {
        then.client_error(403, &error_reply("not yours"));
    });
    let schema = client(&server).collection("users").schema().await;
    let error = schema.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert_eq!(error.message(), Some("not yours"));
}

#[tokio::test]
async fn a_mocked_failure_of_the_server_is_an_error_of_its_kind() {
    let server = MockServer::start_async().await;
    mock_token_exchange(&server, KEY);
    let health = server.get_health(|_, then| {
        then.server_error(503, &error_reply("starting"));
    });
    let error = client(&server).health().await.unwrap_err();
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

#[tokio::test]
async fn a_value_in_a_path_is_text_and_not_a_regular_expression() {
    let server = MockServer::start_async().await;
    mock_token_exchange(&server, KEY);
    let odd = "a.b/c (d)+?";
    let exact = server.delete_collection(|when, then| {
        when.collection(odd);
        then.ok(&types::StatusReply {
            message: None,
            status: Some("success".to_owned()),
            extra: Default::default(),
        });
    });
    let client = client(&server);
    let similar = client.collection("axb/c (d)+?").delete_collection().await;
    similar.unwrap_err();
    exact.assert_calls(0);
    client.collection(odd).delete_collection().await.unwrap();
    exact.assert_calls(1);
}

#[tokio::test]
async fn a_call_has_the_token_of_the_mocked_exchange() {
    let server = MockServer::start_async().await;
    mock_token_exchange(&server, KEY);
    let token = client(&server).token().await.unwrap();
    assert_eq!(token.expose(), TOKEN);
    let stranger = client(&server).with_api_key("another-key").unwrap();
    stranger.token().await.unwrap_err();
}
