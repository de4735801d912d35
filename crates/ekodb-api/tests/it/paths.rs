//! Arguments in the path reach the operation's own resource, or nothing is sent.

use ekodb_api::{Client, Error, SharedTransport};
use httpmock::{Method::DELETE, MockServer};

fn client(server: &MockServer, prefix: &str) -> Client {
    Client::new_with_client(
        &format!("{}{prefix}", server.base_url()),
        reqwest::Client::new(),
        SharedTransport::default(),
    )
}

#[tokio::test]
async fn any_name_arrives_as_one_segment() {
    for (name, written) in [
        ("a/b", "a%2Fb"),
        ("a\\b", "a%5Cb"),
        ("雪", "%E9%9B%AA"),
        ("%2F", "%252F"),
        ("a?b#c", "a%3Fb%23c"),
        ("a b", "a%20b"),
    ] {
        let server = MockServer::start_async().await;
        let mock = server.mock(|when, then| {
            // The path as written, not as decoded.
            let expected = format!("/api/collections/{written}");
            when.method(DELETE)
                .is_true(move |request| request.uri().path() == expected);
            then.status(200).json_body(serde_json::json!({}));
        });
        client(&server, "")
            .delete_collection()
            .collection(name)
            .send()
            .await
            .unwrap();
        mock.assert();
    }
}

#[tokio::test]
async fn dot_segments_and_empty_names_are_refused_and_nothing_is_sent() {
    let server = MockServer::start_async().await;
    let any = server.mock(|_, then| {
        then.status(200).json_body(serde_json::json!({}));
    });
    for name in ["..", ".", ""] {
        let error = client(&server, "")
            .delete_collection()
            .collection(name)
            .send()
            .await
            .unwrap_err();
        assert!(
            matches!(error, Error::InvalidRequest(_)),
            "{name:?}: {error:?}"
        );
    }
    any.assert_calls(0);
}

#[tokio::test]
async fn a_prefix_of_the_base_url_is_kept() {
    let server = MockServer::start_async().await;
    let mock = server.mock(|when, then| {
        when.path("/proxy/eko/api/collections/users");
        then.status(200).json_body(serde_json::json!({}));
    });
    client(&server, "/proxy/eko")
        .delete_collection()
        .collection("users")
        .send()
        .await
        .unwrap();
    mock.assert();
}
