//! Between the keys and grants of this crate and the wire's.

use std::collections::BTreeMap;

use ekodb_api::{Nullable, SecretString, types};

use super::{
    Change, CollectionGrant, CollectionGrantPatch, KeyRecord, KvGrant, NewKey, Permission,
    Permissions,
};
use crate::{ApiKey, Error};

pub(super) fn register_request(new: &NewKey, admin: &ApiKey) -> types::RegisterKeyRequest {
    let actions = |permission: &Permission| match permission {
        Permission::Read => types::Permission::Read,
        Permission::Write => types::Permission::Write,
    };
    let permissions = new.permissions.iter();
    types::RegisterKeyRequest {
        api_key: wire(admin),
        label: Some(new.label.clone()),
        description: new.description.clone(),
        collection_permissions: permissions
            .map(|(name, permissions)| (name.clone(), permissions.iter().map(actions).collect()))
            .collect(),
        is_admin: new.is_admin,
        key: new.key.as_ref().map(wire),
    }
}

pub(super) fn key_record(key: types::ApiKey) -> KeyRecord {
    let mut extra = key.extra;
    if let Some(created_at) = key.created_at {
        extra.insert("created_at".to_owned(), created_at);
    }
    KeyRecord {
        id: key.id.and_then(|id| id.parse().ok()),
        label: key.label,
        description: key.description,
        is_admin: key.is_admin.unwrap_or_default(),
        collections: key
            .collection_permissions
            .map(|permissions| by_name(permissions.0, collection_permission))
            .unwrap_or_default(),
        kv: kv_grants(key.kv_permissions.unwrap_or_default()),
        // An empty value is no key.
        key: key
            .key
            .map(|key| ApiKey::new(key.expose()))
            .filter(|key| !key.expose().is_empty()),
        ripple_warning: key.ripple_warning,
        extra,
    }
}

pub(super) fn permissions(permissions: types::KeyPermissions) -> Permissions {
    Permissions {
        admin: permissions.admin,
        collections: collection_grants(permissions.collections),
        kv: kv_grants(permissions.kv),
        extra: permissions.extra,
    }
}

pub(super) fn legacy_permissions(permissions: types::LegacyPermissions) -> Permissions {
    Permissions {
        admin: permissions.is_admin,
        collections: by_name(permissions.collection_permissions.0, collection_permission),
        kv: kv_grants(permissions.kv_permissions.unwrap_or_default()),
        extra: permissions.extra,
    }
}

/// The body of a legacy edit. It must name both actions; what neither the patch nor the grant says
/// is not allowed.
pub(super) fn legacy_update(
    target: &ApiKey,
    collection: &str,
    before: Option<&CollectionGrant>,
    patch: &CollectionGrantPatch,
) -> Result<types::LegacyPermissionsUpdate, Error> {
    let collection: Result<_, types::error::ConversionError> = collection.parse();
    let (read, write) = before.map_or((false, false), |grant| (grant.read, grant.write));
    Ok(types::LegacyPermissionsUpdate {
        api_key: wire(target),
        collection: collection.map_err(|error| {
            Error::invalid_argument(format!("the collection's name is {error}"))
        })?,
        read: patch.read.unwrap_or(read),
        write: patch.write.unwrap_or(write),
        select_fields: Nullable::from(patch.select_fields.clone()),
        exclude_fields: Nullable::from(patch.exclude_fields.clone()),
        writable_fields: Nullable::from(patch.writable_fields.clone()),
    })
}

pub(super) fn collection_grants(
    grants: types::CollectionGrants,
) -> BTreeMap<String, CollectionGrant> {
    by_name(grants.0, collection_grant)
}

pub(super) fn collection_grant(grant: types::CollectionGrant) -> CollectionGrant {
    CollectionGrant {
        read: grant.read,
        write: grant.write,
        select_fields: grant.select_fields,
        exclude_fields: grant.exclude_fields,
        writable_fields: grant.writable_fields,
        extra: grant.extra,
    }
}

pub(super) fn collection_grant_put(grant: CollectionGrant) -> types::CollectionGrantPut {
    types::CollectionGrantPut {
        read: grant.read,
        write: grant.write,
        select_fields: grant.select_fields,
        exclude_fields: grant.exclude_fields,
        writable_fields: grant.writable_fields,
    }
}

pub(super) fn collection_grant_patch(patch: &CollectionGrantPatch) -> types::CollectionGrantPatch {
    types::CollectionGrantPatch {
        read: patch.read,
        write: patch.write,
        select_fields: Nullable::from(patch.select_fields.clone()),
        exclude_fields: Nullable::from(patch.exclude_fields.clone()),
        writable_fields: Nullable::from(patch.writable_fields.clone()),
    }
}

pub(super) fn collection_grant_change(
    change: types::CollectionGrantChange,
) -> Change<CollectionGrant> {
    Change {
        before: change.before.map(collection_grant),
        after: change.after.map(collection_grant),
        ripple_warning: change.ripple_warning,
        extra: change.extra,
    }
}

pub(super) fn kv_grants(grants: Vec<types::KvGrant>) -> Vec<KvGrant> {
    let grants = grants.into_iter();
    grants.map(|grant| kv_grant(grant, "")).collect()
}

/// `prefix` stands in where the server leaves it out, as it may in the reply about a single grant.
pub(super) fn kv_grant(grant: types::KvGrant, prefix: &str) -> KvGrant {
    KvGrant {
        prefix: grant.prefix.unwrap_or_else(|| prefix.to_owned()),
        read: grant.read,
        write: grant.write,
        extra: grant.extra,
    }
}

pub(super) fn kv_grant_change(change: types::KvGrantChange, prefix: &str) -> Change<KvGrant> {
    Change {
        before: change.before.map(|grant| kv_grant(grant, prefix)),
        after: change.after.map(|grant| kv_grant(grant, prefix)),
        ripple_warning: change.ripple_warning,
        extra: change.extra,
    }
}

fn by_name<G>(
    grants: impl IntoIterator<Item = (String, G)>,
    grant: fn(G) -> CollectionGrant,
) -> BTreeMap<String, CollectionGrant> {
    let grants = grants.into_iter();
    grants.map(|(name, of)| (name, grant(of))).collect()
}

/// Older servers list the actions, newer ones send a grant.
fn collection_permission(permission: types::CollectionPermission) -> CollectionGrant {
    match permission {
        types::CollectionPermission::CollectionGrant(grant) => collection_grant(grant),
        types::CollectionPermission::Actions(actions) => {
            let allows = |action: &str| actions.iter().any(|allowed| allowed.as_str() == action);
            CollectionGrant::new(allows("read"), allows("write"))
        }
    }
}

fn wire(key: &ApiKey) -> SecretString {
    SecretString::new(key.expose())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_empty_key_value_is_none() {
        let record = |key| key_record(serde_json::from_value(json!({"key": key})).unwrap());
        assert!(record("").key.is_none());
        assert!(record("ek-0123456789").key.is_some());
    }
}
