//! What the server does with a request.

use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;

/// What the server does with a request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Action {
    /// Answers properly, and keeps the connection.
    Reply {
        /// The status.
        status: u16,
        /// Further headers.
        headers: Vec<(String, String)>,
        /// The body.
        body: Vec<u8>,
    },
    /// Waits, then does something else.
    After(Duration, Box<Action>),
    /// Waits until the number has been reached, then does something else.
    Once(watch::Receiver<usize>, usize, Box<Action>),
    /// Says nothing more, and keeps the connection open.
    Hang,
    /// Says nothing more, and closes the connection with a reset.
    Reset,
    /// Writes these bytes as they are, then closes the connection.
    Raw(Vec<u8>),
    /// Writes these bytes as they are, then says nothing more and keeps the connection open.
    RawThenHang(Vec<u8>),
    /// Writes a proper head for a JSON body of this length, then a byte of it at a time.
    Trickle {
        /// The length that the head announces, in bytes.
        length: usize,
        /// The time between two bytes.
        pause: Duration,
    },
    /// Writes a proper head, then chunks without end.
    Endless,
}

impl Action {
    /// Answers with this status and JSON body.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::body(status, "application/json", body.to_string().into_bytes())
    }

    /// Answers with this status, content type and body.
    pub fn body(status: u16, content_type: &str, body: Vec<u8>) -> Self {
        Self::Reply {
            status,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            body,
        }
    }

    /// Answers with this status and no body.
    pub fn empty(status: u16) -> Self {
        Self::Reply {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// The same answer with a further header. Other actions stay as they are.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        if let Self::Reply { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.into()));
        }
        self
    }

    /// The same action, later.
    #[must_use]
    pub fn after(self, wait: Duration) -> Self {
        Self::After(wait, Box::new(self))
    }

    /// The same action, once a number has been reached.
    #[must_use]
    pub fn once(self, number: watch::Receiver<usize>, reached: usize) -> Self {
        Self::Once(number, reached, Box::new(self))
    }
}
