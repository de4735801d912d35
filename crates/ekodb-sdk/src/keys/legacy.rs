//! Servers before 0.80, which have no resource for a grant but one endpoint to read one's own
//! permissions and one to edit a grant.
//!
//! Such a server answers the modern routes with 404 or 405. A modern one answers 404 too, for an
//! unknown key or grant, but never at `me/permissions`: that is the probe which tells them apart.
//! Its outcome is remembered, though not for ever, since a server can be upgraded under a running
//! client.

use super::{
    Change, CollectionGrant, CollectionGrantPatch, KeyId, KeyRecord, KvGrant, Permissions, convert,
    list::list,
};
use crate::{Error, ErrorKind, request::Call};

/// The first version whose edits keep the field restrictions that they do not name.
const FIRST_SAFE_VERSION: (u64, u64, u64) = (0, 79, 2);

/// The reply of a modern route, or `None` where the server has no modern routes.
pub(super) async fn fall_back<T>(
    call: &Call,
    modern: Result<T, Error>,
) -> Result<Option<T>, Error> {
    match modern {
        Ok(reply) => Ok(Some(reply)),
        Err(error) if !matches!(error.status(), Some(404 | 405)) => Err(error),
        Err(error) => match is_legacy(call).await? {
            true => Ok(None),
            false => Err(error),
        },
    }
}

async fn is_legacy(call: &Call) -> Result<bool, Error> {
    let memory = call.client().permission_routes();
    if let Some(known) = memory.is_legacy() {
        return Ok(known);
    }
    let probe = call.run(call.api().get_key_permissions().key_id("me").prepare());
    let legacy = match probe.await {
        Ok(_) => false,
        Err(error) if matches!(error.status(), Some(404 | 405)) => true,
        Err(error) => return Err(error),
    };
    memory.remember(legacy);
    Ok(legacy)
}

/// What a key may do: the client's own by the legacy endpoint, another's by the list of keys.
pub(super) async fn permissions(call: &Call, id: &Option<KeyId>) -> Result<Permissions, Error> {
    match id {
        None => {
            let prepared = call.api().get_legacy_permissions().prepare();
            Ok(convert::legacy_permissions(call.run(prepared).await?))
        }
        Some(id) => {
            let record = find(call, id).await?;
            Ok(Permissions {
                admin: record.is_admin,
                collections: record.collections,
                kv: record.kv,
                extra: serde_json::Map::new(),
            })
        }
    }
}

pub(super) async fn collection_grant(
    call: &Call,
    id: &Option<KeyId>,
    name: &str,
) -> Result<CollectionGrant, Error> {
    let mut collections = permissions(call, id).await?.collections;
    collections
        .remove(name)
        .ok_or_else(|| missing(&format!("the collection `{}`", name.escape_debug())))
}

pub(super) async fn kv_grant(
    call: &Call,
    id: &Option<KeyId>,
    prefix: &str,
) -> Result<KvGrant, Error> {
    let mut grants = permissions(call, id).await?.kv.into_iter();
    grants
        .find(|grant| grant.prefix == prefix)
        .ok_or_else(|| missing(&format!("the KV prefix `{}`", prefix.escape_debug())))
}

/// Takes both actions and all restrictions away: the legacy endpoint cannot remove an entry.
pub(super) async fn delete(
    call: &Call,
    id: &Option<KeyId>,
    name: &str,
) -> Result<Change<CollectionGrant>, Error> {
    let nothing = CollectionGrantPatch::whole(&CollectionGrant::default());
    let change = patch(call, id, name, &nothing).await?;
    Ok(Change {
        after: change.after.filter(|grant| grant.read || grant.write),
        ..change
    })
}

pub(super) async fn patch(
    call: &Call,
    id: &Option<KeyId>,
    name: &str,
    patch: &CollectionGrantPatch,
) -> Result<Change<CollectionGrant>, Error> {
    check_version(call).await?;
    let mut record = match id {
        Some(id) => find(call, id).await?,
        None => own(call).await?,
    };
    let before = record.collections.remove(name);
    let key = record.key.ok_or_else(|| {
        Error::new(
            ErrorKind::Unsupported,
            "this server does not show the key's value, which its legacy endpoint needs to edit a grant",
        )
    })?;
    let body = convert::legacy_update(&key, name, before.as_ref(), patch)?;
    let update = call.api().update_legacy_permissions().body(body);
    let mut updated = convert::key_record(call.run(update.prepare()).await?);
    Ok(Change {
        before,
        after: updated.collections.remove(name),
        ripple_warning: updated.ripple_warning,
        extra: serde_json::Map::new(),
    })
}

async fn find(call: &Call, id: &KeyId) -> Result<KeyRecord, Error> {
    let mut keys = list(call).await?;
    keys.find(|record| record.id.as_ref() == Some(id))
        .ok_or_else(|| Error::new(ErrorKind::NotFound, format!("no key has the id {id}")))
}

async fn own(call: &Call) -> Result<KeyRecord, Error> {
    let key = call.in_time(call.client().api_key()).await?;
    let mut keys = list(call).await?;
    keys.find(|record| record.has_value(&key)).ok_or_else(|| {
        let text = "the server's list does not hold the client's own key";
        Error::new(ErrorKind::NotFound, text)
    })
}

fn missing(what: &str) -> Error {
    let text = format!("the key has no grant on {what}");
    Error::new(ErrorKind::NotFound, text).with_no_side_effects(true)
}

/// Refuses to edit a grant on a server that would silently drop restrictions.
async fn check_version(call: &Call) -> Result<(), Error> {
    let health = call.client().health().detailed().await?;
    let version = health.version.as_deref();
    if version.and_then(release) >= Some(FIRST_SAFE_VERSION) {
        return Ok(());
    }
    let text = format!(
        "the server's version is {}: before 0.79.2 an edit of a grant drops its field restrictions, so it is not sent",
        version.unwrap_or("not known")
    );
    Err(Error::new(ErrorKind::Unsupported, text))
}

/// The three numbers of a release. A prerelease is none: it may lack what its number promises.
fn release(version: &str) -> Option<(u64, u64, u64)> {
    let mut parts = version.split('.').map(|part| part.parse().ok());
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Some(major)), Some(Some(minor)), Some(Some(patch)), None) => {
            Some((major, minor, patch))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_release_number_is_believed() {
        assert_eq!(release("0.79.2"), Some((0, 79, 2)));
        for version in ["0.79", "0.80.0-rc.1", "v0.80.0", "0.80.0+1", "", "0.79.2.1"] {
            assert_eq!(release(version), None, "{version}");
        }
    }
}
