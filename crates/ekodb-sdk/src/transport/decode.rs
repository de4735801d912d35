//! Decodes a reply of the generated client.

use ekodb_api::{Operation, Reply};
use serde::de::DeserializeOwned;

use super::scrub::scrub;
use crate::error::{Error, ErrorKind};

/// Decodes the body of a success.
pub(crate) fn decode<T: DeserializeOwned>(
    reply: Reply,
    operation: &'static Operation,
) -> Result<T, Error> {
    let status = reply.status.as_u16();
    match reply.decode::<T>(operation) {
        Ok(value) => Ok(value.into_inner()),
        Err(error) => Err(generated(error)
            .with_operation(operation.id)
            .with_status(status)),
    }
}

/// Our error for one of the generated code: an argument that it refused, or a reply that it could
/// not decode. Nothing of the reply is repeated, since it may hold user data.
pub(crate) fn generated(error: ekodb_api::Error) -> Error {
    match error {
        ekodb_api::Error::InvalidRequest(text) => Error::new(
            ErrorKind::InvalidArgument,
            scrub(&text, []).unwrap_or_else(|| "an argument was refused".to_owned()),
        ),
        ekodb_api::Error::InvalidReply { source, .. } => {
            Error::new(ErrorKind::InvalidReply, undecodable(&source))
        }
        _ => Error::new(ErrorKind::InvalidReply, "the reply was not expected"),
    }
}

/// What is wrong with a reply, by its place. Of the decoder's own words only those are kept that
/// name members of the contract: others repeat values.
fn undecodable(error: &serde_json::Error) -> String {
    let place = format!("at line {}, column {}", error.line(), error.column());
    if !error.is_data() {
        return format!("the reply is not valid JSON {place}");
    }
    let text = error.to_string();
    match text
        .split('`')
        .nth(1)
        .filter(|_| text.starts_with("missing field `"))
    {
        Some(member) => format!("the reply lacks the member `{member}`"),
        None => format!("the reply does not have the documented form {place}"),
    }
}
