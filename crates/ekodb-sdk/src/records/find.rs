//! Finding records.

use crate::{Collection, query::Find, request::Request};

impl<T> Collection<T> {
    /// Begins a query of the collection: `POST /api/find/{collection}`.
    pub fn find(&self) -> Find<T> {
        Find::new(self.client().clone(), self.name().to_owned())
    }

    /// How many records the collection has. The same as `find().count()`: it reads the ids of all
    /// of them.
    ///
    /// # Errors
    ///
    /// As for [`find`](Self::find).
    #[doc(alias = "count_documents")]
    pub fn count(&self) -> Request<u64> {
        self.find().count()
    }
}
