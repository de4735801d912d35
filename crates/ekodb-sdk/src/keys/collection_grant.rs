//! The grant of one key on one collection.

use ekodb_api::types;

use super::{Change, CollectionGrant, CollectionGrantPatch, KeyId, convert, legacy};
use crate::{
    Client, Error, argument,
    request::{Call, Request},
};

/// The grant of one key on one collection. Made by
/// [`KeyPermissions::collection`](super::KeyPermissions::collection).
#[derive(Clone, Debug)]
pub struct CollectionGrantHandle {
    client: Client,
    id: Option<KeyId>,
    name: String,
}

impl CollectionGrantHandle {
    pub(super) fn new(client: Client, id: Option<KeyId>, name: String) -> Self {
        Self { client, id, name }
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
            let get = call
                .api()
                .get_collection_grant()
                .key_id(id)
                .collection(name);
            let modern = call.run(get.prepare()).await;
            match legacy::fall_back(&call, modern).await? {
                Some(grant) => Ok(convert::collection_grant(grant)),
                None => legacy::collection_grant(&call, &this.id, name).await,
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
            let patch = CollectionGrantPatch::whole(&grant);
            patch.check()?;
            let put = call
                .api()
                .put_collection_grant()
                .key_id(id)
                .collection(name);
            let body = convert::collection_grant_put(grant);
            let modern = call.run(put.body(body).prepare()).await;
            this.changed(&call, modern, &patch).await
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
            patch.check()?;
            let request = call.api().patch_collection_grant();
            let request = request.key_id(id).collection(name);
            let body = convert::collection_grant_patch(&patch);
            let modern = call.run(request.body(body).prepare()).await;
            this.changed(&call, modern, &patch).await
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
            let delete = call.api().delete_collection_grant();
            let modern = call.run(delete.key_id(id).collection(name).prepare()).await;
            match legacy::fall_back(&call, modern).await? {
                Some(change) => Ok(convert::collection_grant_change(change)),
                None => legacy::delete(&call, &this.id, name).await,
            }
        })
    }

    /// The change that a server made, or that one before 0.80 makes of `patch`.
    async fn changed(
        &self,
        call: &Call,
        modern: Result<types::CollectionGrantChange, Error>,
        patch: &CollectionGrantPatch,
    ) -> Result<Change<CollectionGrant>, Error> {
        match legacy::fall_back(call, modern).await? {
            Some(change) => Ok(convert::collection_grant_change(change)),
            None => legacy::patch(call, &self.id, &self.name, patch).await,
        }
    }

    fn path(&self) -> Result<(&str, &str), Error> {
        argument::segment("collection", &self.name)?;
        Ok((KeyId::or_me(&self.id), &self.name))
    }
}
