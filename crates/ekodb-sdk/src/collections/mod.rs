//! Collections: making, describing, listing and deleting them.

mod collection;
mod details;

pub use collection::Collection;
pub use details::CollectionDetails;

use crate::{
    Client, Error,
    request::{Call, Request},
};

/// The collections of a deployment. Made by [`Client::collections`].
#[derive(Clone, Debug)]
pub struct Collections {
    client: Client,
}

impl Client {
    /// The collections of the deployment.
    pub fn collections(&self) -> Collections {
        Collections {
            client: self.clone(),
        }
    }

    /// One collection, by name. Asks the server nothing.
    pub fn collection(&self, name: impl Into<String>) -> Collection {
        Collection::new(self.clone(), name.into())
    }
}

impl Collections {
    /// The names of the collections, ekoDB's internal ones included: `GET /api/collections`.
    ///
    /// An admin key sees all, a limited key those that it has a grant for. Some servers ask for an
    /// admin key here.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) where the server asks
    /// for an admin key, and the transport's kinds.
    #[doc(alias = "list_collections")]
    pub fn list(&self) -> Request<Vec<String>> {
        Request::new(&self.client, |call| async move { names(&call, None).await })
    }

    /// The names of the collections without ekoDB's internal ones, such as the audit log:
    /// `GET /api/collections?exclude_internal=true`.
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list).
    #[doc(alias = "list_user_collections")]
    pub fn list_without_internal(&self) -> Request<Vec<String>> {
        Request::new(&self.client, |call| async move {
            names(&call, Some(true)).await
        })
    }

    /// Whether a collection exists, judged by the list of names: the server describes a collection
    /// that does not exist as an empty one. For a limited key it means: exists and is granted.
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list); [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument)
    /// for a name that no collection can have.
    #[doc(alias = "collection_exists")]
    pub fn exists(&self, name: impl Into<String>) -> Request<bool> {
        let name = name.into();
        Request::new(&self.client, move |call| async move {
            crate::argument::segment("collection", &name)?;
            Ok(names(&call, None).await?.contains(&name))
        })
    }
}

async fn names(call: &Call, exclude_internal: Option<bool>) -> Result<Vec<String>, Error> {
    let mut request = call.api().list_collections();
    if let Some(exclude) = exclude_internal {
        request = request.exclude_internal(exclude);
    }
    Ok(call.run(request.prepare()).await?.collections)
}
