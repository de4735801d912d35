//! The one error type of the crate.

use std::{fmt, sync::Arc, time::Duration};

/// What kind of failure an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting of the builder or an environment variable is missing or wrong. Nothing was sent.
    Configuration,
    /// An argument of a call was refused. Nothing was sent.
    InvalidArgument,
    /// The API key or the token was rejected (HTTP 401, or 401 and 403 at the token endpoint).
    Unauthenticated,
    /// The key is valid but lacks the grant (HTTP 403).
    PermissionDenied,
    /// The record, key, grant or route does not exist (HTTP 404).
    NotFound,
    /// The thing exists already, or a concurrent change won (HTTP 409).
    Conflict,
    /// The server refused the request as wrong (HTTP 400, 413, 422 and other 4xx).
    InvalidRequest,
    /// The server does not know this call: it is older than the call, or does not offer it (HTTP
    /// 405, 501).
    Unsupported,
    /// Too many requests (HTTP 429).
    RateLimited,
    /// The server, or a proxy before it, is not ready (HTTP 502, 503, 504).
    Unavailable,
    /// The server failed (HTTP 500 and other 5xx).
    Server,
    /// No connection could be made: DNS, TCP or TLS.
    Connect,
    /// The connection broke after the request had begun.
    Connection,
    /// The attempt or the whole call took longer than allowed, or the server gave up waiting for
    /// the request (HTTP 408).
    Timeout,
    /// The reply, or what it unpacks to, is larger than allowed.
    ReplyTooLarge,
    /// The reply is not what the contract says: no HTTP, no JSON, a missing member, a redirect.
    InvalidReply,
    /// The reply to the commit of a transaction did not arrive, so it may be applied or not.
    /// Nothing was repeated. [`Error::transaction_id`] names the transaction; ask for its state
    /// with [`Client::transaction_status`](crate::Client::transaction_status).
    CommitOutcomeUnknown,
}

/// A failed call. Cheap to clone; it never holds an API key or a token.
///
/// `Display` says what failed, why as far as that is known, and what to do about it.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    text: String,
    message: Option<String>,
    status: Option<u16>,
    operation: Option<&'static str>,
    retry_after: Option<Duration>,
    transaction: Option<Arc<str>>,
    unapplied: bool,
    by_ekodb: bool,
    /// How many attempts there were, if there was more than one, and how long they took.
    attempts: Option<(u32, Duration)>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether the same call may succeed later without any change: the client's own retries have
    /// been used up by then, or were not allowed. See
    /// [`has_no_side_effects`](Self::has_no_side_effects) before repeating a call that writes.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::RateLimited
                | ErrorKind::Unavailable
                | ErrorKind::Connect
                | ErrorKind::Connection
                | ErrorKind::Timeout
        )
    }

    /// Whether it is certain that the server did not apply the call: it was refused, or never sent.
    pub fn has_no_side_effects(&self) -> bool {
        self.0.unapplied
    }

    /// The HTTP status of the reply, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The server's own words, bounded in length, if it said anything.
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// How long the server asked to wait before the next attempt (`Retry-After`).
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The operation of the contract that failed, such as `list_collections`.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The transaction whose commit failed, if it is that: a conflict, or an outcome that is not
    /// known.
    pub fn transaction_id(&self) -> Option<&str> {
        self.0.transaction.as_deref()
    }

    pub(crate) fn new(kind: ErrorKind, text: impl Into<String>) -> Self {
        let unapplied = matches!(
            kind,
            ErrorKind::Configuration | ErrorKind::InvalidArgument | ErrorKind::Connect
        );
        Self(Arc::new(Inner {
            kind,
            text: text.into(),
            message: None,
            status: None,
            operation: None,
            retry_after: None,
            transaction: None,
            unapplied,
            by_ekodb: false,
            attempts: None,
            source: None,
        }))
    }

    /// The error of an argument: nothing is sent.
    pub(crate) fn invalid_argument(text: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidArgument, text)
    }

    /// The error of a reply that is not what it should be.
    pub(crate) fn invalid_reply(text: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidReply, text)
    }

    pub(crate) fn with_kind(self, kind: ErrorKind) -> Self {
        self.change(|inner| inner.kind = kind)
    }

    pub(crate) fn with_text(self, text: impl Into<String>) -> Self {
        self.change(|inner| inner.text = text.into())
    }

    pub(crate) fn with_operation(self, operation: &'static str) -> Self {
        self.change(|inner| inner.operation = Some(operation))
    }

    pub(crate) fn with_status(self, status: u16) -> Self {
        self.change(|inner| inner.status = Some(status))
    }

    pub(crate) fn with_message(self, message: Option<String>) -> Self {
        self.change(|inner| inner.message = message)
    }

    pub(crate) fn with_retry_after(self, retry_after: Option<Duration>) -> Self {
        self.change(|inner| inner.retry_after = retry_after)
    }

    pub(crate) fn with_transaction(self, id: Arc<str>) -> Self {
        self.change(|inner| inner.transaction = Some(id))
    }

    pub(crate) fn with_no_side_effects(self, unapplied: bool) -> Self {
        self.change(|inner| inner.unapplied = unapplied)
    }

    /// Notes that the reply has the form of ekoDB's own errors.
    pub(crate) fn with_origin(self, by_ekodb: bool) -> Self {
        self.change(|inner| inner.by_ekodb = by_ekodb)
    }

    /// Whether ekoDB itself says that there is no such thing: a 404 with the form of its errors.
    /// Any other may be the page of a proxy, which says nothing.
    pub(crate) fn is_ekodbs_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound && self.0.by_ekodb
    }

    pub(crate) fn with_source(
        self,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        self.change(|inner| inner.source = Some(Arc::new(source)))
    }

    /// An error of the kind of this one whose source is `cause`, and whose text ends with its
    /// words. Of a limit of time that ended a wait, the failure before it is the cause.
    ///
    /// An error that the server has sent says enough by itself, and stays as it is.
    pub(crate) fn caused_by(self, cause: &Self) -> Self {
        if self.0.status.is_some() {
            return self;
        }
        let mut known = cause;
        while known.0.kind == ErrorKind::Timeout
            && let Some(source) = std::error::Error::source(known)
            && let Some(earlier) = source.downcast_ref::<Self>()
        {
            known = earlier;
        }
        // How often it was tried is told once, of the whole.
        let known = known.clone().change(|inner| inner.attempts = None);
        let words = known.to_string();
        self.change(|inner| {
            inner.text.push_str(": ");
            inner.text.push_str(&words);
        })
        .with_source(known)
    }

    /// Notes how many attempts there were, and how long they took. One attempt says nothing.
    pub(crate) fn after_attempts(self, attempts: u32, took: Duration) -> Self {
        if attempts < 2 {
            return self;
        }
        self.change(|inner| inner.attempts = Some((attempts, took)))
    }

    /// Says first where in something larger the failure is.
    pub(crate) fn in_place(self, place: &str) -> Self {
        self.change(|inner| inner.text.insert_str(0, &format!("{place}: ")))
    }

    fn change(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&self.0.text)?;
        if let Some(status) = self.0.status {
            write!(f, " (HTTP {status})")?;
        }
        if let Some(message) = &self.0.message {
            write!(f, ": {message}")?;
        }
        if let Some((attempts, took)) = self.0.attempts {
            let took = Duration::from_millis(u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
            write!(f, " (after {attempts} attempts in {took:?})")?;
        }
        Ok(())
    }
}

/// Writes what a person reads where `main` returns the error: the kind, the text, and the sources
/// whose words are not in it. With `{:#?}` it is a list of all parts.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            return f
                .debug_struct("Error")
                .field("kind", &self.0.kind)
                .field("operation", &self.0.operation)
                .field("status", &self.0.status)
                .field("text", &self.0.text)
                .field("message", &self.0.message)
                .field("retry_after", &self.0.retry_after)
                .field("transaction", &self.0.transaction)
                .field("has_no_side_effects", &self.0.unapplied)
                .field("source", &self.0.source.as_ref().map(ToString::to_string))
                .finish();
        }
        let text = self.to_string();
        write!(f, "{:?}: {text}", self.0.kind)?;
        let first = std::error::Error::source(self);
        for source in std::iter::successors(first, |source| source.source()) {
            let words = source.to_string();
            if !text.contains(&words) {
                write!(f, "\n  caused by: {words}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
