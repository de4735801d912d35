//! Why a command failed: what to say, what to do about it, and the exit code.

use std::{
    error::Error as _,
    fmt::Display,
    io::{self, ErrorKind as IoKind},
};

use ekodb_client::{Error, ErrorKind};

/// The exit codes; `ekodb --help` documents them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Failed = 1,
    Usage = 2,
    Authentication = 3,
    Permission = 4,
    NotFound = 5,
    Conflict = 6,
    Unavailable = 7,
    Refused = 8,
    Refuted = 9,
    Interrupted = 130,
    /// The reader of the output has closed it. Nothing is printed, as if the signal had ended the
    /// process.
    BrokenPipe = 141,
}

/// A command that did not do what it was asked to.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            hint: None,
        }
    }

    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, message)
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A failure of the operating system, with what was attempted.
    pub(crate) fn io(attempt: impl Display, error: &io::Error) -> Self {
        Self::failed(format!("{attempt}: {error}"))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            message.push_str(": ");
            message.push_str(&cause.to_string());
            source = cause.source();
        }
        let (exit, hint) = advice(&error);
        let failure = Self::new(exit, message);
        match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

/// A failure to write the output.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            IoKind::BrokenPipe => Self::new(Exit::BrokenPipe, "the output was closed"),
            _ => Self::io("cannot write the output", &error),
        }
    }
}

fn advice(error: &Error) -> (Exit, Option<&'static str>) {
    match error.kind() {
        ErrorKind::Configuration => (
            Exit::Usage,
            Some("`ekodb status` shows which URL and key are used, and where they come from"),
        ),
        ErrorKind::InvalidArgument => (Exit::Usage, None),
        ErrorKind::Unauthenticated => (
            Exit::Authentication,
            Some(
                "check the key: `ekodb login` stores a new one, `ekodb dashboard` shows where keys are",
            ),
        ),
        ErrorKind::PermissionDenied => (
            Exit::Permission,
            Some("`ekodb keys show me` lists what this key may do"),
        ),
        ErrorKind::NotFound => (Exit::NotFound, None),
        ErrorKind::Conflict => (Exit::Conflict, None),
        ErrorKind::RateLimited => (
            Exit::Unavailable,
            Some("the rate limit of the deployment is used up: wait, or send less"),
        ),
        ErrorKind::Connect => (
            Exit::Unavailable,
            Some("check the URL and the network: `ekodb status` shows what is used"),
        ),
        ErrorKind::Unavailable | ErrorKind::Server | ErrorKind::Connection | ErrorKind::Timeout => {
            (
                Exit::Unavailable,
                Some("try again; `ekodb status` shows the health of the server"),
            )
        }
        _ => (Exit::Failed, None),
    }
}
