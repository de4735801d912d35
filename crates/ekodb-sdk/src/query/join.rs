//! Records of other collections beside those found.

use ekodb_api::types;

/// Records of other collections to add to those found: each gets a field with the list of those
/// whose field equals its own.
///
/// ```
/// use ekodb_client::query::Join;
///
/// // Each order gets `user`: the list of the users whose `id` is its `user_id`.
/// let join = Join::new("users").on("user_id", "id").into_field("user");
/// # let _ = join;
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Join(types::Join);

impl Join {
    /// Begins a join with a collection, on the `id` of both, into a field of the collection's name.
    pub fn new(collection: impl Into<String>) -> Self {
        let collection = collection.into();
        Self(types::Join {
            as_field: collection.clone(),
            collections: vec![collection],
            local_field: "id".to_owned(),
            foreign_field: "id".to_owned(),
        })
    }

    /// Another collection to take records from.
    pub fn and(mut self, collection: impl Into<String>) -> Self {
        self.0.collections.push(collection.into());
        self
    }

    /// The field of the records found, and the field of the other collections that is to equal it.
    pub fn on(mut self, local: impl Into<String>, foreign: impl Into<String>) -> Self {
        self.0.local_field = local.into();
        self.0.foreign_field = foreign.into();
        self
    }

    /// The field to put the list in.
    pub fn into_field(mut self, name: impl Into<String>) -> Self {
        self.0.as_field = name.into();
        self
    }

    pub(super) fn into_api(self) -> types::Join {
        self.0
    }
}
