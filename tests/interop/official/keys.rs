//! Registering, listing and revoking keys.

use official::Error;
use official::admin::{ApiKeyAction, CreateApiKeyRequest};

use crate::support::{Server, id, schema, status};

#[tokio::test]
async fn a_registered_key_is_listed_and_gets_tokens() {
    let server = Server::start().await;
    let key = server
        .limited("users", &[ApiKeyAction::Read, ApiKeyAction::Write])
        .await;
    assert_eq!(key.label.as_deref(), Some("limited"));
    assert!(!key.is_admin);
    let grant = &key.collection_permissions["users"];
    assert!(grant.read && grant.write);

    let listed = server.admin().list_api_keys().await.expect("admins list");
    assert_eq!(listed.len(), 2);
    let found = listed.iter().find(|listed| listed.id == key.id);
    assert_eq!(found.expect("the new key is listed").key, key.key);

    let token = server.client_of(&key.key).get_token().await;
    assert!(!token.expect("the key is good").is_empty());
}

#[tokio::test]
async fn a_registered_admin_key_administers() {
    let server = Server::start().await;
    let request = CreateApiKeyRequest {
        is_admin: true,
        ..CreateApiKeyRequest::default()
    };
    let key = server.admin().create_api_key(&request).await.expect("made");
    assert!(key.is_admin);
    let second = server.admin_of(&key.key);
    assert_eq!(second.list_api_keys().await.expect("admins list").len(), 2);
}

#[tokio::test]
async fn a_key_is_revoked_by_its_id() {
    let server = Server::start().await;
    let key = server.limited("users", &[ApiKeyAction::Read]).await;
    server
        .admin()
        .revoke_api_key(id(&key))
        .await
        .expect("admins revoke");
    revoked(&server, &key.key).await;
}

#[tokio::test]
async fn a_key_is_revoked_by_its_value() {
    let server = Server::start().await;
    let key = server.limited("users", &[ApiKeyAction::Read]).await;
    server
        .admin()
        .revoke_api_key(&key.key)
        .await
        .expect("admins revoke");
    revoked(&server, &key.key).await;
}

async fn revoked(server: &Server, key: &str) {
    let refused = server.client_of(key).get_token().await;
    assert!(matches!(refused, Err(Error::Authentication(_))));
    let left = server.admin().list_api_keys().await.expect("admins list");
    assert!(left.iter().all(|listed| listed.key != key));
}

#[tokio::test]
async fn revoking_a_key_ends_the_tokens_it_has() {
    let server = Server::start().await;
    let key = server.limited("users", &[ApiKeyAction::Read]).await;
    let client = server.client_of(&key.key);
    client.list_collections().await.expect("the key is good");
    let revoked = server.admin().revoke_api_key(id(&key)).await;
    revoked.expect("admins revoke");
    let refused = client.list_collections().await;
    assert!(
        matches!(refused, Err(Error::Authentication(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn revoking_an_unknown_key_is_404() {
    let server = Server::start().await;
    let unknown = "0".repeat(32);
    assert_eq!(status(server.admin().revoke_api_key(&unknown).await), 404);
}

#[tokio::test]
async fn a_limited_key_administers_nothing() {
    let server = Server::start().await;
    let key = server
        .limited("users", &[ApiKeyAction::Read, ApiKeyAction::Write])
        .await;
    let admin = server.admin_of(&key.key);
    assert_eq!(status(admin.list_api_keys().await), 403);
    assert_eq!(status(admin.revoke_api_key(&key.key).await), 403);
    let request = CreateApiKeyRequest::default();
    assert_eq!(status(admin.create_api_key(&request).await), 403);

    let client = server.client_of(&key.key);
    assert_eq!(
        status(client.create_collection("users", schema()).await),
        403
    );
    assert_eq!(status(client.delete_collection("users").await), 403);
    assert_eq!(status(client.restore_collection("users").await), 403);
}
