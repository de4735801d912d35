//! Calls on one key, and the one on all keys.

use ekodb_api::types;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value as Json;

use super::{
    Kv, KvWrite, KvWriteOptions, batch,
    key::{Route, route},
    value,
};
use crate::{
    Error, ErrorKind,
    codec::{self, encode_value},
    request::{Call, Request},
};

const GET: &str = "get_kv_value";

impl Kv {
    /// Reads the value of a key: `GET /api/kv/get/{key}`. `None` if the key does not exist or has
    /// expired. A stored `null` is not a missing key: read it as an `Option`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidReply`] if the value is not a `T`: the message names the place, without
    /// the value; [`ErrorKind::PermissionDenied`] without `read` on a prefix of the key; and the
    /// transport's kinds.
    #[doc(alias = "kv_get")]
    pub fn get<T: DeserializeOwned + Send + 'static>(
        &self,
        key: impl Into<String>,
    ) -> Request<Option<T>> {
        let key = key.into();
        Request::new(&self.client, |call| async move {
            let found = read(&call, key.clone()).await?;
            let decoded = found.map(|found| value::decode(&key, &found, GET));
            decoded.transpose()
        })
    }

    /// Reads the value of a key as the server writes it, perhaps with its type:
    /// `{"type": "Integer", "value": 1}`. See [`get`](Self::get).
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    pub fn get_raw(&self, key: impl Into<String>) -> Request<Option<Json>> {
        let key = key.into();
        Request::new(&self.client, |call| async move {
            let found = read(&call, key).await?;
            found.map(|text| value::plain(&text, GET)).transpose()
        })
    }

    /// Stores a value under a key, in the place of what was there: `POST /api/kv/set/{key}`. With
    /// [`ttl`](Request::ttl) it expires.
    ///
    /// It is repeated after an unclear failure, which leaves the same value.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] for a value that JSON cannot hold,
    /// [`ErrorKind::PermissionDenied`] without `write` on a prefix of the key,
    /// [`ErrorKind::InvalidRequest`] for a value or a time that the server refuses, and the
    /// transport's kinds.
    #[doc(alias = "kv_set")]
    pub fn set(&self, key: impl Into<String>, value: impl Serialize) -> KvWrite<()> {
        let (key, value) = (key.into(), encode_value(&value));
        let write = |call, options: KvWriteOptions| async move {
            set(&call, key, value?, options.ttl_seconds()).await
        };
        Request::with_options(&self.client, write)
    }

    /// Deletes a key and its links: `DELETE /api/kv/delete/{key}`. Returns whether it existed.
    ///
    /// It is repeated after an unclear failure, so `false` can also mean that this very call has
    /// deleted it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PermissionDenied`] without `write` on a prefix of the key, and the transport's
    /// kinds.
    #[doc(alias = "kv_delete")]
    pub fn delete(&self, key: impl Into<String>) -> Request<bool> {
        let key = key.into();
        Request::new(&self.client, |call| async move {
            let key = match route(key)? {
                Route::Path(key) => key,
                Route::Body(key) => {
                    let outcomes = batch::delete(&call, vec![key]).await?;
                    return Ok(outcomes.iter().all(|(_, deleted)| *deleted));
                }
            };
            let deleted = call
                .run(call.api().delete_kv_key().key(key).prepare())
                .await;
            Ok(unless_missing(deleted)?.is_some())
        })
    }

    /// Whether a key exists: it is read, since there is no operation that only asks.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    pub fn exists(&self, key: impl Into<String>) -> Request<bool> {
        let key = key.into();
        Request::new(&self.client, |call| async move {
            Ok(read(&call, key).await?.is_some())
        })
    }

    /// Deletes **every key of the store**, whatever its prefix, and all links:
    /// `DELETE /api/kv/clear`. There is no way back. Needs an admin key.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PermissionDenied`] without an admin key, and the transport's kinds.
    pub fn delete_every_key_of_the_store(&self) -> Request<()> {
        Request::new(&self.client, |call| async move {
            call.run(call.api().clear_kv().prepare()).await.map(drop)
        })
    }
}

/// The text of the value of a key.
async fn read(call: &Call, key: String) -> Result<Option<String>, Error> {
    let key = match route(key)? {
        Route::Path(key) => key,
        Route::Body(key) => {
            let mut values = batch::get(call, vec![key]).await?;
            return Ok(values.pop().filter(|value| value != "null"));
        }
    };
    let prepared = call.api().get_kv_value().key(key).prepare();
    let value = |reply| {
        let value = codec::member_of(reply, "value")?;
        value.ok_or_else(|| Error::invalid_reply("the reply has no `value`"))
    };
    unless_missing(call.read(prepared, None, value).await)
}

async fn set(call: &Call, key: String, value: Vec<u8>, ttl: Option<u64>) -> Result<(), Error> {
    match route(key)? {
        Route::Path(key) => {
            let placeholder = types::KvSetRequest {
                value: Json::Null,
                ttl: None,
            };
            let prepared = call.api().set_kv_value().key(key).body(placeholder);
            let ttl = ttl.map(|seconds| format!(r#","ttl":"{seconds}s""#));
            let end = ttl.unwrap_or_default() + "}";
            let body = [br#"{"value":"#, value.as_slice(), end.as_bytes()].concat();
            let stored = call.run_with(prepared.prepare(), Some(body.into())).await;
            stored.map(drop)
        }
        Route::Body(key) => {
            let outcomes = batch::set(call, vec![key], &[value], ttl).await?;
            match outcomes.iter().all(|(_, stored)| *stored) {
                true => Ok(()),
                false => Err(Error::new(
                    ErrorKind::InvalidRequest,
                    "the server did not store the value",
                )),
            }
        }
    }
}

/// A reply, or `None` for a key that does not exist.
fn unless_missing<T>(reply: Result<T, Error>) -> Result<Option<T>, Error> {
    match reply {
        Ok(reply) => Ok(Some(reply)),
        // A page of a proxy says nothing about the key.
        Err(error) if error.is_ekodbs_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
