//! Values between Rust and the wire.

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::{Error, codec};

/// The text of a value of a reply in the caller's type. The type that the server may write beside
/// it goes.
pub(super) fn decode<T: DeserializeOwned>(
    key: &str,
    value: &str,
    operation: &'static str,
) -> Result<T, Error> {
    let what = format!("the value of the KV key `{}`", key.escape_debug());
    codec::decode_value(value, &what).map_err(|error| error.with_operation(operation))
}

/// The text of a value as JSON.
pub(super) fn plain(value: &str, operation: &'static str) -> Result<Json, Error> {
    serde_json::from_str(value).map_err(|_| {
        Error::invalid_reply("the value of the key is not JSON that can be read")
            .with_operation(operation)
    })
}
