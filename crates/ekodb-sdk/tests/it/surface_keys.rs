//! Keys and permissions over real HTTP, against the emulator.

use ekodb_client::{
    CollectionGrant, CollectionGrantPatch,
    ErrorKind::{
        Conflict, InvalidArgument, InvalidRequest, NotFound, PermissionDenied, Unauthenticated,
    },
    KeyId, KvGrantPatch, NewKey, Permission,
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
    let granted = &registered.record.collections["users"];
    assert_eq!(*granted, CollectionGrant::read_only());

    let client = stage.admin.with_api_key(registered.key).unwrap();
    let (users, orders) = (client.collection("users"), client.collection("orders"));
    users.schema().await.unwrap();
    assert_eq!(kind(orders.schema().await), PermissionDenied);
    assert_eq!(kind(users.delete_collection().await), PermissionDenied);
}

#[tokio::test]
async fn an_admin_key_can_register_further_keys() {
    let stage = Stage::start().await;
    let new = NewKey::admin("second");
    let registered = stage.admin.keys().register(new).await.unwrap();
    assert!(registered.record.is_admin);
    let second = stage.admin.with_api_key(registered.key).unwrap();
    let third = NewKey::limited("third");
    second.keys().register(third).await.unwrap();
}

#[tokio::test]
async fn a_limited_key_can_register_nothing() {
    let stage = Stage::start().await;
    let keys = stage.limited().await.client.keys();
    let registered = keys.register(NewKey::limited("x")).await;
    assert_eq!(kind(registered), PermissionDenied);
    assert_eq!(kind(keys.list().await), PermissionDenied);
}

#[tokio::test]
async fn a_chosen_value_is_used_refused_when_weak_and_a_conflict_when_taken() {
    let stage = Stage::start().await;
    let keys = stage.admin.keys();
    let value = "0123456789-abcdefghijklmnop-qrstuvw";
    let chosen = || NewKey::limited("chosen").with_key(value);
    let registered = keys.register(chosen()).await.unwrap();
    assert_eq!(registered.key.expose(), value);
    assert_eq!(kind(keys.register(chosen()).await), Conflict);
    let weak = NewKey::limited("weak").with_key("a".repeat(40));
    assert_eq!(kind(keys.register(weak).await), InvalidRequest);
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
        let registered = stage.admin.keys().register(new).await;
        assert_eq!(kind(registered), InvalidArgument);
    }
    assert_eq!(stage.emulator.requests(), before);
}

#[tokio::test]
async fn a_revoked_key_is_refused_at_once_though_its_token_was_fresh() {
    let stage = Stage::start().await;
    let limited = stage.limited().await;
    let (keys, collections) = (stage.admin.keys(), limited.client.collections());
    collections.list().await.unwrap();
    keys.revoke(&limited.id).await.unwrap();
    assert_eq!(kind(collections.list().await), Unauthenticated);
    assert_eq!(kind(keys.revoke(&limited.id).await), NotFound);
}

#[tokio::test]
async fn a_key_is_revoked_by_its_value_without_the_value_in_a_url() {
    for stage in [Stage::start().await, Stage::legacy().await] {
        let keys = stage.admin.keys();
        let registered = keys.register(NewKey::limited("a")).await.unwrap();
        keys.revoke_value(&registered.key).await.unwrap();
        let left = keys.list().await.unwrap();
        assert!(left.iter().all(|key| key.label.as_deref() != Some("a")));
        assert_eq!(kind(keys.revoke_value(&registered.key).await), NotFound);
    }
}

#[tokio::test]
async fn every_key_sees_its_own_permissions() {
    let stage = Stage::start().await;
    assert!(stage.admin.keys().me().get().await.unwrap().admin);
    let limited = stage.limited().await;
    let permissions = limited.client.keys().me();
    let own = permissions.get().await.unwrap();
    assert!(!own.admin);
    assert_eq!(own.collections["users"], CollectionGrant::read_write());
    assert_eq!(permissions.collections().await.unwrap(), own.collections);
    let grant = permissions.collection("users").get().await.unwrap();
    assert_eq!(grant, own.collections["users"]);
}

#[tokio::test]
async fn a_limited_key_cannot_see_or_change_the_permissions_of_another() {
    let stage = Stage::start().await;
    let (one, other) = (stage.limited().await, stage.limited().await);
    let keys = one.client.keys();
    assert_eq!(kind(keys.key(&other.id).get().await), PermissionDenied);
    let orders = keys.me().collection("orders");
    let grant = orders.put(CollectionGrant::read_write()).await;
    assert_eq!(kind(grant), PermissionDenied);
}

#[tokio::test]
async fn put_replaces_a_grant_and_says_what_was_before_and_is_after() {
    for stage in [Stage::start().await, Stage::legacy().await] {
        let limited = stage.limited().await;
        let grant = stage.admin.keys().key(&limited.id).collection("users");

        let restricted = CollectionGrant::read_only().exclude_fields(["ssn"]);
        let change = grant.put(restricted.clone()).await.unwrap();
        assert_eq!(change.before, Some(CollectionGrant::read_write()));
        assert_eq!(change.after, Some(restricted.clone()));
        assert_eq!(grant.get().await.unwrap(), restricted);

        let unrestricted = CollectionGrant::read_only();
        let change = grant.put(unrestricted.clone()).await.unwrap();
        assert_eq!(change.after, Some(unrestricted), "restrictions are gone");
    }
}

#[tokio::test]
async fn a_new_grant_has_no_before() {
    let stage = Stage::start().await;
    let limited = stage.limited().await;
    let grant = stage.admin.keys().key(&limited.id).collection("orders");
    assert_eq!(kind(grant.get().await), NotFound);
    let new = CollectionGrant::write_only();
    let change = grant.put(new.clone()).await.unwrap();
    assert_eq!((change.before, change.after), (None, Some(new)));
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
    for stage in [Stage::start().await, Stage::legacy().await] {
        let limited = stage.limited().await;
        let grant = stage.admin.keys().key(&limited.id).collection("users");
        let change = grant.delete().await.unwrap();
        let before = Some(CollectionGrant::read_write());
        assert_eq!((change.before, change.after), (before, None));
        let schema = limited.client.collection("users").schema().await;
        assert_eq!(kind(schema), PermissionDenied);
    }
}

#[tokio::test]
async fn blank_field_names_are_refused_before_anything_is_sent() {
    let stage = Stage::start().await;
    let limited = stage.limited().await;
    let grant = stage.admin.keys().key(&limited.id).collection("users");
    let before = stage.emulator.requests();
    let whole = CollectionGrant::read_only().select_fields([" "]);
    assert_eq!(kind(grant.put(whole).await), InvalidArgument);
    let patch = CollectionGrantPatch::new().writable_fields(["a", ""]);
    assert_eq!(kind(grant.patch(patch).await), InvalidArgument);
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
    let all = permissions.kv_grants().await.unwrap();
    assert_eq!(all, std::slice::from_ref(&after));
    let change = grant.delete().await.unwrap();
    assert_eq!((change.before, change.after), (Some(after), None));
    assert_eq!(kind(grant.get().await), NotFound);
}

#[tokio::test]
async fn a_kv_grant_that_allows_nothing_is_refused_before_anything_is_sent() {
    let stage = Stage::start().await;
    let limited = stage.limited().await;
    let before = stage.emulator.requests();
    let put = stage.admin.keys().key(&limited.id).kv("a").put([]).await;
    assert_eq!(kind(put), InvalidArgument);
    assert_eq!(stage.emulator.requests(), before);
}

#[tokio::test]
async fn odd_prefixes_and_names_of_grants_arrive_intact() {
    let stage = Stage::start().await;
    let limited = stage.limited().await;
    let permissions = stage.admin.keys().key(&limited.id);
    for name in ["a/b", "a b", "%2F", "雪", "a?b#c", "users:"] {
        let (kv, collection) = (permissions.kv(name), permissions.collection(name));
        let both = [Permission::Read, Permission::Write];
        kv.put(both).await.unwrap();
        assert_eq!(kv.get().await.unwrap().prefix, name);
        let read_only = CollectionGrant::read_only();
        collection.put(read_only).await.unwrap();
        let granted = permissions.collections().await.unwrap();
        assert!(granted.contains_key(name), "{name}");
    }
}

#[tokio::test]
async fn an_unknown_key_id_is_not_found_on_a_modern_server() {
    let stage = Stage::start().await;
    let id: KeyId = "0".repeat(32).parse().unwrap();
    let unknown = stage.admin.keys().key(&id);
    assert_eq!(kind(unknown.get().await), NotFound);
    let users = unknown.collection("users");
    let put = users.put(CollectionGrant::read_only()).await;
    assert_eq!(kind(put), NotFound);
}
