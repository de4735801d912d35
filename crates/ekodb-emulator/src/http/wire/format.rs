//! The two formats of bodies, and how headers name them.

use http::HeaderName;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap};

/// A format of bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    MessagePack,
}

impl Format {
    /// Returns what `Content-Type` says. Anything but MessagePack is taken for JSON: the header is
    /// often missing or a tool's default.
    pub(super) fn of_body(headers: &HeaderMap) -> Self {
        first_named(headers, &CONTENT_TYPE)
    }

    /// Returns what `Accept` names first.
    pub(super) fn of_reply(headers: &HeaderMap) -> Self {
        first_named(headers, &ACCEPT)
    }
}

/// Whether `Content-Type` is JSON, and nothing that a page may send without asking first.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE);
    let named = content_type.and_then(|value| named(value.to_str().ok()?));
    named == Some(Format::Json)
}

/// The first media type of a header that is one of the two; JSON if none is.
fn first_named(headers: &HeaderMap, header: &HeaderName) -> Format {
    headers
        .get_all(header)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .find_map(named)
        .unwrap_or(Format::Json)
}

fn named(range: &str) -> Option<Format> {
    let essence = range.split(';').next().unwrap_or_default().trim();
    match essence.to_ascii_lowercase().as_str() {
        "application/json" => Some(Format::Json),
        "application/msgpack" | "application/x-msgpack" | "application/vnd.msgpack" => {
            Some(Format::MessagePack)
        }
        _ => None,
    }
}
