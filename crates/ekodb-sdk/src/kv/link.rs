//! Links from keys to records.

use ekodb_api::types;
use serde_json::{Map, Value as Json};

use super::{Kv, key};
use crate::{Error, argument, request::Request};

/// A link from a key to a record.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct KvLink {
    /// The collection of the record.
    pub collection: String,
    /// The id of the record.
    pub document_id: String,
    /// The field of the record that the link is about.
    pub field_path: Option<String>,
    /// Anything else that is kept with the link.
    pub metadata: Option<Json>,
    /// What a newer server says of the link.
    pub extra: Map<String, Json>,
}

impl KvLink {
    /// A link to a record.
    pub fn new(collection: impl Into<String>, document_id: impl Into<String>) -> Self {
        Self {
            collection: collection.into(),
            document_id: document_id.into(),
            field_path: None,
            metadata: None,
            extra: Map::new(),
        }
    }

    /// The field of the record that the link is about.
    #[must_use]
    pub fn field_path(mut self, path: impl Into<String>) -> Self {
        self.field_path = Some(path.into());
        self
    }

    /// Anything else to keep with the link.
    #[must_use]
    pub fn metadata(mut self, metadata: Json) -> Self {
        self.metadata = Some(metadata);
        self
    }

    fn from_api(link: types::KvLink) -> Self {
        let mut extra = link.extra;
        let path = extra.remove("field_path");
        Self {
            collection: link.collection,
            document_id: link.document_id,
            field_path: path.and_then(|path| path.as_str().map(str::to_owned)),
            metadata: extra.remove("metadata"),
            extra,
        }
    }
}

impl Kv {
    /// Lists the records that a key is linked to: `GET /api/kv/{key}/links`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the key does not exist;
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for the keys `get`, `set`
    /// and `delete`, whose path is that of another call;
    /// [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) without `read` on a
    /// prefix of the key; and the transport's kinds.
    pub fn links(&self, key: impl Into<String>) -> Request<Vec<KvLink>> {
        let key = key.into();
        Request::new(&self.client, |call| async move {
            let key = key::in_path(key)?;
            if matches!(key.as_str(), "get" | "set" | "delete") {
                return Err(Error::invalid_argument(format!(
                    "the links of the KV key `{key}` have the path of another call"
                )));
            }
            let links = call
                .run(call.api().list_kv_links().key(key).prepare())
                .await?;
            let (types::KvLinks::List(links) | types::KvLinks::Wrapped { links, .. }) = links;
            Ok(links.into_iter().map(KvLink::from_api).collect())
        })
    }

    /// Links a key to a record: `POST /api/kv/{key}/links/{collection}/{document_id}`. Whether the
    /// record has to exist is for the server to decide.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the key does not exist,
    /// [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) without `write` on a
    /// prefix of the key, and the transport's kinds.
    pub fn link(&self, key: impl Into<String>, link: KvLink) -> Request<()> {
        let key = key.into();
        Request::new(&self.client, |call| async move {
            let key = checked(key, &link.collection, &link.document_id)?;
            let body = types::KvLinkRequest {
                keys: None,
                field_path: link.field_path,
                metadata: link.metadata,
            };
            let add = call.api().add_kv_link().key(key).body(body);
            let add = add
                .collection(link.collection)
                .document_id(link.document_id);
            call.run(add.prepare()).await.map(drop)
        })
    }

    /// Removes the link of a key to a record:
    /// `DELETE /api/kv/{key}/links/{collection}/{document_id}`. Key and record stay.
    ///
    /// # Errors
    ///
    /// As for [`link`](Self::link).
    pub fn unlink(
        &self,
        key: impl Into<String>,
        collection: impl Into<String>,
        document_id: impl Into<String>,
    ) -> Request<()> {
        let (key, collection, id) = (key.into(), collection.into(), document_id.into());
        Request::new(&self.client, |call| async move {
            let key = checked(key, &collection, &id)?;
            let remove = call.api().remove_kv_link().key(key);
            let remove = remove.collection(collection).document_id(id);
            call.run(remove.prepare()).await.map(drop)
        })
    }
}

fn checked(key: String, collection: &str, id: &str) -> Result<String, Error> {
    argument::record(collection, id)?;
    key::in_path(key)
}
