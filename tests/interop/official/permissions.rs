//! Permission resources by key id, and the legacy pair of a server before 0.80.

use ekodb_emulator::Emulator;
use official::Error;
use official::admin::{
    ApiKeyAction, LegacyUpdateApiKeyCollectionPermissionsRequest,
    PatchApiKeyCollectionPermissionsRequest, PatchApiKeyKvPermissionsRequest, PermissionEdit,
    UpdateApiKeyCollectionPermissionsRequest, UpdateApiKeyKvPermissionsRequest,
};

use crate::support::{Server, id, status};

/// Names that only arrive when they are encoded in full.
const NAMES: [&str; 5] = ["my collection", "a/b", "users:", "100%", "日本+語"];

fn fields(names: &[&str]) -> PermissionEdit {
    PermissionEdit::Set(names.iter().copied().map(str::to_owned).collect())
}

fn put(key_id: &str, collection: &str) -> UpdateApiKeyCollectionPermissionsRequest {
    UpdateApiKeyCollectionPermissionsRequest {
        key_id: key_id.to_owned(),
        collection: collection.to_owned(),
        read: true,
        write: false,
        select_fields: PermissionEdit::Keep,
        exclude_fields: PermissionEdit::Keep,
        writable_fields: PermissionEdit::Keep,
    }
}

#[tokio::test]
async fn the_client_takes_the_emulator_for_a_modern_server() {
    let server = Server::start().await;
    let key = server.limited("users", &[ApiKeyAction::Read]).await;
    for admin in [server.admin(), server.admin_of(&key.key)] {
        assert!(admin.uses_key_permission_routes().await.expect("answered"));
    }
}

#[tokio::test]
async fn a_key_reads_its_own_permissions_and_no_others() {
    let server = Server::start().await;
    let own = server.limited("users", &[ApiKeyAction::Read]).await;
    let other = server.limited("orders", &[ApiKeyAction::Read]).await;
    let admin = server.admin_of(&own.key);

    let mine = admin.get_permissions().await.expect("everyone may");
    assert!(!mine.is_admin);
    assert!(mine.kv_permissions.is_empty());
    let grant = &mine.collection_permissions["users"];
    assert!(grant.read && !grant.write);
    assert_eq!(status(admin.get_api_key_permissions(id(&other)).await), 403);

    let all = server.admin().get_permissions().await.expect("answered");
    assert!(all.is_admin);
}

#[tokio::test]
async fn a_grant_is_put_read_listed_and_deleted_under_any_name() {
    let server = Server::start().await;
    let key = server.limited("users", &[ApiKeyAction::Read]).await;
    let admin = server.admin();
    for name in NAMES {
        let change = admin
            .put_api_key_collection_permissions(&put(id(&key), name))
            .await;
        let change = change.expect("admins put grants");
        assert_eq!(change.before, None);
        let grant = change.after.expect("there is one now");
        assert!(grant.read && !grant.write);

        let read = admin
            .get_api_key_collection_permissions(id(&key), name)
            .await;
        assert_eq!(read.expect("admins read grants"), grant, "{name}");
        let listed = admin.list_api_key_collection_permissions(id(&key)).await;
        assert_eq!(listed.expect("admins list grants")[name], grant);

        let change = admin
            .delete_api_key_collection_permissions(id(&key), name)
            .await;
        let change = change.expect("admins delete grants");
        assert_eq!((change.before, change.after), (Some(grant), None));
        let gone = admin
            .get_api_key_collection_permissions(id(&key), name)
            .await;
        assert_eq!(status(gone), 404);
    }
}

#[tokio::test]
async fn a_patch_keeps_clears_and_replaces_restrictions() {
    let server = Server::start().await;
    let key = server.limited("users", &[ApiKeyAction::Read]).await;
    let admin = server.admin();
    let mut whole = put(id(&key), "users");
    whole.exclude_fields = fields(&["ssn"]);
    whole.writable_fields = fields(&[]);
    let put = admin.put_api_key_collection_permissions(&whole).await;
    let before = put.expect("admins put grants").after;

    let patch = PatchApiKeyCollectionPermissionsRequest {
        key_id: id(&key).to_owned(),
        collection: "users".to_owned(),
        select_fields: fields(&["name"]),
        exclude_fields: PermissionEdit::Clear,
        ..PatchApiKeyCollectionPermissionsRequest::default()
    };
    let change = admin.patch_api_key_collection_permissions(&patch).await;
    let change = change.expect("admins patch grants");
    assert_eq!(change.before, before);
    let after = change.after.expect("there is one");
    assert!(after.read && !after.write, "left out, so kept");
    assert_eq!(after.select_fields, Some(vec!["name".to_owned()]));
    assert_eq!(after.exclude_fields, None);
    assert_eq!(after.writable_fields, Some(Vec::new()));

    let listed = server.admin().list_api_keys().await.expect("admins list");
    let record = listed.iter().find(|listed| listed.id == key.id);
    let record = record.expect("it is listed");
    assert_eq!(record.collection_permissions["users"], after);
}

#[tokio::test]
async fn a_key_value_grant_is_put_patched_listed_and_deleted() {
    let server = Server::start().await;
    let key = server.limited("users", &[ApiKeyAction::Read]).await;
    let admin = server.admin();
    for prefix in NAMES {
        let put = UpdateApiKeyKvPermissionsRequest {
            key_id: id(&key).to_owned(),
            prefix: prefix.to_owned(),
            read: true,
            write: false,
        };
        let change = admin.put_api_key_kv_permissions(&put).await;
        assert!(change.expect("admins put grants").before.is_none());
        let patch = PatchApiKeyKvPermissionsRequest {
            key_id: id(&key).to_owned(),
            prefix: prefix.to_owned(),
            read: None,
            write: Some(true),
        };
        let change = admin.patch_api_key_kv_permissions(&patch).await;
        let grant = change.expect("admins patch grants").after.expect("kept");
        assert!(grant.read && grant.write);

        let read = admin.get_api_key_kv_permissions(id(&key), prefix).await;
        let read = read.expect("admins read grants");
        assert!(read.read && read.write);
        let listed = admin
            .list_api_key_kv_permissions(id(&key), Some(prefix))
            .await;
        let listed = listed.expect("admins list grants");
        assert_eq!(listed.len(), 1, "{prefix}");
        assert_eq!(listed[0].prefix.as_deref(), Some(prefix));

        let change = admin.delete_api_key_kv_permissions(id(&key), prefix).await;
        assert!(change.expect("admins delete grants").after.is_none());
    }
    let left = admin.list_api_key_kv_permissions(id(&key), None).await;
    assert!(left.expect("admins list grants").is_empty());
}

#[tokio::test]
async fn a_limited_key_changes_no_grant_not_even_its_own() {
    let server = Server::start().await;
    let key = server.limited("users", &[ApiKeyAction::Write]).await;
    let admin = server.admin_of(&key.key);
    for key_id in ["me", id(&key)] {
        let refused = admin
            .put_api_key_collection_permissions(&put(key_id, "users"))
            .await;
        assert_eq!(status(refused), 403);
        let refused = admin
            .delete_api_key_collection_permissions(key_id, "users")
            .await;
        assert_eq!(status(refused), 403);
        let refused = admin.delete_api_key_kv_permissions(key_id, "p").await;
        assert_eq!(status(refused), 403);
    }
}

#[tokio::test]
async fn a_legacy_server_edits_grants_by_the_keys_value() {
    let builder = Emulator::builder().legacy_permissions(true);
    let server = Server::start_with(builder).await;
    let key = server.limited("users", &[ApiKeyAction::Read]).await;
    let admin = server.admin();
    assert!(!admin.uses_key_permission_routes().await.expect("answered"));
    let mut edit = LegacyUpdateApiKeyCollectionPermissionsRequest {
        api_key: key.key.clone(),
        collection: "users".to_owned(),
        read: true,
        write: true,
        select_fields: fields(&["name"]),
        exclude_fields: PermissionEdit::Keep,
        writable_fields: PermissionEdit::Keep,
    };
    let edited = admin
        .legacy_update_api_key_collection_permissions(&edit)
        .await;
    let edited = edited.expect("admins edit grants");
    let grant = &edited.collection_permissions["users"];
    assert!(grant.read && grant.write);
    assert_eq!(grant.select_fields, Some(vec!["name".to_owned()]));

    edit.write = false;
    edit.select_fields = PermissionEdit::Keep;
    let edited = admin
        .legacy_update_api_key_collection_permissions(&edit)
        .await;
    let grant = &edited.expect("admins edit grants").collection_permissions["users"];
    assert!(!grant.write);
    assert_eq!(grant.select_fields, Some(vec!["name".to_owned()]), "kept");

    let own = server.admin_of(&key.key).get_permissions().await;
    let own = own.expect("everyone may");
    assert!(!own.is_admin && own.kv_permissions.is_empty());
    assert_eq!(&own.collection_permissions["users"], grant);
}

#[tokio::test]
async fn a_legacy_edit_is_refused_by_the_client_on_a_modern_server() {
    let server = Server::start().await;
    let key = server.limited("users", &[ApiKeyAction::Read]).await;
    let edit = LegacyUpdateApiKeyCollectionPermissionsRequest {
        api_key: key.key,
        collection: "users".to_owned(),
        read: true,
        write: true,
        select_fields: PermissionEdit::Keep,
        exclude_fields: PermissionEdit::Keep,
        writable_fields: PermissionEdit::Keep,
    };
    let admin = server.admin();
    let refused = admin
        .legacy_update_api_key_collection_permissions(&edit)
        .await;
    assert!(matches!(refused, Err(Error::Validation(_))));
    assert_eq!(
        server.emulator.requests_to("PUT", "/api/auth/permissions"),
        0
    );
}
