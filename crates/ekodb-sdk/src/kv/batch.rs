//! Many keys in as few calls as the server allows.

use std::collections::HashMap;

use ekodb_api::types;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value as Json;

use super::{Kv, KvWrite, KvWriteOptions, value};
use crate::{
    Error, argument,
    codec::{self, encode_value},
    records::CHUNK,
    request::{Call, Request},
};

/// What became of the keys of a batch.
#[derive(Clone, Debug, Default)]
#[must_use = "keys of a batch can fail one by one"]
#[non_exhaustive]
pub struct KvBatchOutcome {
    /// Each key in the order they were given, and whether it was stored or deleted. For a deletion
    /// `false` means that it did not exist.
    pub keys: Vec<(String, bool)>,
    /// The call that failed as a whole after others had succeeded. The keys from its place on are
    /// not in `keys`.
    pub interruption: Option<Error>,
}

impl KvBatchOutcome {
    /// Whether every key was stored or deleted.
    pub fn is_complete(&self) -> bool {
        self.interruption.is_none() && self.keys.iter().all(|(_, done)| *done)
    }
}

impl Kv {
    /// Reads the values of many keys: `POST /api/kv/batch/get`, in as many calls as their number
    /// takes. They come in the order of the keys. `None` stands for a key that does not exist and
    /// for a stored `null`: the reply does not tell them apart.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get);
    /// [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) if one key is not
    /// covered by a grant; and [`ErrorKind::InvalidReply`](crate::ErrorKind::InvalidReply) if the
    /// server gives another number of values than keys.
    pub fn get_many<T: DeserializeOwned + Send + 'static, K: Into<String>>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> Request<Vec<Option<T>>> {
        let keys: Vec<String> = keys.into_iter().map(Into::into).collect();
        Request::new(&self.client, |call| async move {
            check(&keys)?;
            let mut values = Vec::with_capacity(keys.len());
            for chunk in keys.chunks(CHUNK) {
                let found = get(&call, chunk.to_vec()).await?;
                for (key, value) in chunk.iter().zip(found) {
                    values.push(match value.as_str() {
                        "null" => None,
                        value => Some(value::decode(key, value, "batch_get_kv")?),
                    });
                }
            }
            Ok(values)
        })
    }

    /// Stores values under many keys: `POST /api/kv/batch/set`, in as many calls as their number
    /// takes. With [`ttl`](Request::ttl) all of them expire. The calls are not one transaction.
    ///
    /// # Errors
    ///
    /// As for [`set`](Self::set), if the first call fails;
    /// [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) if one of its keys is
    /// not covered by a grant. What fails later is in the outcome.
    pub fn set_many<K: Into<String>, V: Serialize>(
        &self,
        entries: impl IntoIterator<Item = (K, V)>,
    ) -> KvWrite<KvBatchOutcome> {
        let entry = |(key, value): (K, V)| Ok((key.into(), encode_value(&value)?));
        let entries: Result<(Vec<String>, Vec<_>), Error> =
            entries.into_iter().map(entry).collect();
        let write = |call, options: KvWriteOptions| async move {
            let (keys, values) = entries?;
            check(&keys)?;
            let ttl = options.ttl_seconds();
            let mut outcome = KvBatchOutcome::default();
            for (keys, values) in keys.chunks(CHUNK).zip(values.chunks(CHUNK)) {
                let told = set(&call, keys.to_vec(), values, ttl).await;
                if !outcome.add(told)? {
                    break;
                }
            }
            Ok(outcome)
        };
        Request::with_options(&self.client, write)
    }

    /// Deletes many keys and their links: `DELETE /api/kv/batch/delete`, in as many calls as their
    /// number takes.
    ///
    /// It is repeated after an unclear failure; then what the first attempt deleted counts as not
    /// existing.
    ///
    /// # Errors
    ///
    /// As for [`delete`](Self::delete), if the first call fails;
    /// [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) if one of its keys is
    /// not covered by a grant. What fails later is in the outcome.
    pub fn delete_many<K: Into<String>>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> Request<KvBatchOutcome> {
        let keys: Vec<String> = keys.into_iter().map(Into::into).collect();
        Request::new(&self.client, |call| async move {
            check(&keys)?;
            let mut outcome = KvBatchOutcome::default();
            for chunk in keys.chunks(CHUNK) {
                if !outcome.add(delete(&call, chunk.to_vec()).await)? {
                    break;
                }
            }
            Ok(outcome)
        })
    }
}

impl KvBatchOutcome {
    /// Adds the outcome of a call, and tells whether to go on. The failure of the first one is that
    /// of the batch.
    fn add(&mut self, told: Result<Vec<(String, bool)>, Error>) -> Result<bool, Error> {
        match told {
            Ok(told) => {
                self.keys.extend(told);
                Ok(true)
            }
            Err(error) if self.keys.is_empty() => Err(error),
            Err(error) => {
                self.interruption = Some(error);
                Ok(false)
            }
        }
    }
}

/// The texts of the values of some keys, in their order.
pub(super) async fn get(call: &Call, keys: Vec<String>) -> Result<Vec<String>, Error> {
    let count = keys.len();
    let body = types::KvKeys { keys };
    let prepared = call.api().batch_get_kv().body(body).prepare();
    let values = call.read(prepared, None, codec::items_of).await?;
    if values.len() == count {
        return Ok(values);
    }
    let text = format!(
        "the server gave {} values for {count} keys, so it is not clear which is which",
        values.len()
    );
    Err(Error::invalid_reply(text).with_operation("batch_get_kv"))
}

pub(super) async fn set(
    call: &Call,
    keys: Vec<String>,
    values: &[Vec<u8>],
    ttl: Option<u64>,
) -> Result<Vec<(String, bool)>, Error> {
    let placeholder = types::KvBatchSetRequest {
        keys: Vec::new(),
        values: Vec::new(),
        ttl: None,
    };
    let prepared = call.api().batch_set_kv().body(placeholder).prepare();
    let names = Json::from(keys.clone()).to_string();
    let ttl = ttl.filter(|seconds| *seconds > 0);
    let ttl = ttl.map_or(String::new(), |seconds| format!(r#","ttl":{seconds}"#));
    let body = [
        br#"{"keys":"#,
        names.as_bytes(),
        br#","values":["#,
        &values.join(&b','),
        b"]",
        ttl.as_bytes(),
        b"}",
    ];
    let body = body.concat().into();
    let told = call.run_with(prepared, Some(body)).await?;
    matched(keys, told, "batch_set_kv")
}

pub(super) async fn delete(call: &Call, keys: Vec<String>) -> Result<Vec<(String, bool)>, Error> {
    let body = types::KvKeys { keys: keys.clone() };
    let delete = call.api().batch_delete_kv().body(body);
    let told = call.run(delete.prepare()).await?;
    matched(keys, told, "batch_delete_kv")
}

/// What a reply tells of each key, in the order of the keys. It names them, so it may have another
/// order, but none may be missing.
fn matched(
    keys: Vec<String>,
    told: types::KvOutcomes,
    operation: &'static str,
) -> Result<Vec<(String, bool)>, Error> {
    let mut outcomes = HashMap::new();
    for [key, done] in &told.0 {
        if let (Some(key), Some(done)) = (key.as_str(), done.as_bool()) {
            outcomes.insert(key, done);
        }
    }
    let outcome = |key: String| match outcomes.get(key.as_str()) {
        Some(done) => Ok((key, *done)),
        None => {
            let text = format!(
                "the server does not say what became of the KV key `{}`",
                key.escape_debug()
            );
            Err(Error::invalid_reply(text).with_operation(operation))
        }
    };
    keys.into_iter().map(outcome).collect()
}

/// Checks the keys before any is sent.
fn check(keys: &[String]) -> Result<(), Error> {
    keys.iter()
        .try_for_each(|key| argument::segment("KV key", key))
}
