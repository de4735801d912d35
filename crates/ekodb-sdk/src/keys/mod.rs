//! API keys and what they may do.

mod collection_grant;
mod convert;
mod grant;
mod handle;
mod kv_grant;
mod legacy;
mod list;
mod record;
mod registration;

pub use collection_grant::CollectionGrantHandle;
pub use grant::{Change, CollectionGrant, CollectionGrantPatch, KvGrant, KvGrantPatch, Permission};
pub use handle::KeyPermissions;
pub use kv_grant::KvGrantHandle;
pub use record::{KeyId, KeyRecord, Permissions};
pub use registration::NewKey;

use crate::{ApiKey, Client, Error, ErrorKind, request::Request};

/// The API keys of a deployment. Made by [`Client::keys`].
///
/// All but [`me`](Self::me) needs an admin key.
#[derive(Clone, Debug)]
pub struct Keys {
    client: Client,
}

/// A key that has just been registered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RegisteredKey {
    /// The key's value: a secret, for the application that is to use it.
    pub key: ApiKey,
    /// What the server says of the key.
    pub record: KeyRecord,
}

impl Client {
    /// The API keys of the deployment and what they may do.
    pub fn keys(&self) -> Keys {
        Keys {
            client: self.clone(),
        }
    }
}

impl Keys {
    /// Registers a key: `POST /api/auth/register`.
    ///
    /// The client's own key, which must be an admin key, travels in the body; so says ekoDB's page
    /// on authentication. The new key can be used at once.
    ///
    /// It is not repeated when it is unknown whether the server applied it, so that no key is made
    /// twice.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] for an empty label or a grant that allows nothing;
    /// [`ErrorKind::Unauthenticated`] and [`ErrorKind::PermissionDenied`] when the client's key is
    /// unknown or no admin key; [`ErrorKind::InvalidRequest`] for a chosen value that is too weak;
    /// [`ErrorKind::Conflict`] for one that is taken; [`ErrorKind::InvalidReply`] when the server
    /// names no key. The transport's kinds too, as for every call.
    pub fn register(&self, new: NewKey) -> Request<RegisteredKey> {
        Request::new(&self.client, move |call| async move {
            new.check()?;
            let admin = call.in_time(call.client().api_key()).await?;
            let body = convert::register_request(&new, &admin);
            let register = call.api().register_key().body(body);
            let record = convert::key_record(call.run(register.prepare()).await?);
            let key = record.key.clone().ok_or_else(|| {
                Error::invalid_reply(
                    "the server registered a key but did not say its value: look it up in the list of keys",
                )
            })?;
            Ok(RegisteredKey { key, record })
        })
    }

    /// Lists the keys: `GET /api/auth/keys`.
    ///
    /// The real server's list holds every key's value, so treat it as a secret.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PermissionDenied`] without an admin key, and the transport's kinds.
    pub fn list(&self) -> Request<Vec<KeyRecord>> {
        Request::new(&self.client, |call| async move {
            Ok(list::list(&call).await?.collect())
        })
    }

    /// Revokes a key by its id: `DELETE /api/auth/keys/{key}`. It can fetch no token from then on.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] for an unknown id, [`ErrorKind::PermissionDenied`] without an admin
    /// key, and the transport's kinds.
    pub fn revoke(&self, id: &KeyId) -> Request<()> {
        let id = id.clone();
        Request::new(&self.client, move |call| async move {
            let revoke = call.api().revoke_key().key(id.as_str());
            call.run(revoke.prepare()).await
        })
    }

    /// Revokes a key by its value, without writing the value into a URL: the id is looked up in the
    /// list first.
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list) and [`revoke`](Self::revoke); [`ErrorKind::NotFound`] when no key
    /// has the value; [`ErrorKind::Unsupported`] when the server is so old that it gives keys no
    /// ids.
    pub fn revoke_value(&self, key: &ApiKey) -> Request<()> {
        let key = key.clone();
        Request::new(&self.client, move |call| async move {
            let mut keys = list::list(&call).await?;
            let record = keys.find(|record| record.has_value(&key)).ok_or_else(|| {
                Error::new(ErrorKind::NotFound, "no registered key has this value")
            })?;
            let id = record.id.ok_or_else(|| {
                Error::new(
                    ErrorKind::Unsupported,
                    "this server gives keys no ids, and a key's value is not put into a URL: \
                     revoke the key in the dashboard",
                )
            })?;
            let revoke = call.api().revoke_key().key(id.as_str());
            call.run(revoke.prepare()).await
        })
    }

    /// What the client's own key may do. Any key may ask.
    pub fn me(&self) -> KeyPermissions {
        KeyPermissions::new(self.client.clone(), None)
    }

    /// What another key may do, and the place to change it. Needs an admin key.
    pub fn key(&self, id: &KeyId) -> KeyPermissions {
        KeyPermissions::new(self.client.clone(), Some(id.clone()))
    }
}
