//! The grant of one key on one KV prefix.

use ekodb_api::types;

use super::{Change, KeyId, KvGrant, KvGrantPatch, Permission, convert, legacy};
use crate::{
    Client, Error, ErrorKind, argument,
    request::{Call, Request},
};

/// The grant of one key on one KV prefix. Made by
/// [`KeyPermissions::kv`](super::KeyPermissions::kv).
#[derive(Clone, Debug)]
pub struct KvGrantHandle {
    client: Client,
    id: Option<KeyId>,
    prefix: String,
}

impl KvGrantHandle {
    pub(super) fn new(client: Client, id: Option<KeyId>, prefix: String) -> Self {
        Self { client, id, prefix }
    }

    /// The grant: `GET /api/auth/keys/{key_id}/permissions/kv/{prefix}`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] where the key has no grant on the prefix,
    /// [`ErrorKind::InvalidArgument`] for a prefix that cannot travel in a URL,
    /// [`ErrorKind::PermissionDenied`] for another key without an admin key, and the transport's
    /// kinds.
    pub fn get(&self) -> Request<KvGrant> {
        let this = self.clone();
        Request::new(&self.client, move |call| async move {
            let (id, prefix) = this.path()?;
            let get = call.api().get_kv_grant().key_id(id).prefix(prefix);
            let modern = call.run(get.prepare()).await;
            match legacy::fall_back(&call, modern).await? {
                Some(grant) => Ok(convert::kv_grant(grant, prefix)),
                None => legacy::kv_grant(&call, &this.id, prefix).await,
            }
        })
    }

    /// Sets the grant to exactly these actions: `PUT` on the same path. To allow nothing,
    /// [`delete`](Self::delete) the grant.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get); [`ErrorKind::InvalidArgument`] without any action;
    /// [`ErrorKind::Unsupported`] on a server before 0.80.
    pub fn put(
        &self,
        permissions: impl IntoIterator<Item = Permission>,
    ) -> Request<Change<KvGrant>> {
        let mut body = types::KvGrantPut {
            read: false,
            write: false,
        };
        for permission in permissions {
            match permission {
                Permission::Read => body.read = true,
                Permission::Write => body.write = true,
            }
        }
        let this = self.clone();
        Request::new(&self.client, move |call| async move {
            let (id, prefix) = this.path()?;
            if !body.read && !body.write {
                return Err(Error::new(
                    ErrorKind::InvalidArgument,
                    "a KV grant must allow reading or writing: delete the grant to allow neither",
                ));
            }
            let put = call.api().put_kv_grant().key_id(id).prefix(prefix);
            let modern = call.run(put.body(body).prepare());
            this.changed(&call, modern.await).await
        })
    }

    /// Changes what the patch names and keeps the rest: `PATCH` on the same path.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get); [`ErrorKind::Unsupported`] on a server before 0.80.
    pub fn patch(&self, patch: KvGrantPatch) -> Request<Change<KvGrant>> {
        let this = self.clone();
        Request::new(&self.client, move |call| async move {
            let (id, prefix) = this.path()?;
            let body = types::KvGrantPatch {
                read: patch.read,
                write: patch.write,
            };
            let request = call.api().patch_kv_grant().key_id(id).prefix(prefix);
            let modern = call.run(request.body(body).prepare());
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
            let delete = call.api().delete_kv_grant().key_id(id).prefix(prefix);
            let modern = call.run(delete.prepare());
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

    fn path(&self) -> Result<(&str, &str), Error> {
        argument::segment("KV prefix", &self.prefix)?;
        Ok((KeyId::or_me(&self.id), &self.prefix))
    }
}
