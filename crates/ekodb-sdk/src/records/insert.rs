//! Storing a new record.

use std::borrow::Borrow;

use ekodb_api::types;
use serde::Serialize;
use serde_json::Map;

use super::{Store, StoreOptions};
use crate::{
    Collection, Error, argument,
    codec::{self, Encoded, Target, encode},
    request::{Call, Request},
};

impl<T: Serialize> Collection<T> {
    /// Stores a new record and gives its id: `POST /api/insert/{collection}`. A collection that
    /// does not exist is created.
    ///
    /// The record's own `id` is used, if it has one. Not repeated by itself after an unclear
    /// failure, so that it is not stored twice.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for a value that does not
    /// fit the schema, [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) for one that must be
    /// unique and is not, [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for
    /// what serde does not write as a map or struct,
    /// [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) without `write` on the
    /// collection, and the transport's kinds.
    pub fn insert(&self, record: impl Borrow<T>) -> Store<String> {
        let record = encode(record.borrow(), Target::Insert);
        let name = self.name().to_owned();
        Request::with_options(self.client(), |call, options| async move {
            insert(&call, &name, record?, &options).await
        })
    }
}

pub(super) async fn insert(
    call: &Call,
    name: &str,
    record: Encoded,
    options: &StoreOptions,
) -> Result<String, Error> {
    argument::segment("collection", name)?;
    if let Some(id) = record.id() {
        argument::segment("record id", &id)?;
    }
    let prepared = {
        let api = call.api();
        let mut request = api.insert_record().collection(name);
        if let Some(bypass) = options.bypass_ripple {
            request = request.bypass_ripple(bypass);
        }
        if let Some(bypass) = options.bypass_cache {
            request = request.bypass_cache(bypass);
        }
        request.body(types::Record(Map::new())).prepare()
    };
    let body = record.with_options(options.ttl, options.renew_ttl);
    let reply = call.run_with(prepared, Some(body.into_body())).await?;
    codec::check_id(&reply.id).map_err(|error| error.with_operation("insert_record"))?;
    Ok(reply.id)
}
