//! The grant of one key on one collection.

use super::{Change, CollectionGrant, CollectionGrantPatch, convert, legacy, target::Target};
use crate::{Client, Error, argument, request::Request};

/// The grant of one key on one collection. Made by
/// [`KeyPermissions::collection`](super::KeyPermissions::collection).
#[derive(Clone, Debug)]
pub struct CollectionGrantHandle {
    client: Client,
    target: Target,
    name: String,
}

impl CollectionGrantHandle {
    pub(super) fn new(client: Client, target: Target, name: String) -> Self {
        Self {
            client,
            target,
            name,
        }
    }

    /// The grant: `GET /api/auth/keys/{key_id}/permissions/collections/{name}`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) where the key has no grant on the
    /// collection, [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a name
    /// that cannot travel in a URL,
    /// [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) for another key without
    /// an admin key, and the transport's kinds.
    pub fn get(&self) -> Request<CollectionGrant> {
        let this = self.clone();
        Request::new(&self.client, move |call| async move {
            let (id, name) = this.path()?;
            let modern = call.run(
                call.api()
                    .get_collection_grant()
                    .key_id(id)
                    .collection(name)
                    .prepare(),
            );
            match legacy::fall_back(&call, modern.await).await? {
                Some(grant) => Ok(convert::collection_grant(grant)),
                None => legacy::collection_grant(&call, &this.target.0, &this.name).await,
            }
        })
    }

    /// Sets the whole grant, restrictions included: `PUT` on the same path. What the grant does not
    /// restrict is unrestricted afterwards.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get) but for [`ErrorKind::NotFound`](crate::ErrorKind::NotFound), which
    /// stands for an unknown key here;
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a blank field name.
    pub fn put(&self, grant: CollectionGrant) -> Request<Change<CollectionGrant>> {
        let this = self.clone();
        Request::new(&self.client, move |call| async move {
            let (id, name) = this.path()?;
            check_restrictions(&grant)?;
            let body = convert::collection_grant_put(&grant);
            let modern = call.run(
                call.api()
                    .put_collection_grant()
                    .key_id(id)
                    .collection(name)
                    .body(body)
                    .prepare(),
            );
            match legacy::fall_back(&call, modern.await).await? {
                Some(change) => Ok(convert::collection_grant_change(change)),
                None => legacy::put(&call, &this.target.0, &this.name, &grant).await,
            }
        })
    }

    /// Changes what the patch names and keeps the rest: `PATCH` on the same path.
    ///
    /// A server before 0.80 has no such route and takes both actions in every edit: the one that
    /// the patch does not name is read first and written back, so two edits of a grant at once can
    /// undo each other there.
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
            let modern = call.run(
                call.api()
                    .patch_collection_grant()
                    .key_id(id)
                    .collection(name)
                    .body(body)
                    .prepare(),
            );
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
    /// As [`get`](Self::get). Whether a missing grant is
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) or a change from nothing to nothing
    /// differs between servers.
    pub fn delete(&self) -> Request<Change<CollectionGrant>> {
        let this = self.clone();
        Request::new(&self.client, move |call| async move {
            let (id, name) = this.path()?;
            let modern = call.run(
                call.api()
                    .delete_collection_grant()
                    .key_id(id)
                    .collection(name)
                    .prepare(),
            );
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
