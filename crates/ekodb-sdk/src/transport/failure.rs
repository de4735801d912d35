//! Crosses the border to the generated code, which has an error type of its own: it prints headers and bodies, and cannot be
//! made from ours.

use bytes::Bytes;
use ekodb_api::types::ErrorReply;
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use super::{connection, reply::Reply, scrub::scrub};
use crate::error::{Error, ErrorKind};

/// The reply that stands for an error in the generated code: a status of 4xx or 5xx, and a body of the API's error schema.
pub(super) fn as_reply(error: &Error) -> Reply {
    let status = status(error);
    let body = json!({ "code": status.as_u16(), "message": error.to_string() });
    let mut reply = http::Response::new(Bytes::from(body.to_string()));
    *reply.status_mut() = status;
    reply.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    reply
}

fn status(error: &Error) -> StatusCode {
    let told = error
        .status()
        .and_then(|status| StatusCode::from_u16(status).ok());
    if let Some(told) = told.filter(|status| status.is_client_error() || status.is_server_error()) {
        return told;
    }
    match error.kind() {
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::Connect => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Timeout => StatusCode::GATEWAY_TIMEOUT,
        ErrorKind::Configuration | ErrorKind::InvalidArgument => StatusCode::BAD_REQUEST,
        _ => StatusCode::BAD_GATEWAY,
    }
}

/// Our error for one that arose in the generated code itself: a request that it refused to build, or a reply that it could not
/// decode. Nothing of the reply is repeated, since it may hold user data.
pub(super) fn of_the_generated_code(error: ekodb_api::Error<ErrorReply>) -> Error {
    use ekodb_api::Error as Generated;

    match error {
        Generated::InvalidRequest(text) | Generated::Custom(text) => Error::new(
            ErrorKind::InvalidArgument,
            scrub(&text, []).unwrap_or_else(|| "an argument was refused".to_owned()),
        ),
        Generated::CommunicationError(error) => connection::error(error),
        Generated::ResponseBodyError(error) | Generated::InvalidUpgrade(error) => {
            connection::broken(error)
        }
        Generated::InvalidResponsePayload(_, error) => {
            Error::new(ErrorKind::InvalidReply, undecodable(&error))
        }
        Generated::ErrorResponse(reply) => {
            Error::new(ErrorKind::InvalidReply, "the reply was not expected")
                .with_status(reply.status().as_u16())
        }
        Generated::UnexpectedResponse(reply) => {
            Error::new(ErrorKind::InvalidReply, "the reply was not expected")
                .with_status(reply.status().as_u16())
        }
    }
}

/// What is wrong with a reply, by its place. Of the decoder's own words only those are kept that name members of the contract:
/// others repeat values.
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
