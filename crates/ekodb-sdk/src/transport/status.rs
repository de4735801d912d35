//! What an HTTP status means for a call.

use ekodb_api::{Auth, Operation, Privilege};
use http::StatusCode;

use crate::error::{Error, ErrorKind};

/// The error of a reply with a status other than success, still without the server's words.
///
/// `by_ekodb` is whether the body has the form of ekoDB's errors.
pub(super) fn error(status: StatusCode, operation: &Operation, by_ekodb: bool) -> Error {
    let kind = kind(status);
    // Before any work is done: that is what 4xx says, and what ekoDB's own 503 stands for. The 503
    // of a gateway may come after it has forwarded the request. ekoDB's own 507 says that nothing
    // was stored.
    let is_refusal = matches!(
        status,
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::INSUFFICIENT_STORAGE
    );
    let unapplied =
        status.is_client_error() && kind != ErrorKind::Timeout || is_refusal && by_ekodb;
    Error::new(kind, text(kind, status, operation, by_ekodb))
        .with_status(status.as_u16())
        .with_origin(by_ekodb)
        .with_no_side_effects(unapplied)
}

fn kind(status: StatusCode) -> ErrorKind {
    match status.as_u16() {
        401 => ErrorKind::Unauthenticated,
        403 => ErrorKind::PermissionDenied,
        404 => ErrorKind::NotFound,
        405 | 501 => ErrorKind::Unsupported,
        408 => ErrorKind::Timeout,
        409 => ErrorKind::Conflict,
        429 => ErrorKind::RateLimited,
        502..=504 => ErrorKind::Unavailable,
        400..=499 => ErrorKind::InvalidRequest,
        500..=599 => ErrorKind::Server,
        _ => ErrorKind::InvalidReply,
    }
}

fn text(
    kind: ErrorKind,
    status: StatusCode,
    operation: &Operation,
    by_ekodb: bool,
) -> &'static str {
    match kind {
        ErrorKind::Unauthenticated if operation.auth == Auth::None => {
            "the server rejected the API key; compare it with the one in the dashboard"
        }
        ErrorKind::Unauthenticated => {
            "the server rejected the token; check that the API key has not been revoked"
        }
        ErrorKind::PermissionDenied => match operation.privilege {
            Privilege::Admin => "the API key may not do this; it takes an admin key",
            Privilege::Read => {
                "the API key may not do this; it takes `read` on the collection and its fields, or an admin key"
            }
            Privilege::Write => {
                "the API key may not do this; it takes `write` on the collection and its fields, or an admin key"
            }
            Privilege::KvRead => {
                "the API key may not do this; it takes `read` on a prefix of the KV key or an admin key"
            }
            Privilege::KvWrite => {
                "the API key may not do this; it takes `write` on a prefix of the KV key or an admin key"
            }
            _ => "the API key may not do this",
        },
        ErrorKind::NotFound | ErrorKind::Unsupported if operation.id == "create_token" => {
            "there is no token endpoint at this address; check base_url, its path included"
        }
        ErrorKind::NotFound if !by_ekodb => {
            "not found, though not in ekoDB's words; check that base_url, and its path, leads to ekoDB, \
             and the name or id"
        }
        ErrorKind::NotFound => "not found; check the name or id",
        ErrorKind::Unsupported => {
            "the server does not offer this call; it may be older than this client, or base_url has a wrong path"
        }
        ErrorKind::Timeout => "the server gave up waiting for the request; try again",
        ErrorKind::Conflict => "it exists already, or a concurrent change came first",
        ErrorKind::RateLimited => "too many requests; slow down",
        ErrorKind::Unavailable => "the server is not ready; try again later",
        ErrorKind::InvalidRequest if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
            "the proxy wants a user name and a password; write them in the URL of the proxy"
        }
        ErrorKind::InvalidRequest if status == StatusCode::MISDIRECTED_REQUEST => {
            "the server does not answer for this host; check the host in base_url"
        }
        ErrorKind::InvalidRequest => "the server refused the request as wrong",
        ErrorKind::InvalidReply if status.is_redirection() => {
            "the server answered with a redirect, which is not followed so that no secret goes elsewhere; \
             set base_url to where the server really is"
        }
        ErrorKind::InvalidReply => "the server answered with a status that means nothing here",
        _ if status == StatusCode::NETWORK_AUTHENTICATION_REQUIRED => {
            "the network wants a login first, and answered in place of the server"
        }
        _ if status == StatusCode::INSUFFICIENT_STORAGE => {
            "the server has no room to store; reads may work all the same"
        }
        _ => "the server failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, operation: &str) -> Error {
        let operation = Operation::by_id(operation).unwrap();
        error(StatusCode::from_u16(status).unwrap(), operation, true)
    }

    #[test]
    fn every_status_has_its_kind_and_text() {
        let lines: Vec<String> = [
            300, 304, 307, 400, 401, 403, 404, 405, 407, 408, 409, 410, 413, 418, 421, 422, 429,
            500, 501, 502, 503, 504, 507, 511, 599, 600, 999,
        ]
        .into_iter()
        .map(|status| {
            let error = of(status, "list_keys");
            let unapplied = error.has_no_side_effects();
            format!("{:?} unapplied={unapplied} {error}", error.kind())
        })
        .collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn a_refusal_says_what_key_it_takes() {
        let lines: Vec<String> = [
            "get_schema",
            "create_collection",
            "update_config",
            "get_key_permissions",
        ]
        .into_iter()
        .map(|operation| format!("{operation}: {}", of(403, operation)))
        .collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn a_rejected_key_is_not_called_a_token() {
        assert!(of(401, "register_key").to_string().contains("API key"));
        assert!(of(401, "list_keys").to_string().contains("token"));
    }
}
