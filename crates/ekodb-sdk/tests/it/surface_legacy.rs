//! Servers before 0.80: the same calls by their single legacy endpoint.

use ekodb_client::{
    CollectionGrant, CollectionGrantPatch,
    ErrorKind::{NotFound, Unsupported},
    Permission,
};
use httpmock::{
    Method::{GET, PUT},
    MockServer,
};
use serde_json::json;

use crate::stage::{Stage, kind};

#[tokio::test]
async fn own_permissions_are_read_by_the_legacy_endpoint() {
    let stage = Stage::legacy().await;
    assert!(stage.admin.keys().me().get().await.unwrap().admin);
    let limited = stage.limited().await;
    let own = limited.client.keys().me();
    let both = CollectionGrant::read_write();
    assert_eq!(own.get().await.unwrap().collections["users"], both);
    assert_eq!(own.collections().await.unwrap()["users"], both);
    assert_eq!(own.collection("users").get().await.unwrap(), both);
    assert_eq!(kind(own.collection("orders").get().await), NotFound);
}

#[tokio::test]
async fn a_patch_keeps_what_it_leaves_out() {
    let stage = Stage::legacy().await;
    let limited = stage.limited().await;
    let grant = stage.admin.keys().key(&limited.id).collection("users");
    let before = CollectionGrant::read_only().exclude_fields(["ssn"]);
    grant.put(before.clone()).await.unwrap();
    let patch = CollectionGrantPatch::new().write(true);
    let change = grant.patch(patch).await.unwrap();
    let after = CollectionGrant::read_write().exclude_fields(["ssn"]);
    assert_eq!((change.before, change.after), (Some(before), Some(after)));
}

#[tokio::test]
async fn kv_grants_cannot_be_changed_and_the_error_says_what_it_needs() {
    let stage = Stage::legacy().await;
    let limited = stage.limited().await;
    let grant = stage.admin.keys().key(&limited.id).kv("a");
    let both = [Permission::Read, Permission::Write];
    let error = grant.put(both).await.unwrap_err();
    assert_eq!(error.kind(), Unsupported);
    assert!(error.to_string().contains("0.80"), "{error}");
}

#[tokio::test]
async fn the_kind_of_server_is_probed_once_and_remembered() {
    let stage = Stage::legacy().await;
    let probe = "/api/auth/keys/{key_id}/permissions";
    let own = stage.admin.keys().me();
    own.collections().await.unwrap();
    let after_first = stage.emulator.requests_to("GET", probe);
    own.collections().await.unwrap();
    assert_eq!(stage.emulator.requests_to("GET", probe), after_first);
}

#[tokio::test]
async fn an_edit_is_not_sent_to_a_server_that_would_drop_restrictions() {
    let server = MockServer::start_async().await;
    server.mock(|when, then| {
        when.path("/api/auth/token");
        then.status(200).json_body(json!({ "token": "a.b.c" }));
    });
    server.mock(|when, then| {
        when.method(GET).path("/api/health");
        then.status(200)
            .json_body(json!({ "status": "ok", "version": "0.79.1" }));
    });
    let edit = server.mock(|when, then| {
        when.method(PUT).path("/api/auth/permissions");
        then.status(200).json_body(json!({}));
    });
    server.mock(|_, then| {
        then.status(405)
            .json_body(json!({ "code": 405, "message": "Method Not Allowed" }));
    });
    let client = ekodb_client::Client::builder()
        .base_url(server.base_url())
        .api_key("an-admin-key")
        .build()
        .unwrap();
    let users = client.keys().me().collection("users");
    let put = users.put(CollectionGrant::read_only()).await;
    let error = put.unwrap_err();
    assert_eq!(error.kind(), Unsupported);
    assert!(error.to_string().contains("0.79.1"), "{error}");
    edit.assert_calls(0);
}
