//! The stored form of values: JSON.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::StoreError;

pub(super) fn encode(what: &'static str, value: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(value).map_err(|source| StoreError::Unwritable { what, source })
}

pub(super) fn decode<T: DeserializeOwned>(
    what: &'static str,
    bytes: &[u8],
) -> Result<T, StoreError> {
    serde_json::from_slice(bytes).map_err(|source| StoreError::Unreadable { what, source })
}
