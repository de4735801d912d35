//! The list of keys, which also tells what older servers do not say of a single one.

use super::{KeyRecord, convert};
use crate::{Error, request::Call};

/// The keys: `GET /api/auth/keys`.
pub(super) async fn list(call: &Call) -> Result<impl Iterator<Item = KeyRecord>, Error> {
    let keys = call.run(call.api().list_keys().prepare()).await?;
    Ok(keys.into_iter().map(convert::key_record))
}
