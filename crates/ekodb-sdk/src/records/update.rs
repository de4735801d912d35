//! Changing a record.

use bytes::Bytes;
use ekodb_api::types;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Map;

use super::{Store, StoreOptions};
use crate::{
    Collection, Error, argument,
    codec::{self, Encoded, Target, encode},
    request::{Call, Request},
};

impl<T: DeserializeOwned + Send + 'static> Collection<T> {
    /// Changes fields of a record and gives the record after it:
    /// `PUT /api/update/{collection}/{id}`. Fields that `changes` does not have are kept; there is
    /// no call that removes them.
    ///
    /// `changes` is a [`Record`](crate::Record), `json!({..})`, or a struct of your own with the
    /// fields to change.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if there is no such record,
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for a value that does not
    /// fit the schema, [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if
    /// `changes` has another id,
    /// [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) without `write` on the
    /// collection or for a field that the key may not write,
    /// [`ErrorKind::InvalidReply`](crate::ErrorKind::InvalidReply) if what comes back is not a `T`
    /// (the change has been made then), and the transport's kinds.
    pub fn update(&self, id: impl Into<String>, changes: impl Serialize) -> Store<T> {
        let changes = encode(&changes, Target::Update);
        let (id, name) = (id.into(), self.name().to_owned());
        Request::with_options(self.client(), |call, options| async move {
            update(&call, &name, &id, changes?, &options, codec::decode).await
        })
    }
}

pub(super) async fn update<R>(
    call: &Call,
    name: &str,
    id: &str,
    changes: Encoded,
    options: &StoreOptions,
    read: impl FnOnce(Bytes) -> Result<R, Error>,
) -> Result<R, Error> {
    argument::record(name, id)?;
    let changes = changes.without_id(id)?;
    let prepared = {
        let api = call.api();
        let mut request = api.update_record().collection(name).id(id);
        if let Some(bypass) = options.bypass_ripple {
            request = request.bypass_ripple(bypass);
        }
        if let Some(bypass) = options.bypass_cache {
            request = request.bypass_cache(bypass);
        }
        request.body(types::Record(Map::new())).prepare()
    };
    let body = changes.with_options(options.ttl, options.renew_ttl);
    call.read(prepared, Some(body.into_body()), read).await
}
