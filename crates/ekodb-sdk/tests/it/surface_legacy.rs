//! Servers before 0.80: the same calls by their single legacy endpoint.

use ekodb_client::{CollectionGrant, CollectionGrantPatch, ErrorKind, NewKey, Permission};
use ekodb_emulator::Emulator;
use httpmock::{
    Method::{GET, PUT},
    MockServer,
};
use serde_json::json;

use crate::stage::{Stage, kind};

async fn legacy() -> Stage {
    Stage::with(
        Emulator::builder()
            .legacy_permissions(true)
            .start()
            .await
            .unwrap(),
    )
}

#[tokio::test]
async fn own_permissions_are_read_by_the_legacy_endpoint() {
    let stage = legacy().await;
    assert!(stage.admin.keys().me().get().await.unwrap().admin);
    let limited = stage.limited().await;
    let own = limited.client.keys().me();
    assert_eq!(
        own.get().await.unwrap().collections["users"],
        CollectionGrant::read_write()
    );
    assert_eq!(
        own.collections().await.unwrap()["users"],
        CollectionGrant::read_write()
    );
    assert_eq!(
        own.collection("users").get().await.unwrap(),
        CollectionGrant::read_write()
    );
    assert_eq!(
        kind(own.collection("orders").get().await),
        ErrorKind::NotFound
    );
}

#[tokio::test]
async fn a_grant_is_put_patched_and_deleted_with_before_and_after() {
    let stage = legacy().await;
    let limited = stage.limited().await;
    let grant = stage.admin.keys().key(&limited.id).collection("users");

    let restricted = CollectionGrant::read_only().exclude_fields(["ssn"]);
    let change = grant.put(restricted.clone()).await.unwrap();
    assert_eq!(change.before, Some(CollectionGrant::read_write()));
    assert_eq!(change.after, Some(restricted.clone()));

    let patch = CollectionGrantPatch::new().write(true);
    let change = grant.patch(patch).await.unwrap();
    let after = CollectionGrant::read_write().exclude_fields(["ssn"]);
    assert_eq!(
        (change.before, change.after),
        (Some(restricted), Some(after))
    );

    let change = grant.delete().await.unwrap();
    assert_eq!(change.after, None);
    assert_eq!(
        kind(limited.client.collection("users").schema().await),
        ErrorKind::PermissionDenied
    );
}

#[tokio::test]
async fn kv_grants_cannot_be_changed_and_the_error_says_what_it_needs() {
    let stage = legacy().await;
    let limited = stage.limited().await;
    let error = stage
        .admin
        .keys()
        .key(&limited.id)
        .kv("a")
        .put([Permission::Read, Permission::Write])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("0.80"), "{error}");
}

#[tokio::test]
async fn the_kind_of_server_is_probed_once_and_remembered() {
    let stage = legacy().await;
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
    let put = client
        .keys()
        .me()
        .collection("users")
        .put(CollectionGrant::read_only())
        .await;
    let error = put.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("0.79.1"), "{error}");
    edit.assert_calls(0);
}

#[tokio::test]
async fn registration_and_revocation_are_the_same_on_both_kinds_of_server() {
    let stage = legacy().await;
    let registered = stage
        .admin
        .keys()
        .register(NewKey::limited("a"))
        .await
        .unwrap();
    stage
        .admin
        .keys()
        .revoke_value(&registered.key)
        .await
        .unwrap();
}
