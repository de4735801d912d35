//! What a call shows to `tracing`: one span, with the attributes that OpenTelemetry defines for
//! HTTP and database clients, and events for replays and retries. Never a header, a body, a query
//! or a secret.

use std::time::Duration;

use ekodb_api::Outgoing;
use http::StatusCode;
use tracing::{Span, debug, field::Empty, info_span};

use super::base_url::BaseUrl;
use crate::error::{Error, ErrorKind};

/// The span of one call.
pub(super) struct Trace {
    span: Span,
}

impl Trace {
    pub(super) fn new(outgoing: &Outgoing, base_url: &BaseUrl) -> Self {
        let operation = outgoing.operation();
        let span = info_span!(
            "ekodb.call",
            otel.name = %format_args!("{} {}", operation.method, operation.path),
            otel.kind = "client",
            otel.status_code = Empty,
            db.system.name = "ekodb",
            db.operation.name = operation.id,
            db.collection.name = Empty,
            http.request.method = operation.method,
            url.template = operation.path,
            server.address = base_url.host(),
            server.port = base_url.port(),
            http.request.resend_count = Empty,
            http.response.status_code = Empty,
            error.type = Empty,
        );
        if !span.is_disabled()
            && let Some(collection) = collection(outgoing)
        {
            span.record("db.collection.name", collection);
        }
        Self { span }
    }

    pub(super) fn span(&self) -> &Span {
        &self.span
    }

    /// The attempt `number` was answered with 401: it follows another with a new token.
    pub(super) fn replay(&self, number: u32) {
        self.span.record("http.request.resend_count", number);
        debug!(parent: &self.span, attempt = number, "the token was rejected: replaying with a new one");
    }

    /// The attempt `number` failed: it follows another after a pause.
    pub(super) fn retry(&self, number: u32, pause: Duration, error: &Error) {
        self.span.record("http.request.resend_count", number);
        debug!(
            parent: &self.span,
            attempt = number,
            pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
            error.type = %error_type(error),
            "the attempt failed: retrying",
        );
    }

    pub(super) fn end<T>(&self, outcome: &Result<T, Error>) {
        if let Err(error) = outcome {
            self.span.record("error.type", error_type(error));
            self.span.record("otel.status_code", "ERROR");
        }
    }
}

/// The name of the collection in the path, percent-encoded, if the operation has one.
///
/// It is looked for from the end, since a base URL may have a path of its own.
fn collection(outgoing: &Outgoing) -> Option<&str> {
    let mut template = outgoing.operation().path.rsplit('/');
    let from_end = template.position(|segment| segment == "{collection}")?;
    outgoing.url().path().rsplit('/').nth(from_end)
}

/// Notes the status of an attempt's reply in the span of its call.
pub(super) fn status(status: StatusCode) {
    Span::current().record("http.response.status_code", status.as_u16());
}

/// The status, or what kind of failure it is if there is none.
fn error_type(error: &Error) -> String {
    match (error.status(), error.kind()) {
        (Some(status), _) => status.to_string(),
        (None, ErrorKind::Connect) => "connect".to_owned(),
        (None, ErrorKind::Connection) => "connection".to_owned(),
        (None, ErrorKind::Timeout) => "timeout".to_owned(),
        (None, ErrorKind::Unauthenticated) => "unauthenticated".to_owned(),
        (None, kind) => format!("{kind:?}"),
    }
}
