//! Reading records by their ids.

use std::collections::HashMap;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::{Read, ReadOptions, options::CHUNK};
use crate::{
    Collection, Error, argument,
    codec::{self, Page},
    query::{Find, Pages, field},
    request::{Call, Request},
};

impl<T: DeserializeOwned + Send + 'static> Collection<T> {
    /// Reads a record: `GET /api/find/{collection}/{id}`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if there is none, it was deleted, or it
    /// has expired; [`ErrorKind::InvalidReply`](crate::ErrorKind::InvalidReply) if it is not a `T`:
    /// the message names the field, without its value;
    /// [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) without `read` on the
    /// collection; and the transport's kinds.
    #[doc(alias = "find_by_id")]
    pub fn get(&self, id: impl Into<String>) -> Read<T> {
        let (id, name) = (id.into(), self.name().to_owned());
        Request::with_options(self.client(), |call, options| async move {
            get(&call, &name, &id, &options, codec::decode).await
        })
    }

    /// Reads many records: `POST /api/find/{collection}` for their ids, in as many calls as their
    /// number takes. They come in the order of the ids; `None` stands for one that does not exist.
    ///
    /// # Errors
    ///
    /// As for [`find`](Self::find).
    pub fn get_many<I: Into<String>>(
        &self,
        ids: impl IntoIterator<Item = I>,
    ) -> Request<Vec<Option<T>>> {
        let ids: Vec<String> = ids.into_iter().map(Into::into).collect();
        let find: Find<T> = self.find();
        Request::new(self.client(), |call| async move {
            let mut found = Vec::with_capacity(ids.len());
            for chunk in ids.chunks(CHUNK) {
                let records = by_id(&call, &find, chunk).await?;
                for id in chunk {
                    // An id that is asked for twice is answered twice.
                    let record = records.get(id.as_str()).and_then(Option::as_ref);
                    let record = record.map(|record| codec::decode(record.clone()));
                    found.push(record.transpose().map_err(|error| find.in_find(error))?);
                    call.check_time(found.len())
                        .map_err(|error| find.in_find(error))?;
                }
            }
            Ok(found)
        })
    }
}

impl<T> Collection<T> {
    /// Whether there is a record with this id: `GET /api/find/{collection}/{id}`, of which only the
    /// id is asked for.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) without `read` on the
    /// collection, and the transport's kinds.
    pub fn exists(&self, id: impl Into<String>) -> Request<bool> {
        let (id, name) = (id.into(), self.name().to_owned());
        Request::new(self.client(), |call| async move {
            exists(&call, &name, &id).await
        })
    }
}

pub(super) async fn exists(call: &Call, name: &str, id: &str) -> Result<bool, Error> {
    let options = ReadOptions {
        select: vec!["id".to_owned()],
        ..ReadOptions::default()
    };
    match get(call, name, id, &options, codec::is_record).await {
        Ok(()) => Ok(true),
        // A page of a proxy says nothing about the record.
        Err(error) if error.is_ekodbs_not_found() => Ok(false),
        Err(error) => Err(error),
    }
}

async fn get<R>(
    call: &Call,
    name: &str,
    id: &str,
    options: &ReadOptions,
    read: impl FnOnce(Bytes) -> Result<R, Error>,
) -> Result<R, Error> {
    argument::record(name, id)?;
    let select = joined("select", &options.select)?;
    let exclude = joined("exclude", &options.exclude)?;
    let prepared = {
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
    };
    call.read(prepared, None, read).await
}

/// The records with these ids, as they are written. No more are held than were asked for.
async fn by_id<'i, T>(
    call: &Call,
    find: &Find<T>,
    ids: &'i [String],
) -> Result<HashMap<&'i str, Option<Bytes>>, Error> {
    let mut records: HashMap<_, _> = ids.iter().map(|id| (id.as_str(), None)).collect();
    let mut missing = records.len();
    let query = find
        .clone()
        .filter(field("id").is_in(ids))
        .limit(missing as u64);
    let mut pages = Pages::new(query);
    while missing > 0
        && let Some(record) = pages.next(call, Page::text).await?
    {
        match codec::id_of(&record).and_then(|id| records.get_mut(id.as_str())) {
            Some(place) => {
                missing -= usize::from(place.is_none());
                *place = Some(record.into());
            }
            None => {
                let text = "the reply has a record that was not asked for";
                return Err(find.in_find(Error::invalid_reply(text)));
            }
        }
    }
    Ok(records)
}

/// Field names as a query parameter has them. One with a comma would be taken for two.
fn joined(what: &str, fields: &[String]) -> Result<Option<String>, Error> {
    argument::field_names(what, fields)?;
    if fields.iter().any(|field| field.contains(',')) {
        return Err(Error::invalid_argument(format!(
            "a field name of `{what}` has a comma: use `find`, where it may have one"
        )));
    }
    Ok((!fields.is_empty()).then(|| fields.join(",")))
}
