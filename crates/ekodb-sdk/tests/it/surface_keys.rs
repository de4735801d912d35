//! Keys and permissions over real HTTP, against the emulator.

use ekodb_client::{
    CollectionGrant, CollectionGrantPatch, ErrorKind, KeyId, KvGrantPatch, NewKey, Permission,
};

use crate::stage::{Stage, kind};

#[tokio::test]
async fn a_registered_key_works_at_once_and_within_its_grants() {
    let stage = Stage::start().await;
    let new = NewKey::limited("web")
        .description("the shop")
        .allow("users", [Permission::Read]);
    let registered = stage.admin.keys().register(new).await.unwrap();
    assert_eq!(registered.record.label.as_deref(), Some("web"));
    assert_eq!(registered.record.description.as_deref(), Some("the shop"));
    assert!(!registered.record.is_admin);
    assert_eq!(
        registered.record.collections["users"],
        CollectionGrant::read_only()
    );

    let client = stage.admin.with_api_key(registered.key).unwrap();
    client.collection("users").schema().await.unwrap();
    assert_eq!(
        kind(client.collection("orders").schema().await),
        ErrorKind::PermissionDenied
    );
    assert_eq!(
        kind(client.collection("users").delete_collection().await),
        ErrorKind::PermissionDenied
    );
}

#[tokio::test]
async fn an_admin_key_can_register_further_keys() {
    let stage = Stage::start().await;
    let registered = stage
        .admin
        .keys()
        .register(NewKey::admin("second"))
        .await
        .unwrap();
    assert!(registered.record.is_admin);
    let second = stage.admin.with_api_key(registered.key).unwrap();
    second
        .keys()
        .register(NewKey::limited("third"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_limited_key_can_register_nothing() {
    let stage = Stage::start().await;
    let limited = stage.limited().await;
    assert_eq!(
        kind(limited.client.keys().register(NewKey::limited("x")).await),
        ErrorKind::PermissionDenied
    );
    assert_eq!(
        kind(limited.client.keys().list().await),
        ErrorKind::PermissionDenied
    );
}

#[tokio::test]
async fn a_chosen_value_is_used_refused_when_weak_and_a_conflict_when_taken() {
    let stage = Stage::start().await;
    let value = "0123456789-abcdefghijklmnop-qrstuvw";
    let chosen = || NewKey::limited("chosen").with_key(value);
    let registered = stage.admin.keys().register(chosen()).await.unwrap();
    assert_eq!(registered.key.expose(), value);
    assert_eq!(
        kind(stage.admin.keys().register(chosen()).await),
        ErrorKind::Conflict
    );
    let weak = NewKey::limited("weak").with_key("a".repeat(40));
    assert_eq!(
        kind(stage.admin.keys().register(weak).await),
        ErrorKind::InvalidRequest
    );
}

#[tokio::test]
async fn registrations_that_mean_nothing_are_refused_before_anything_is_sent() {
    let stage = Stage::start().await;
    let before = stage.emulator.requests();
    for new in [
        NewKey::limited(" "),
        NewKey::admin("a").allow("users", [Permission::Read]),
        NewKey::limited("a").allow("users", []),
        NewKey::limited("a").allow("..", [Permission::Read]),
    ] {
        assert_eq!(
            kind(stage.admin.keys().register(new).await),
            ErrorKind::InvalidArgument
        );
    }
    assert_eq!(stage.emulator.requests(), before);
}

#[tokio::test]
async fn a_revoked_key_is_refused_at_once_though_its_token_was_fresh() {
    let stage = Stage::start().await;
    let limited = stage.limited().await;
    limited.client.collections().list().await.unwrap();
    stage.admin.keys().revoke(&limited.id).await.unwrap();
    assert_eq!(
        kind(limited.client.collections().list().await),
        ErrorKind::Unauthenticated
    );
    assert_eq!(
        kind(stage.admin.keys().revoke(&limited.id).await),
        ErrorKind::NotFound
    );
}

#[tokio::test]
async fn a_key_is_revoked_by_its_value_without_the_value_in_a_url() {
    let stage = Stage::start().await;
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
    let labels: Vec<_> = stage
        .admin
        .keys()
        .list()
        .await
        .unwrap()
        .into_iter()
        .filter_map(|key| key.label)
        .collect();
    assert!(!labels.contains(&"a".to_owned()));
    assert_eq!(
        kind(stage.admin.keys().revoke_value(&registered.key).await),
        ErrorKind::NotFound
    );
}

#[tokio::test]
async fn every_key_sees_its_own_permissions() {
    let stage = Stage::start().await;
    assert!(stage.admin.keys().me().get().await.unwrap().admin);
    let limited = stage.limited().await;
    let own = limited.client.keys().me().get().await.unwrap();
    assert!(!own.admin);
    assert_eq!(own.collections["users"], CollectionGrant::read_write());
    assert_eq!(
        limited.client.keys().me().collections().await.unwrap(),
        own.collections
    );
    assert_eq!(
        limited
            .client
            .keys()
            .me()
            .collection("users")
            .get()
            .await
            .unwrap(),
        own.collections["users"]
    );
}

#[tokio::test]
async fn a_limited_key_cannot_see_or_change_the_permissions_of_another() {
    let stage = Stage::start().await;
    let (one, other) = (stage.limited().await, stage.limited().await);
    assert_eq!(
        kind(one.client.keys().key(&other.id).get().await),
        ErrorKind::PermissionDenied
    );
    let grant = one
        .client
        .keys()
        .me()
        .collection("orders")
        .put(CollectionGrant::read_write())
        .await;
    assert_eq!(kind(grant), ErrorKind::PermissionDenied);
}

#[tokio::test]
async fn put_replaces_a_grant_and_says_what_was_before_and_is_after() {
    let stage = Stage::start().await;
    let limited = stage.limited().await;
    let grant = stage.admin.keys().key(&limited.id).collection("users");

    let restricted = CollectionGrant::read_only().exclude_fields(["ssn"]);
    let change = grant.put(restricted.clone()).await.unwrap();
    assert_eq!(change.before, Some(CollectionGrant::read_write()));
    assert_eq!(change.after, Some(restricted.clone()));
    assert_eq!(grant.get().await.unwrap(), restricted);

    let change = grant.put(CollectionGrant::read_only()).await.unwrap();
    assert_eq!(
        change.after,
        Some(CollectionGrant::read_only()),
        "restrictions are gone"
    );
}

#[tokio::test]
async fn a_new_grant_has_no_before() {
    let stage = Stage::start().await;
    let limited = stage.limited().await;
    let grant = stage.admin.keys().key(&limited.id).collection("orders");
    assert_eq!(kind(grant.get().await), ErrorKind::NotFound);
    let change = grant.put(CollectionGrant::write_only()).await.unwrap();
    assert_eq!(
        (change.before, change.after),
        (None, Some(CollectionGrant::write_only()))
    );
}

#[tokio::test]
async fn patch_keeps_what_it_leaves_out_clears_what_it_clears_and_replaces_the_rest() {
    let stage = Stage::start().await;
    let limited = stage.limited().await;
    let grant = stage.admin.keys().key(&limited.id).collection("users");
    let before = CollectionGrant::read_only()
        .exclude_fields(["ssn"])
        .writable_fields(["name"]);
    grant.put(before.clone()).await.unwrap();

    let patch = CollectionGrantPatch::new()
        .select_fields(["name"])
        .clear_exclude_fields();
    let change = grant.patch(patch).await.unwrap();
    assert_eq!(change.before, Some(before));
    let after = CollectionGrant::read_only()
        .select_fields(["name"])
        .writable_fields(["name"]);
    assert_eq!(change.after, Some(after));
}

#[tokio::test]
async fn an_empty_restriction_is_not_the_same_as_none() {
    let stage = Stage::start().await;
    let limited = stage.limited().await;
    let grant = stage.admin.keys().key(&limited.id).collection("users");
    let nothing = CollectionGrant::read_only().select_fields(Vec::<String>::new());
    grant.put(nothing.clone()).await.unwrap();
    assert_eq!(grant.get().await.unwrap().select_fields, Some(Vec::new()));
}

#[tokio::test]
async fn a_deleted_grant_refuses_from_then_on() {
    let stage = Stage::start().await;
    let limited = stage.limited().await;
    let grant = stage.admin.keys().key(&limited.id).collection("users");
    let change = grant.delete().await.unwrap();
    assert_eq!(
        (change.before, change.after),
        (Some(CollectionGrant::read_write()), None)
    );
    assert_eq!(
        kind(limited.client.collection("users").schema().await),
        ErrorKind::PermissionDenied
    );
}

#[tokio::test]
async fn blank_field_names_are_refused_before_anything_is_sent() {
    let stage = Stage::start().await;
    let limited = stage.limited().await;
    let grant = stage.admin.keys().key(&limited.id).collection("users");
    let before = stage.emulator.requests();
    let put = grant
        .put(CollectionGrant::read_only().select_fields([" "]))
        .await;
    assert_eq!(kind(put), ErrorKind::InvalidArgument);
    let patch = grant
        .patch(CollectionGrantPatch::new().writable_fields(["a", ""]))
        .await;
    assert_eq!(kind(patch), ErrorKind::InvalidArgument);
    assert_eq!(stage.emulator.requests(), before);
}

#[tokio::test]
async fn kv_grants_are_set_changed_read_and_removed() {
    let stage = Stage::start().await;
    let limited = stage.limited().await;
    let permissions = stage.admin.keys().key(&limited.id);
    let grant = permissions.kv("sessions:");
    let change = grant.put([Permission::Read]).await.unwrap();
    assert!(change.before.is_none());
    assert_eq!(change.after.unwrap().prefix, "sessions:");
    let change = grant.patch(KvGrantPatch::new().write(true)).await.unwrap();
    let after = change.after.unwrap();
    assert_eq!((after.read, after.write), (true, true));
    assert_eq!(grant.get().await.unwrap(), after);
    assert_eq!(
        permissions.kv_grants().await.unwrap(),
        std::slice::from_ref(&after)
    );
    let change = grant.delete().await.unwrap();
    assert_eq!((change.before, change.after), (Some(after), None));
    assert_eq!(kind(grant.get().await), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_kv_grant_that_allows_nothing_is_refused_before_anything_is_sent() {
    let stage = Stage::start().await;
    let limited = stage.limited().await;
    let before = stage.emulator.requests();
    let put = stage.admin.keys().key(&limited.id).kv("a").put([]).await;
    assert_eq!(kind(put), ErrorKind::InvalidArgument);
    assert_eq!(stage.emulator.requests(), before);
}

#[tokio::test]
async fn odd_prefixes_and_names_of_grants_arrive_intact() {
    let stage = Stage::start().await;
    let limited = stage.limited().await;
    let permissions = stage.admin.keys().key(&limited.id);
    for name in ["a/b", "a b", "%2F", "雪", "a?b#c", "users:"] {
        permissions
            .kv(name)
            .put([Permission::Read, Permission::Write])
            .await
            .unwrap();
        assert_eq!(permissions.kv(name).get().await.unwrap().prefix, name);
        permissions
            .collection(name)
            .put(CollectionGrant::read_only())
            .await
            .unwrap();
        assert!(
            permissions.collections().await.unwrap().contains_key(name),
            "{name}"
        );
    }
}

#[tokio::test]
async fn an_unknown_key_id_is_not_found_on_a_modern_server() {
    let stage = Stage::start().await;
    let id: KeyId = "0".repeat(32).parse().unwrap();
    assert_eq!(
        kind(stage.admin.keys().key(&id).get().await),
        ErrorKind::NotFound
    );
    let put = stage
        .admin
        .keys()
        .key(&id)
        .collection("users")
        .put(CollectionGrant::read_only())
        .await;
    assert_eq!(kind(put), ErrorKind::NotFound);
}
