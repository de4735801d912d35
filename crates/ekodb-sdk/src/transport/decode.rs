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
    if takes_much_more_memory(&reply.body) {
        let text = "the values of the reply would take much more memory than the reply, which is no \
             documented one; check that base_url leads to ekoDB";
        return Err(Error::new(ErrorKind::ReplyTooLarge, text)
            .with_operation(operation.id)
            .with_status(status));
    }
    match reply.decode::<T>(operation) {
        Ok(value) => Ok(value.into_inner()),
        Err(error) => Err(generated(error)
            .with_operation(operation.id)
            .with_status(status)),
    }
}

/// Whether the values of a large reply would take far more memory than the reply, as those of
/// millions of empty objects. By estimate: what looks like JSON inside of texts is counted too.
fn takes_much_more_memory(body: &[u8]) -> bool {
    const LARGE: usize = 1024 * 1024;
    const OBJECT: usize = 512;
    const VALUE: usize = 32;
    const MOST: usize = 256 * 1024 * 1024;
    if body.len() <= LARGE {
        return false;
    }
    let count = |wanted: u8| body.iter().filter(|byte| **byte == wanted).count();
    let estimate = count(b'{') * OBJECT + count(b',') * VALUE;
    estimate > MOST.max(body.len().saturating_mul(8))
}

/// Our error for one of the generated code: an argument that it refused, or a reply that it could
/// not decode. Nothing of the reply is repeated, since it may hold user data.
pub(crate) fn generated(error: ekodb_api::Error) -> Error {
    match error {
        ekodb_api::Error::InvalidRequest(text) => Error::invalid_argument(
            scrub(&text, []).unwrap_or_else(|| "an argument was refused".to_owned()),
        ),
        ekodb_api::Error::InvalidReply { source, .. } => Error::invalid_reply(undecodable(&source)),
        _ => Error::invalid_reply("the reply was not expected"),
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
    let missing = text.strip_prefix("missing field `");
    match missing.and_then(|rest| rest.split('`').next()) {
        Some(member) => format!("the reply lacks the member `{member}`"),
        None => format!("the reply does not have the documented form {place}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_reply_of_tiny_values_is_refused() {
        for (item, count, refused) in [
            ("{}", 1_000_000, true),
            ("{}", 100_000, false),
            ("1", 10_000_000, true),
            (
                r#"{"collection":"users","permission":"read"}"#,
                300_000,
                false,
            ),
        ] {
            let body = format!("[{}{item}]", format!("{item},").repeat(count));
            assert_eq!(takes_much_more_memory(body.as_bytes()), refused, "{item}");
        }
    }
}
