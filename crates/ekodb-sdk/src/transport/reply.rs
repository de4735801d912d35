//! Checks that a reply is the JSON of ekoDB, or makes an error of it.

use std::time::SystemTime;

use bytes::Bytes;
use ekodb_api::{Operation, Reply};
use http::{HeaderMap, header};
use tokio::time::Instant;

use super::{
    engine::Response,
    error_message::{MAX_BYTES, Said},
    reply_body::{self, BodyError},
    retry_after::retry_after,
    status,
};
use crate::error::{Error, ErrorKind};

/// Reads a success of at most `max` bytes.
pub(super) async fn success(
    response: Response,
    operation: &Operation,
    max: usize,
) -> Result<Reply, Error> {
    let reply = any(response, max).await?;
    match content(&reply.headers, reply.body, operation) {
        Ok(body) => Ok(Reply { body, ..reply }),
        Err(error) => Err(error.with_status(reply.status.as_u16())),
    }
}

/// The error of a body that is one in spite of its status of success.
pub(super) fn error_under_success<'a>(
    reply: &Reply,
    secrets: impl IntoIterator<Item = &'a str>,
) -> Error {
    let text = "the server answered with an error under a status of success";
    Error::new(ErrorKind::InvalidReply, text)
        .with_status(reply.status.as_u16())
        .with_message(Said::of(None, &reply.body, secrets).message)
}

/// Reads a reply of any status and content, of at most `max` bytes.
pub(super) async fn any(mut response: Response, max: usize) -> Result<Reply, Error> {
    let status = response.status();
    let body = reply_body::read(&mut response, max)
        .await
        .map_err(|error| unreadable(error, max).with_status(status.as_u16()))?;
    Ok(Reply {
        status,
        headers: response.take_headers(),
        body,
    })
}

/// Reads what an error says, or the beginning of it. The status is known, so nothing that happens
/// to the body matters more.
pub(super) async fn failure<'a>(
    mut response: Response,
    operation: &Operation,
    ends: Instant,
    secrets: impl IntoIterator<Item = &'a str>,
) -> Error {
    let body = reply_body::read_start(&mut response, MAX_BYTES, ends).await;
    let headers = response.headers();
    let content_type = media_type(headers).map(|name| name.to_ascii_lowercase());
    let said = Said::of(content_type.as_deref(), &body, secrets);
    #[expect(
        clippy::disallowed_methods,
        reason = "a pause of seconds, by a date of whole seconds"
    )]
    let now = SystemTime::now();
    status::error(response.status(), operation, said.by_ekodb)
        .with_retry_after(retry_after(headers, now))
        .with_message(said.message)
}

fn content(headers: &HeaderMap, body: Bytes, operation: &Operation) -> Result<Bytes, Error> {
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    let blank = first.is_none();
    if !blank
        && let Some(name) = media_type(headers)
        && !may_be_json(name)
    {
        return Err(no_json(
            &name.to_ascii_lowercase().escape_debug().to_string(),
        ));
    }
    if first == Some(&b'<') {
        return Err(no_json("a page"));
    }
    Ok(match (operation.has_reply, blank) {
        (true, true) => Bytes::from_static(b"{}"),
        (true, false) => body,
        (false, _) => Bytes::new(),
    })
}

fn no_json(what: &str) -> Error {
    let text = format!(
        "the reply is {what}, not JSON; check that base_url leads to ekoDB and not to a page or proxy"
    );
    Error::invalid_reply(text)
}

/// Servers that name only a general type may well send JSON.
fn may_be_json(media_type: &str) -> bool {
    let known = [
        "application/json",
        "text/json",
        "text/plain",
        "application/octet-stream",
        "",
    ];
    let suffix = media_type.len().checked_sub("+json".len());
    known
        .iter()
        .any(|known| media_type.eq_ignore_ascii_case(known))
        || suffix
            .and_then(|start| media_type.get(start..))
            .is_some_and(|suffix| suffix.eq_ignore_ascii_case("+json"))
}

/// The media type of a reply, without parameters. `None` if it names none that can be read.
fn media_type(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let end = value.find(';').unwrap_or(value.len());
    Some(value[..end].trim())
}

fn unreadable(error: BodyError, max: usize) -> Error {
    match error {
        BodyError::TooLarge => Error::new(
            ErrorKind::ReplyTooLarge,
            format!("the reply is larger than {max} bytes; ask for less, or raise max_reply_bytes"),
        ),
        BodyError::Broken(error) => error,
        BodyError::Encoding => Error::invalid_reply(NOT_ASKED_FOR),
        #[cfg(feature = "gzip")]
        BodyError::Gzip(source) => {
            Error::invalid_reply("the reply is not the gzip that it claims to be")
                .with_source(source)
        }
    }
}

const NOT_ASKED_FOR: &str = if cfg!(feature = "gzip") {
    "the reply is packed in a way that was not asked for; only gzip is understood"
} else {
    "the reply is packed, which was not asked for; turn on the feature gzip"
};
