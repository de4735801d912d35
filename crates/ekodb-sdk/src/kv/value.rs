//! Values between Rust and the wire.

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::{Error, codec};

/// A value of a reply in the caller's type. The type that the server may write beside it goes.
pub(super) fn decode<T: DeserializeOwned>(
    key: &str,
    value: &Json,
    operation: &'static str,
) -> Result<T, Error> {
    let what = format!("the value of the KV key `{}`", key.escape_debug());
    codec::decode_value(value, &what).map_err(|error| error.with_operation(operation))
}
