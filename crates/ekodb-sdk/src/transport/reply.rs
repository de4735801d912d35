//! Makes of a reply what the generated code expects: the documented status with a body of JSON, or an error.

use std::time::SystemTime;

use bytes::Bytes;
use ekodb_api::Operation;
use http::{HeaderMap, StatusCode, header};
use tokio::time::{Instant, timeout_at};

use super::{
    body::{self, BodyError},
    connection,
    message::message,
    retry_after::retry_after,
    status,
};
use crate::error::{Error, ErrorKind};

/// A reply that is a success.
pub(crate) type Reply = http::Response<Bytes>;

/// The status that a reply arrived with, kept among its extensions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrived(pub(super) StatusCode);

/// How much is read of a reply that is an error.
const MAX_ERROR_BYTES: usize = 64 * 1024;

/// Reads a success of at most `max` bytes.
pub(super) async fn success(
    response: reqwest::Response,
    operation: &Operation,
    max: usize,
) -> Result<Reply, Error> {
    let status = response.status();
    let mut headers = response.headers().clone();
    let body = body::read(response, max)
        .await
        .map_err(|error| unreadable(error, max).with_status(status.as_u16()))?;
    let body =
        content(&headers, body, operation).map_err(|error| error.with_status(status.as_u16()))?;

    // These were about the body as it was sent.
    headers.remove(header::CONTENT_ENCODING);
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::TRANSFER_ENCODING);

    let mut reply = http::Response::new(body);
    // Whichever of the 2xx it is, the generated code knows the documented one.
    *reply.status_mut() = StatusCode::from_u16(operation.success).unwrap_or(status);
    *reply.headers_mut() = headers;
    reply.extensions_mut().insert(Arrived(status));
    Ok(reply)
}

/// Reads what an error says. The status is known, so nothing that happens to the body matters more.
pub(super) async fn failure<'a>(
    response: reqwest::Response,
    operation: &Operation,
    ends: Instant,
    secrets: impl IntoIterator<Item = &'a str>,
) -> Error {
    let status = response.status();
    let headers = response.headers().clone();
    let body = match timeout_at(ends, body::read(response, MAX_ERROR_BYTES)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) | Err(_) => Bytes::new(),
    };
    status::error(status, operation)
        .with_retry_after(retry_after(&headers, SystemTime::now()))
        .with_message(message(content_type(&headers).as_deref(), &body, secrets))
}

fn content(headers: &HeaderMap, body: Bytes, operation: &Operation) -> Result<Bytes, Error> {
    let blank = body.iter().all(u8::is_ascii_whitespace);
    if !blank && !may_be_json(content_type(headers).as_deref()) {
        return Err(Error::new(
            ErrorKind::InvalidReply,
            format!(
                "the reply is {}, not JSON; check that base_url leads to ekoDB and not to a page or proxy",
                content_type(headers).unwrap_or_default().escape_debug()
            ),
        ));
    }
    Ok(match (operation.has_reply, blank) {
        (true, true) => Bytes::from_static(b"{}"),
        (true, false) => body,
        (false, _) => Bytes::new(),
    })
}

/// Servers that do not name the type, or only a general one, may well send JSON.
fn may_be_json(content_type: Option<&str>) -> bool {
    content_type.is_none_or(|media_type| {
        matches!(
            media_type,
            "" | "application/json" | "text/json" | "text/plain" | "application/octet-stream"
        ) || media_type.ends_with("+json")
    })
}

/// The media type in lower case, without parameters.
fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let media_type = value.split(';').next().unwrap_or_default();
    Some(media_type.trim().to_ascii_lowercase())
}

fn unreadable(error: BodyError, max: usize) -> Error {
    match error {
        BodyError::TooLarge => Error::new(
            ErrorKind::ReplyTooLarge,
            format!("the reply is larger than {max} bytes; ask for less, or raise max_reply_bytes"),
        ),
        BodyError::Broken(source) => connection::broken(source),
        BodyError::Encoding => Error::new(
            ErrorKind::InvalidReply,
            "the reply is packed in a way that was not asked for; only gzip is understood",
        ),
        BodyError::Gzip(source) => Error::new(
            ErrorKind::InvalidReply,
            "the reply is not the gzip that it claims to be",
        )
        .with_source(source),
    }
}
