//! The routes against the table of operations: same templates, same privileges.

use ekodb_api::{Auth, Operation, Privilege};
use reqwest::Method;
use serde_json::json;

use crate::support::{Reply, Server, send};

/// The operation's path with every parameter filled.
fn path(operation: &Operation) -> String {
    operation
        .path
        .split('/')
        .map(|segment| match segment {
            "{key_id}" => "00000000000000000000000000000000",
            segment if segment.starts_with('{') => "some",
            segment => segment,
        })
        .collect::<Vec<_>>()
        .join("/")
}

async fn ask(server: &Server, operation: &Operation, token: Option<&str>) -> Reply {
    let method: Method = operation.method.parse().unwrap();
    let mut request = server.request(method, &path(operation)).json(&json!({}));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    send(request).await
}

#[tokio::test]
async fn every_operation_has_its_route() {
    let server = Server::start().await;
    for operation in Operation::all() {
        let before = server
            .emulator
            .requests_to(operation.method, operation.path);
        ask(&server, operation, None).await;
        let after = server
            .emulator
            .requests_to(operation.method, operation.path);
        assert_eq!(after, before + 1, "{}", operation.id);
    }
}

#[tokio::test]
async fn every_operation_with_a_bearer_refuses_a_request_without_one() {
    let server = Server::start().await;
    for operation in Operation::all() {
        let reply = ask(&server, operation, None).await;
        let refused = reply.status == 401;
        assert_eq!(refused, operation.auth == Auth::Bearer, "{}", operation.id);
    }
}

#[tokio::test]
async fn every_operation_with_a_privilege_refuses_a_key_without_it() {
    let server = Server::start().await;
    let key = server.limited(json!({})).await;
    for operation in Operation::all().iter().filter(|o| o.auth == Auth::Bearer) {
        let reply = ask(&server, operation, Some(&key.token)).await;
        let needs_more = operation.privilege != Privilege::Any;
        // Another key's permissions are an admin's too: the table can only say that one's own are
        // not.
        let anothers = operation.path.contains("{key_id}");
        assert_eq!(
            reply.status == 403,
            needs_more || anothers,
            "{}",
            operation.id
        );
    }
}

#[tokio::test]
async fn no_operation_refuses_an_admin() {
    let server = Server::start().await;
    for operation in Operation::all().iter().filter(|o| o.auth == Auth::Bearer) {
        // Each with a token of its own: one of the operations revokes keys.
        let admin = server.admin().await;
        let status = ask(&server, operation, Some(&admin)).await.status.as_u16();
        assert!(
            !matches!(status, 401 | 403 | 405 | 500..),
            "{}: {status}",
            operation.id
        );
    }
}
