//! A collection inside a transaction.

use std::{borrow::Borrow, fmt};

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Collection, Record,
    query::Find,
    records::{Batch, Read, Remove, Store, Upserted},
    request::Request,
};

/// The calls on the records of a collection that take part in a transaction. Made by
/// [`Transaction::collection`](super::Transaction::collection).
///
/// They are those of a [`Collection`] of the same name. What is missing here (actions, distinct
/// values, collections, schemas and the key-value store) cannot take part.
/// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) can also mean that the server has forgotten
/// the transaction, and [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) that it is
/// over.
pub struct TransactionCollection<T = Record>(Collection<T>);

impl<T> TransactionCollection<T> {
    pub(super) fn new(collection: Collection<T>) -> Self {
        Self(collection)
    }

    /// The name.
    pub fn name(&self) -> &str {
        self.0.name()
    }

    /// The same collection with records of a type of your own. See [`Collection::typed`].
    pub fn typed<U>(&self) -> TransactionCollection<U> {
        TransactionCollection(self.0.typed())
    }

    /// Deletes a record. See [`Collection::delete`].
    pub fn delete(&self, id: impl Into<String>) -> Remove {
        self.0.delete(id)
    }

    /// Whether there is a record with this id. See [`Collection::exists`].
    pub fn exists(&self, id: impl Into<String>) -> Request<bool> {
        self.0.exists(id)
    }

    /// Deletes many records. See [`Collection::delete_many`].
    pub fn delete_many<I: Into<String>>(&self, ids: impl IntoIterator<Item = I>) -> Batch {
        self.0.delete_many(ids)
    }

    /// Begins a query. See [`Collection::find`]. [`distinct`](Find::distinct) fails: it cannot take
    /// part.
    pub fn find(&self) -> Find<T> {
        self.0.find()
    }
}

impl<T: Serialize + DeserializeOwned + Send + 'static> TransactionCollection<T> {
    /// Stores a new record. See [`Collection::insert`].
    pub fn insert(&self, record: impl Borrow<T>) -> Store<String> {
        self.0.insert(record)
    }

    /// Reads a record. See [`Collection::get`].
    pub fn get(&self, id: impl Into<String>) -> Read<T> {
        self.0.get(id)
    }

    /// Changes fields of a record. See [`Collection::update`].
    pub fn update(&self, id: impl Into<String>, changes: impl Serialize) -> Store<T> {
        self.0.update(id, changes)
    }

    /// Stores a record whether it exists or not. See [`Collection::upsert`]. In a transaction no
    /// other writer can come between.
    pub fn upsert(&self, id: impl Into<String>, record: impl Borrow<T>) -> Store<Upserted> {
        self.0.upsert(id, record)
    }

    /// Stores many new records. See [`Collection::insert_many`].
    pub fn insert_many<R: Borrow<T>>(&self, records: impl IntoIterator<Item = R>) -> Batch {
        self.0.insert_many(records)
    }

    /// Changes fields of many records. See [`Collection::update_many`].
    pub fn update_many<I: Into<String>, C: Serialize>(
        &self,
        changes: impl IntoIterator<Item = (I, C)>,
    ) -> Batch {
        self.0.update_many(changes)
    }

    /// Reads many records. See [`Collection::get_many`].
    pub fn get_many<I: Into<String>>(
        &self,
        ids: impl IntoIterator<Item = I>,
    ) -> Request<Vec<Option<T>>> {
        self.0.get_many(ids)
    }
}

impl<T> Clone for TransactionCollection<T> {
    fn clone(&self) -> Self {
        self.typed()
    }
}

impl<T> fmt::Debug for TransactionCollection<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransactionCollection")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}
