//! Reading and changing what one key may do.

use std::collections::BTreeMap;

use ekodb_api::types;

use super::{
    Change, CollectionGrant, CollectionGrantPatch, KeyId, KvGrant, Permissions, convert, legacy,
};
use crate::{
    Client, Error, ErrorKind, argument,
    request::{Call, Request},
};

/// What one key may do. Made by [`Keys::me`](super::Keys::me) and [`Keys::key`](super::Keys::key).
///
/// Servers from 0.80 on have a resource for every grant. On an older server the same calls use its single legacy
/// endpoint, as far as that goes: grants on KV prefixes cannot be changed there. Which kind of server it is, is found
/// out when a call is answered as unknown, and looked at anew after five minutes.
#[derive(Clone, Debug)]
pub struct KeyPermissions {
    client: Client,
    id: Option<KeyId>,
}

impl KeyPermissions {
    pub(super) fn new(client: Client, id: Option<KeyId>) -> Self {
        Self { client, id }
    }

    fn target(&self) -> Target {
        Target(self.id.clone())
    }

    /// Everything the key may do: `GET /api/auth/keys/{key_id}/permissions`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PermissionDenied`] for another key without an admin key, [`ErrorKind::NotFound`] for an unknown id,
    /// and the transport's kinds.
    pub fn get(&self) -> Request<Permissions> {
        let target = self.target();
        Request::new(&self.client, move |call| async move {
            target.permissions(&call).await
        })
    }

    /// The grants on collections: `GET /api/auth/keys/{key_id}/permissions/collections`.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn collections(&self) -> Request<BTreeMap<String, CollectionGrant>> {
        let target = self.target();
        Request::new(&self.client, move |call| async move {
            let id = target.path_segment();
            let modern =
                call.run(|api| async move { api.list_collection_grants().key_id(id).send().await });
            match legacy::fall_back(&call, modern.await).await? {
                Some(grants) => Ok(convert::collection_grants(grants)),
                None => Ok(legacy::permissions(&call, &target.0).await?.collections),
            }
        })
    }

    /// The grant on one collection. The name may hold any character but control and invisible ones.
    pub fn collection(&self, name: impl Into<String>) -> CollectionGrantHandle {
        CollectionGrantHandle {
            client: self.client.clone(),
            target: self.target(),
            name: name.into(),
        }
    }

    /// The grants on KV prefixes: `GET /api/auth/keys/{key_id}/permissions/kv`.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn kv_grants(&self) -> Request<Vec<KvGrant>> {
        let target = self.target();
        Request::new(&self.client, move |call| async move {
            let id = target.path_segment();
            let modern =
                call.run(|api| async move { api.list_kv_grants().key_id(id).send().await });
            match legacy::fall_back(&call, modern.await).await? {
                Some(grants) => Ok(convert::kv_grants(grants)),
                None => Ok(legacy::permissions(&call, &target.0).await?.kv),
            }
        })
    }

    /// The grant on one KV prefix, such as `sessions:`.
    pub fn kv(&self, prefix: impl Into<String>) -> KvGrantHandle {
        KvGrantHandle {
            client: self.client.clone(),
            target: self.target(),
            prefix: prefix.into(),
        }
    }
}

/// The key that a call is about: one with an id, or the client's own.
#[derive(Clone, Debug)]
struct Target(Option<KeyId>);

impl Target {
    fn path_segment(&self) -> String {
        self.0
            .as_ref()
            .map_or_else(|| "me".to_owned(), ToString::to_string)
    }

    async fn permissions(&self, call: &Call) -> Result<Permissions, Error> {
        let id = self.path_segment();
        let modern =
            call.run(|api| async move { api.get_key_permissions().key_id(id).send().await });
        match legacy::fall_back(call, modern.await).await? {
            Some(permissions) => Ok(convert::permissions(permissions)),
            None => legacy::permissions(call, &self.0).await,
        }
    }
}

/// The grant of one key on one collection. Made by [`KeyPermissions::collection`].
#[derive(Clone, Debug)]
pub struct CollectionGrantHandle {
    client: Client,
    target: Target,
    name: String,
}

impl CollectionGrantHandle {
    /// The grant: `GET /api/auth/keys/{key_id}/permissions/collections/{name}`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] where the key has no grant on the collection, [`ErrorKind::InvalidArgument`] for a name that
    /// cannot travel in a URL, [`ErrorKind::PermissionDenied`] for another key without an admin key, and the transport's kinds.
    pub fn get(&self) -> Request<CollectionGrant> {
        let this = self.clone();
        Request::new(&self.client, move |call| async move {
            let (id, name) = this.path()?;
            let modern = call.run(|api| async move {
                api.get_collection_grant()
                    .key_id(id)
                    .collection(name)
                    .send()
                    .await
            });
            match legacy::fall_back(&call, modern.await).await? {
                Some(grant) => Ok(convert::collection_grant(grant)),
                None => legacy::collection_grant(&call, &this.target.0, &this.name).await,
            }
        })
    }

    /// Sets the whole grant, restrictions included: `PUT` on the same path. What the grant does not restrict is
    /// unrestricted afterwards.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get) but for [`ErrorKind::NotFound`], which stands for an unknown key here;
    /// [`ErrorKind::InvalidArgument`] for a blank field name.
    pub fn put(&self, grant: CollectionGrant) -> Request<Change<CollectionGrant>> {
        let this = self.clone();
        Request::new(&self.client, move |call| async move {
            let (id, name) = this.path()?;
            check_restrictions(&grant)?;
            let body = convert::collection_grant_put(&grant);
            let modern = call.run(|api| async move {
                api.put_collection_grant()
                    .key_id(id)
                    .collection(name)
                    .body(body)
                    .send()
                    .await
            });
            match legacy::fall_back(&call, modern.await).await? {
                Some(change) => Ok(convert::collection_grant_change(change)),
                None => legacy::put(&call, &this.target.0, &this.name, &grant).await,
            }
        })
    }

    /// Changes what the patch names and keeps the rest: `PATCH` on the same path.
    ///
    /// # Errors
    ///
    /// As [`put`](Self::put).
    pub fn patch(&self, patch: CollectionGrantPatch) -> Request<Change<CollectionGrant>> {
        let this = self.clone();
        Request::new(&self.client, move |call| async move {
            let (id, name) = this.path()?;
            check_patch(&patch)?;
            let body = convert::collection_grant_patch(&patch);
            let modern = call.run(|api| async move {
                api.patch_collection_grant()
                    .key_id(id)
                    .collection(name)
                    .body(body)
                    .send()
                    .await
            });
            match legacy::fall_back(&call, modern.await).await? {
                Some(change) => Ok(convert::collection_grant_change(change)),
                None => legacy::patch(&call, &this.target.0, &this.name, &patch).await,
            }
        })
    }

    /// Removes the grant: `DELETE` on the same path.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get). Whether a missing grant is [`ErrorKind::NotFound`] or a change from nothing to nothing
    /// differs between servers.
    pub fn delete(&self) -> Request<Change<CollectionGrant>> {
        let this = self.clone();
        Request::new(&self.client, move |call| async move {
            let (id, name) = this.path()?;
            let modern = call.run(|api| async move {
                api.delete_collection_grant()
                    .key_id(id)
                    .collection(name)
                    .send()
                    .await
            });
            match legacy::fall_back(&call, modern.await).await? {
                Some(change) => Ok(convert::collection_grant_change(change)),
                None => legacy::delete(&call, &this.target.0, &this.name).await,
            }
        })
    }

    fn path(&self) -> Result<(String, String), Error> {
        argument::segment("collection", &self.name)?;
        Ok((self.target.path_segment(), self.name.clone()))
    }
}

/// The grant of one key on one KV prefix. Made by [`KeyPermissions::kv`].
#[derive(Clone, Debug)]
pub struct KvGrantHandle {
    client: Client,
    target: Target,
    prefix: String,
}

impl KvGrantHandle {
    /// The grant: `GET /api/auth/keys/{key_id}/permissions/kv/{prefix}`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] where the key has no grant on the prefix, [`ErrorKind::InvalidArgument`] for a prefix that
    /// cannot travel in a URL, [`ErrorKind::PermissionDenied`] for another key without an admin key, and the transport's kinds.
    pub fn get(&self) -> Request<KvGrant> {
        let this = self.clone();
        Request::new(&self.client, move |call| async move {
            let (id, prefix) = this.path()?;
            let modern =
                call.run(
                    |api| async move { api.get_kv_grant().key_id(id).prefix(prefix).send().await },
                );
            match legacy::fall_back(&call, modern.await).await? {
                Some(grant) => Ok(convert::kv_grant(grant, &this.prefix)),
                None => legacy::kv_grant(&call, &this.target.0, &this.prefix).await,
            }
        })
    }

    /// Sets the grant: `PUT` on the same path. To allow nothing, [`delete`](Self::delete) the grant.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get); [`ErrorKind::InvalidArgument`] when both are false; [`ErrorKind::Unsupported`] on a server before 0.80.
    pub fn put(&self, read: bool, write: bool) -> Request<Change<KvGrant>> {
        let this = self.clone();
        Request::new(&self.client, move |call| async move {
            let (id, prefix) = this.path()?;
            if !read && !write {
                return Err(Error::new(
                    ErrorKind::InvalidArgument,
                    "a KV grant must allow reading or writing: delete the grant to allow neither",
                ));
            }
            let modern = call.run(|api| async move {
                let body = types::KvGrantPut { read, write };
                api.put_kv_grant()
                    .key_id(id)
                    .prefix(prefix)
                    .body(body)
                    .send()
                    .await
            });
            this.changed(&call, modern.await).await
        })
    }

    /// Changes what is given and keeps the rest: `PATCH` on the same path.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get); [`ErrorKind::Unsupported`] on a server before 0.80.
    pub fn patch(&self, read: Option<bool>, write: Option<bool>) -> Request<Change<KvGrant>> {
        let this = self.clone();
        Request::new(&self.client, move |call| async move {
            let (id, prefix) = this.path()?;
            let modern = call.run(|api| async move {
                let body = types::KvGrantPatch { read, write };
                api.patch_kv_grant()
                    .key_id(id)
                    .prefix(prefix)
                    .body(body)
                    .send()
                    .await
            });
            this.changed(&call, modern.await).await
        })
    }

    /// Removes the grant: `DELETE` on the same path.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get); [`ErrorKind::Unsupported`] on a server before 0.80.
    pub fn delete(&self) -> Request<Change<KvGrant>> {
        let this = self.clone();
        Request::new(&self.client, move |call| async move {
            let (id, prefix) = this.path()?;
            let modern = call.run(|api| async move {
                api.delete_kv_grant().key_id(id).prefix(prefix).send().await
            });
            this.changed(&call, modern.await).await
        })
    }

    async fn changed(
        &self,
        call: &Call,
        modern: Result<types::KvGrantChange, Error>,
    ) -> Result<Change<KvGrant>, Error> {
        match legacy::fall_back(call, modern).await? {
            Some(change) => Ok(convert::kv_grant_change(change, &self.prefix)),
            None => Err(Error::new(
                ErrorKind::Unsupported,
                "this server cannot change grants on KV prefixes: that needs ekoDB 0.80 or newer",
            )),
        }
    }

    fn path(&self) -> Result<(String, String), Error> {
        argument::segment("KV prefix", &self.prefix)?;
        Ok((self.target.path_segment(), self.prefix.clone()))
    }
}

fn check_restrictions(grant: &CollectionGrant) -> Result<(), Error> {
    for (what, names) in [
        ("select_fields", &grant.select_fields),
        ("exclude_fields", &grant.exclude_fields),
        ("writable_fields", &grant.writable_fields),
    ] {
        argument::field_names(what, names.as_deref().unwrap_or_default())?;
    }
    Ok(())
}

fn check_patch(patch: &CollectionGrantPatch) -> Result<(), Error> {
    for (what, names) in [
        ("select_fields", &patch.select_fields),
        ("exclude_fields", &patch.exclude_fields),
        ("writable_fields", &patch.writable_fields),
    ] {
        if let Some(Some(names)) = names {
            argument::field_names(what, names)?;
        }
    }
    Ok(())
}
