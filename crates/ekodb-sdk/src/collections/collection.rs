//! One collection.

use std::{fmt, marker::PhantomData};

use super::CollectionDetails;
use crate::{
    Client, CollectionSchema, Error, Record, SchemaUpdate, argument,
    request::{Call, Request},
    schema,
};

/// One collection, by name. Made by [`Client::collection`]; that asks the server nothing.
///
/// Every call refuses a name that cannot travel in a URL with
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument): an empty one, `.`, `..`, and
/// one with control or invisible characters. All else, `/` and other alphabets included, arrives as
/// it is.
pub struct Collection<T = Record> {
    client: Client,
    name: String,
    record: PhantomData<fn() -> T>,
}

impl<T> Collection<T> {
    pub(crate) fn new(client: Client, name: String) -> Self {
        Self {
            client,
            name,
            record: PhantomData,
        }
    }

    /// The same collection with records of a type of your own.
    ///
    /// ```
    /// # fn f(client: ekodb_client::Client) {
    /// #[derive(serde::Serialize, serde::Deserialize)]
    /// struct User {
    ///     id: Option<String>,
    ///     name: String,
    /// }
    ///
    /// let users = client.collection("users").typed::<User>();
    /// # }
    /// ```
    pub fn typed<U>(&self) -> Collection<U> {
        Collection::new(self.client.clone(), self.name.clone())
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Creates the collection: `POST /api/collections/{collection}`. Needs an admin key.
    ///
    /// A collection also comes into being with its first record; creating it beforehand gives it a
    /// schema.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) if it exists,
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for a schema that the server
    /// refuses, [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for one without
    /// fields, [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) without an admin
    /// key, and the transport's kinds.
    #[doc(alias = "create_collection")]
    pub fn create(&self, schema: CollectionSchema) -> Request<()> {
        self.request(move |call, name| async move {
            schema.check()?;
            let body = schema::convert::to_api(&schema);
            let create = call.api().create_collection().collection(name).body(body);
            call.run(create.prepare()).await.map(drop)
        })
    }

    /// Describes the collection: `GET /api/collections/{collection}`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) without `read` on it,
    /// and the transport's kinds. A collection that does not exist is no error: see
    /// [`Collections::exists`](super::Collections::exists).
    #[doc(alias = "get_collection")]
    pub fn details(&self) -> Request<CollectionDetails> {
        self.request(|call, name| async move {
            let get = call.api().get_collection().collection(name);
            Ok(CollectionDetails::from_api(call.run(get.prepare()).await?))
        })
    }

    /// Deletes the collection with its records, schema and indexes:
    /// `DELETE /api/collections/{collection}`. Needs an admin key. Deleting what does not exist
    /// succeeds. What was deleted stays in the trash for 30 days.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) without an admin key,
    /// and the transport's kinds.
    pub fn delete_collection(&self) -> Request<()> {
        self.request(|call, name| async move {
            let delete = call.api().delete_collection().collection(name);
            call.run(delete.prepare()).await.map(drop)
        })
    }

    /// Reads the schema: `GET /api/schemas/{collection}`. That of a collection that does not exist
    /// has no fields.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) without `read` on it,
    /// and the transport's kinds.
    #[doc(alias = "get_schema")]
    pub fn schema(&self) -> Request<CollectionSchema> {
        self.request(|call, name| async move {
            let get = call.api().get_schema().collection(name);
            Ok(schema::convert::from_api(call.run(get.prepare()).await?))
        })
    }

    /// Changes constraints of the schema: `PUT /api/schemas/{collection}`. Needs an admin key. Only
    /// the fields and properties named change; the schema's version grows.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for constraints that the
    /// server refuses, [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for an
    /// update that names no field,
    /// [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) without an admin key,
    /// and the transport's kinds.
    #[doc(alias = "update_schema_constraints")]
    pub fn update_schema(&self, update: SchemaUpdate) -> Request<()> {
        self.request(move |call, name| async move {
            update.check()?;
            let body = schema::convert::update_to_api(&update);
            let update = call.api().update_schema().collection(name).body(body);
            call.run(update.prepare()).await.map(drop)
        })
    }

    /// Takes the deleted records of the collection out of the trash:
    /// `POST /api/trash/{collection}`. Needs an admin key. Returns how many came back, where the
    /// server says so.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) where the trash holds nothing of it,
    /// [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) without an admin key,
    /// and the transport's kinds.
    #[doc(alias = "restore_collection")]
    pub fn restore(&self) -> Request<Option<u64>> {
        self.request(|call, name| async move {
            let restore = call.api().restore_collection().collection(name);
            let reply = call.run(restore.prepare()).await?;
            Ok(reply.records_restored.or(reply.cleared_count))
        })
    }

    /// Takes one deleted record out of the trash: `POST /api/trash/{collection}/{id}`. Needs an
    /// admin key.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) where the trash does not hold the
    /// record, [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for an id that
    /// cannot travel in a URL, [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied)
    /// without an admin key, and the transport's kinds.
    #[doc(alias = "restore_deleted")]
    pub fn restore_record(&self, id: impl Into<String>) -> Request<()> {
        let id = id.into();
        self.request(move |call, name| async move {
            argument::segment("record id", &id)?;
            let restore = call.api().restore_record().collection(name).id(id);
            call.run(restore.prepare()).await.map(drop)
        })
    }

    /// A request on this collection, whose name is checked before anything else is done.
    fn request<R, F, Fut>(&self, run: F) -> Request<R>
    where
        R: Send + 'static,
        F: FnOnce(Call, String) -> Fut + Send + 'static,
        Fut: Future<Output = Result<R, Error>> + Send + 'static,
    {
        let name = self.name.clone();
        Request::new(&self.client, move |call| async move {
            argument::segment("collection", &name)?;
            run(call, name).await
        })
    }
}

impl<T> Clone for Collection<T> {
    fn clone(&self) -> Self {
        self.typed()
    }
}

impl<T> fmt::Debug for Collection<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collection")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
