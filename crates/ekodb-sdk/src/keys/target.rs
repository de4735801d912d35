//! The key that a call on permissions is about.

use super::{KeyId, Permissions, convert, legacy};
use crate::{Error, request::Call};

/// The key that a call is about: one with an id, or the client's own.
#[derive(Clone, Debug)]
pub(super) struct Target(pub(super) Option<KeyId>);

impl Target {
    pub(super) fn path_segment(&self) -> String {
        self.0
            .as_ref()
            .map_or_else(|| "me".to_owned(), ToString::to_string)
    }

    pub(super) async fn permissions(&self, call: &Call) -> Result<Permissions, Error> {
        let id = self.path_segment();
        let modern = call.run(call.api().get_key_permissions().key_id(id).prepare());
        match legacy::fall_back(call, modern.await).await? {
            Some(permissions) => Ok(convert::permissions(permissions)),
            None => legacy::permissions(call, &self.0).await,
        }
    }
}
