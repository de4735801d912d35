//! What can go wrong with an operation of the generated client.

use std::fmt;

use http::StatusCode;

use crate::{ResponseValue, types::ErrorReply};

/// A failed operation.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// An argument was refused. Nothing was sent.
    InvalidRequest(String),
    /// The client was made without a transport. Nothing was sent.
    NoTransport,
    /// The transport failed; this is its own error.
    Transport(Box<dyn std::error::Error + Send + Sync>),
    /// The server answered with a status other than success. The value is the body, if it is an
    /// [`ErrorReply`]: its text is in `error` or in `message`. A transport that turns refusals into errors of its own, as
    /// that of `ekodb-sdk` does, leaves none of these.
    Status(Box<ResponseValue<Option<ErrorReply>>>),
    /// The body of a success is not the documented one.
    InvalidReply {
        /// The status of the reply.
        status: StatusCode,
        /// What the decoder says.
        source: serde_json::Error,
    },
}

impl Error {
    /// The HTTP status of the reply, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Status(reply) => Some(reply.status()),
            Self::InvalidReply { status, .. } => Some(*status),
            Self::InvalidRequest(_) | Self::NoTransport | Self::Transport(_) => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidRequest(problem) => f.write_str(problem),
            Self::NoTransport => f.write_str("the client was made without a transport"),
            Self::Transport(_) => f.write_str("the request failed"),
            Self::Status(reply) => write!(f, "the server answered with {reply}"),
            Self::InvalidReply { .. } => f.write_str("the reply is not the documented one"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Transport(source) => Some(&**source),
            Self::InvalidReply { source, .. } => Some(source),
            Self::InvalidRequest(_) | Self::NoTransport | Self::Status(_) => None,
        }
    }
}
