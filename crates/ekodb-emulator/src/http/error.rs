//! What refusals and failures are answered with: every status and every text of them.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::{Value, json};

use crate::engine::{Error, StoreError, TransactionError, UNKNOWN_MEMBER_HINT};

/// Why a request is not answered with what it asks for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// The database refuses, or fails.
    #[error(transparent)]
    Database(#[from] Error),

    #[error("Invalid or expired token")]
    InvalidToken,
    #[error(
        "The routes under /emulator/ need the emulator's admin key as the bearer: Authorization: Bearer <admin key>"
    )]
    NoControlKey,
    #[error("The routes under /emulator/ are for clients on the emulator's own machine")]
    NotLocal,
    /// Also what a path without a route is answered with.
    #[error("Method Not Allowed")]
    MethodNotAllowed,
    #[error(
        "The emulator is not called by this Host, so that no foreign web page reaches it; allow the name with --allow-host"
    )]
    ForeignHost,
    #[error("Rate limit exceeded")]
    TooManyRequests { retry_after: u64 },

    #[error("The path has a % without two hexadecimal digits; percent-encode names")]
    NotPercentEncoded,
    #[error("The path is not valid UTF-8")]
    PathNotUtf8,
    // What was sent may be the value of a key, so it is not repeated.
    #[error("Invalid key id: it must be 32 characters of 0-9a-f, or 'me'")]
    InvalidKeyId,
    #[error("Invalid query: {0}")]
    InvalidQuery(String),
    #[error("Invalid query: unknown parameter '{0}' {UNKNOWN_MEMBER_HINT}")]
    UnknownParameter(String),
    #[error("Invalid JSON: {0}")]
    InvalidJson(serde_json::Error),
    #[error("Invalid MessagePack: {0}")]
    InvalidMessagePack(String),
    #[error("Invalid request: {0}")]
    InvalidBody(serde_json::Error),
    #[error("The emulator reads JSON only on this route; send application/json")]
    JsonOnly,
    #[error(
        "A request with an API key in its body needs the header Content-Type: application/json"
    )]
    KeyNotJson,
    #[error("The emulator reads bodies uncompressed only; leave Content-Encoding out")]
    Compressed,
    #[error("The body is larger than {limit} bytes")]
    BodyTooLarge { limit: usize },
    #[error(
        "The body takes more than {limit} bytes of memory once it is read, since it has so many small values; send \
         less at once"
    )]
    BodyMemoryTooLarge { limit: usize },
    #[error("The body ended too early")]
    BodyIncomplete,
    #[error("The body did not arrive in time")]
    BodyTimeout,

    #[error("The emulator does not do {0}; use an ekoDB deployment for it")]
    NotEmulated(&'static str),
    #[error("There is no such page; the API is under /api/")]
    NoPage,
    #[error("The emulator has no such control route")]
    NoControlRoute,
    #[error(
        "There are {most} snapshots already: restore an early one or reset, which forgets the others"
    )]
    TooManySnapshots { most: usize },
    #[error(
        "There is no snapshot {0}: a reset forgets all, and restoring one forgets those made after it"
    )]
    NoSnapshot(u64),
    #[error("'{0}' must be a number of seconds, 0 or more")]
    NotSeconds(&'static str),
    #[error("'lifetime_seconds' is zero: no token could ever be used")]
    ZeroLifetime,
    #[error("Invalid fault: {0}")]
    InvalidFault(String),
    #[error("A fault that was injected on request")]
    Injected {
        status: StatusCode,
        retry_after: Option<u64>,
    },
    #[error("The documentation is switched off")]
    NoDocs,
    #[error("The documentation has no such file")]
    NoDocsFile,

    /// A defect of the emulator. The cause is logged, not sent.
    #[error("{0}")]
    Internal(&'static str),
}

impl ApiError {
    /// Logs the cause of a failure that is the emulator's own.
    pub(crate) fn internal(text: &'static str, cause: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = cause, "{text}");
        Self::Internal(text)
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Database(error) => status_of(error),
            Self::InvalidToken | Self::NoControlKey => StatusCode::UNAUTHORIZED,
            Self::NotLocal => StatusCode::FORBIDDEN,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::ForeignHost => StatusCode::MISDIRECTED_REQUEST,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::NotPercentEncoded
            | Self::PathNotUtf8
            | Self::InvalidKeyId
            | Self::InvalidQuery(_)
            | Self::UnknownParameter(_)
            | Self::InvalidJson(_)
            | Self::InvalidMessagePack(_)
            | Self::InvalidBody(_)
            | Self::BodyIncomplete
            | Self::NotSeconds(_)
            | Self::ZeroLifetime
            | Self::InvalidFault(_) => StatusCode::BAD_REQUEST,
            Self::JsonOnly | Self::KeyNotJson | Self::Compressed => {
                StatusCode::UNSUPPORTED_MEDIA_TYPE
            }
            Self::BodyTooLarge { .. } | Self::BodyMemoryTooLarge { .. } => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::BodyTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::NotEmulated(_) => StatusCode::NOT_IMPLEMENTED,
            Self::NoPage
            | Self::NoControlRoute
            | Self::NoSnapshot(_)
            | Self::NoDocs
            | Self::NoDocsFile => StatusCode::NOT_FOUND,
            Self::TooManySnapshots { .. } => StatusCode::CONFLICT,
            Self::Injected { status, .. } => *status,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The text that is sent. A failure of the store is logged, and not told to callers.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Database(Error::Store(error @ StoreError::TooMuchWritten { .. })) => {
                error.to_string()
            }
            Self::Database(Error::Store(StoreError::NoSpace)) => {
                "The emulator's disk is full: nothing of this request was stored; writes work again once there is room"
                    .to_owned()
            }
            Self::Database(Error::Store(StoreError::Moved)) => {
                "The emulator's data directory was removed or replaced while it ran: nothing of this request was \
                 stored; put it back, or start the emulator again"
                    .to_owned()
            }
            Self::Database(Error::Store(error)) => {
                tracing::error!(
                    error = error as &dyn std::error::Error,
                    "a request failed in the store"
                );
                "The store failed; the emulator's log has the reason".to_owned()
            }
            other => other.to_string(),
        }
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooManyRequests { retry_after } => Some(*retry_after),
            Self::Injected { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

/// The status of what the database refuses.
fn status_of(error: &Error) -> StatusCode {
    match error {
        Error::Name(_)
        | Error::Input(_)
        | Error::Query(_)
        | Error::Schema(_)
        | Error::Draft(_)
        | Error::Violation(_)
        | Error::TooDeep
        | Error::IdChange
        | Error::NoSwitch
        | Error::UnknownAction(_)
        | Error::ReservedField(_)
        | Error::Action { .. }
        | Error::TooManyItemsMoved { .. }
        | Error::Join
        | Error::TooManyJoins { .. }
        | Error::JoinTooLarge { .. }
        | Error::SortTooLarge { .. }
        | Error::TooManyValues { .. }
        | Error::RecordTooLarge { .. }
        | Error::SchemaTooLarge { .. }
        | Error::BatchTooLong { .. }
        | Error::BatchLengths { .. }
        | Error::KvValue(_)
        | Error::KvValuesTooLarge { .. }
        | Error::TooManyKvLinks { .. }
        | Error::CollectionTooLarge { .. }
        | Error::KvTtl
        | Error::KvPattern(_)
        | Error::WeakKey
        | Error::KeyCharacters
        | Error::BlankFieldName(_)
        | Error::DottedFieldName { .. }
        | Error::EmptyKvGrant
        | Error::Store(StoreError::TooMuchWritten { .. })
        | Error::Seed { .. } => StatusCode::BAD_REQUEST,
        Error::InvalidApiKey => StatusCode::UNAUTHORIZED,
        Error::Denied(_) => StatusCode::FORBIDDEN,
        Error::RecordNotFound
        | Error::RecordExpired
        | Error::RecordDeleted
        | Error::NotInTrash(_)
        | Error::CollectionNotFound(_)
        | Error::KvKeyNotFound
        | Error::ApiKeyNotFound
        | Error::GrantNotFound { .. } => StatusCode::NOT_FOUND,
        Error::RecordExists(_)
        | Error::RecordExistsAgain(_)
        | Error::CollectionExists(_)
        | Error::OtherSchema(_)
        | Error::NotUnique(_)
        | Error::ApiKeyExists => StatusCode::CONFLICT,
        Error::Store(error) => status_of_store(error),
        Error::Transaction(error) => status_of_transaction(error),
        Error::LimitedAdminKey | Error::Random(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn status_of_transaction(error: &TransactionError) -> StatusCode {
    match error {
        TransactionError::NotFound | TransactionError::SavepointNotFound(_) => {
            StatusCode::NOT_FOUND
        }
        // Not 409: what is over cannot be tried again, and may have been committed.
        TransactionError::Over(_)
        | TransactionError::UnknownLevel(_)
        | TransactionError::NoTime
        | TransactionError::NotTransactional(_) => StatusCode::BAD_REQUEST,
        TransactionError::Conflict(_) | TransactionError::SavepointExists(_) => {
            StatusCode::CONFLICT
        }
        TransactionError::TooMany(_) => StatusCode::SERVICE_UNAVAILABLE,
        TransactionError::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        TransactionError::Store(error) => status_of_store(error),
    }
}

fn status_of_store(error: &StoreError) -> StatusCode {
    match error {
        StoreError::NoSpace | StoreError::Moved => StatusCode::INSUFFICIENT_STORAGE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The body of an error, for a route that writes it in another format than JSON.
#[derive(Clone, Debug)]
pub(crate) struct ErrorBody(pub(crate) Value);

/// `{"error"}` from handlers, `{"code","message"}` from the layers before them, as the server does.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, text) = (self.status(), self.text());
        let body = match status {
            StatusCode::UNAUTHORIZED
            | StatusCode::METHOD_NOT_ALLOWED
            | StatusCode::TOO_MANY_REQUESTS => {
                json!({ "code": status.as_u16(), "message": text })
            }
            _ => json!({ "error": text }),
        };
        let mut response = (status, axum::Json(&body)).into_response();
        response.extensions_mut().insert(ErrorBody(body));
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
        }
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}
