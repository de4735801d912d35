//! Calls on one record.

use std::borrow::Borrow;

use ekodb_api::types;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value as Json};

use super::{
    Read, ReadOptions, RecordRequest, Remove, RemoveOptions, Store, StoreOptions, decode,
    encode::encode,
};
use crate::{
    Collection, Error, ErrorKind, argument,
    request::{Call, Request},
};

/// Records, one at a time. Every call refuses an id that cannot travel in a URL with [`ErrorKind::InvalidArgument`].
impl<T: Serialize + DeserializeOwned + Send + 'static> Collection<T> {
    /// Stores a new record and gives its id: `POST /api/insert/{collection}`. A collection that does not exist is created.
    ///
    /// The record's own `id` is used, if it has one. Not repeated by itself after an unclear failure, so that it is not stored
    /// twice.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] for a value that does not fit the schema, [`ErrorKind::Conflict`] for one that is to be unique
    /// and is not, [`ErrorKind::InvalidArgument`] for what serde does not write as a map or struct,
    /// [`ErrorKind::PermissionDenied`] without `write` on the collection, and the transport's kinds.
    pub fn insert(&self, record: impl Borrow<T>) -> Store<String> {
        let (members, name) = (encode(record.borrow()), self.name().to_owned());
        RecordRequest::with_options(self.client(), |call, options| async move {
            argument::segment("collection", &name)?;
            insert(&call, name, members?, options).await
        })
    }

    /// Reads a record: `GET /api/find/{collection}/{id}`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if there is none, it was deleted, or it has expired; [`ErrorKind::InvalidReply`] if it is not a `T`: the
    /// message names the field, without its value; [`ErrorKind::PermissionDenied`] without `read` on the collection; and the
    /// transport's kinds.
    pub fn get(&self, id: impl Into<String>) -> Read<T> {
        let (id, name) = (id.into(), self.name().to_owned());
        RecordRequest::with_options(self.client(), |call, options| async move {
            decode(get(&call, name, id, options).await?, None, "get_record")
        })
    }

    /// Changes fields of a record and gives the record after it: `PUT /api/update/{collection}/{id}`. Fields that `changes` does not
    /// have are kept; there is no call that removes them.
    ///
    /// `changes` is a [`Record`](crate::Record), `json!({..})`, or a struct of your own with the fields to change.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if there is no such record, [`ErrorKind::InvalidRequest`] for a value that does not fit the schema,
    /// [`ErrorKind::InvalidArgument`] if `changes` has another id, [`ErrorKind::PermissionDenied`] without `write` on the
    /// collection or for a field that the key may not write, [`ErrorKind::InvalidReply`] if what comes back is not a `T` (the change has been
    /// made then), and the transport's kinds.
    pub fn update(&self, id: impl Into<String>, changes: impl Serialize) -> Store<T> {
        let (changes, id, name) = (encode(&changes), id.into(), self.name().to_owned());
        RecordRequest::with_options(self.client(), |call, options| async move {
            argument::segment("collection", &name)?;
            let reply = update(&call, name, id, changes?, options).await?;
            decode(reply, None, "update_record")
        })
    }
}

impl<T> Collection<T> {
    /// Deletes a record: `DELETE /api/delete/{collection}/{id}`. It stays in the trash for 30 days: see
    /// [`restore_record`](Self::restore_record).
    ///
    /// It is repeated after an unclear failure, so [`ErrorKind::NotFound`] can also mean that this very call has deleted it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if there is no such record, [`ErrorKind::PermissionDenied`] without `write` on the collection, and the
    /// transport's kinds.
    pub fn delete(&self, id: impl Into<String>) -> Remove {
        let (id, name) = (id.into(), self.name().to_owned());
        RecordRequest::with_options(self.client(), |call, options: RemoveOptions| async move {
            checked(&name, &id)?;
            call.run({
                let api = call.api();
                let mut request = api.delete_record().collection(name).id(id);
                if let Some(bypass) = options.bypass_ripple {
                    request = request.bypass_ripple(bypass);
                }
                request.prepare()
            })
            .await?;
            Ok(())
        })
    }

    /// Whether there is a record with this id: `GET /api/find/{collection}/{id}`, of which only the id is asked for.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PermissionDenied`] without `read` on the collection, and the transport's kinds.
    pub fn exists(&self, id: impl Into<String>) -> Request<bool> {
        let (id, name) = (id.into(), self.name().to_owned());
        Request::new(self.client(), |call| async move {
            exists(&call, name, id).await
        })
    }
}

pub(super) async fn insert(
    call: &Call,
    name: String,
    mut members: Map<String, Json>,
    options: StoreOptions,
) -> Result<String, Error> {
    if let Some(id) = members.get("id").and_then(Json::as_str) {
        argument::segment("record id", id)?;
    }
    set_ttl(&mut members, &options);
    let reply = call
        .run({
            let api = call.api();
            let mut request = api.insert_record().collection(name);
            if let Some(bypass) = options.bypass_ripple {
                request = request.bypass_ripple(bypass);
            }
            if let Some(bypass) = options.bypass_cache {
                request = request.bypass_cache(bypass);
            }
            request.body(types::Record(members)).prepare()
        })
        .await?;
    Ok(reply.id)
}

pub(super) async fn update(
    call: &Call,
    name: String,
    id: String,
    mut members: Map<String, Json>,
    options: StoreOptions,
) -> Result<Map<String, Json>, Error> {
    checked(&name, &id)?;
    without_id(&mut members, &id)?;
    set_ttl(&mut members, &options);
    let reply = call
        .run({
            let api = call.api();
            let mut request = api.update_record().collection(name).id(id);
            if let Some(bypass) = options.bypass_ripple {
                request = request.bypass_ripple(bypass);
            }
            if let Some(bypass) = options.bypass_cache {
                request = request.bypass_cache(bypass);
            }
            request.body(types::Record(members)).prepare()
        })
        .await?;
    Ok(reply.0)
}

pub(super) async fn exists(call: &Call, name: String, id: String) -> Result<bool, Error> {
    let options = ReadOptions {
        select: vec!["id".to_owned()],
        ..ReadOptions::default()
    };
    match get(call, name, id, options).await {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Takes the id out of changes: it is in the URL. Another one there would be a mistake.
pub(super) fn without_id(members: &mut Map<String, Json>, id: &str) -> Result<(), Error> {
    match members.remove("id") {
        Some(other) if other.as_str() != Some(id) => Err(Error::new(
            ErrorKind::InvalidArgument,
            "the changes have another `id` than the record to change: an id cannot be changed",
        )),
        _ => Ok(()),
    }
}

async fn get(
    call: &Call,
    name: String,
    id: String,
    options: ReadOptions,
) -> Result<Map<String, Json>, Error> {
    checked(&name, &id)?;
    let select = joined("select", &options.select)?;
    let exclude = joined("exclude", &options.exclude)?;
    let reply = call
        .run({
            let api = call.api();
            let mut request = api.get_record().collection(name).id(id);
            if let Some(fields) = select {
                request = request.select_fields(fields);
            }
            if let Some(fields) = exclude {
                request = request.exclude_fields(fields);
            }
            if let Some(bypass) = options.bypass_ripple {
                request = request.bypass_ripple(bypass);
            }
            request.prepare()
        })
        .await?;
    Ok(reply.0)
}

pub(super) fn checked(name: &str, id: &str) -> Result<(), Error> {
    argument::segment("collection", name)?;
    argument::segment("record id", id)
}

fn set_ttl(members: &mut Map<String, Json>, options: &StoreOptions) {
    if let Some(ttl) = options.ttl {
        let started = u64::from(ttl.subsec_nanos() > 0);
        let seconds = ttl.as_secs().saturating_add(started).max(1);
        members.insert("ttl".to_owned(), seconds.into());
    }
    if options.renew_ttl {
        members.insert("ttl_update_on_access".to_owned(), true.into());
    }
}

/// Field names as a query parameter has them. One with a comma would be taken for two.
fn joined(what: &str, fields: &[String]) -> Result<Option<String>, Error> {
    argument::field_names(what, fields)?;
    if fields.iter().any(|field| field.contains(',')) {
        return Err(Error::new(
            ErrorKind::InvalidArgument,
            format!("a field name of `{what}` has a comma: use `find`, where it may have one"),
        ));
    }
    Ok((!fields.is_empty()).then(|| fields.join(",")))
}
