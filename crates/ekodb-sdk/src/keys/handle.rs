//! What one key may do altogether.

use std::collections::BTreeMap;

use super::{
    CollectionGrant, CollectionGrantHandle, KeyId, KvGrant, KvGrantHandle, Permissions, convert,
    legacy,
};
use crate::{Client, request::Request};

/// What one key may do. Made by [`Keys::me`](super::Keys::me) and [`Keys::key`](super::Keys::key).
///
/// Servers from 0.80 on have a resource for every grant. On an older server the same calls use its
/// single legacy endpoint, as far as that goes: grants on KV prefixes cannot be changed there.
/// Which kind of server it is, is found out when a call is answered as unknown, and looked at again
/// after five minutes.
#[derive(Clone, Debug)]
pub struct KeyPermissions {
    client: Client,
    id: Option<KeyId>,
}

impl KeyPermissions {
    pub(super) fn new(client: Client, id: Option<KeyId>) -> Self {
        Self { client, id }
    }

    /// Everything the key may do: `GET /api/auth/keys/{key_id}/permissions`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) for another key without
    /// an admin key, [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) for an unknown id, and the
    /// transport's kinds.
    pub fn get(&self) -> Request<Permissions> {
        let id = self.id.clone();
        Request::new(&self.client, move |call| async move {
            let get = call.api().get_key_permissions().key_id(KeyId::or_me(&id));
            let modern = call.run(get.prepare()).await;
            match legacy::fall_back(&call, modern).await? {
                Some(permissions) => Ok(convert::permissions(permissions)),
                None => legacy::permissions(&call, &id).await,
            }
        })
    }

    /// The grants on collections: `GET /api/auth/keys/{key_id}/permissions/collections`.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn collections(&self) -> Request<BTreeMap<String, CollectionGrant>> {
        let id = self.id.clone();
        Request::new(&self.client, move |call| async move {
            let list = call.api().list_collection_grants();
            let modern = call.run(list.key_id(KeyId::or_me(&id)).prepare()).await;
            match legacy::fall_back(&call, modern).await? {
                Some(grants) => Ok(convert::collection_grants(grants)),
                None => Ok(legacy::permissions(&call, &id).await?.collections),
            }
        })
    }

    /// The grant on one collection. The name may hold any character but control and invisible ones.
    pub fn collection(&self, name: impl Into<String>) -> CollectionGrantHandle {
        CollectionGrantHandle::new(self.client.clone(), self.id.clone(), name.into())
    }

    /// The grants on KV prefixes: `GET /api/auth/keys/{key_id}/permissions/kv`.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn kv_grants(&self) -> Request<Vec<KvGrant>> {
        let id = self.id.clone();
        Request::new(&self.client, move |call| async move {
            let list = call.api().list_kv_grants().key_id(KeyId::or_me(&id));
            let modern = call.run(list.prepare()).await;
            match legacy::fall_back(&call, modern).await? {
                Some(grants) => Ok(convert::kv_grants(grants)),
                None => Ok(legacy::permissions(&call, &id).await?.kv),
            }
        })
    }

    /// The grant on one KV prefix, such as `sessions:`.
    pub fn kv(&self, prefix: impl Into<String>) -> KvGrantHandle {
        KvGrantHandle::new(self.client.clone(), self.id.clone(), prefix.into())
    }
}
