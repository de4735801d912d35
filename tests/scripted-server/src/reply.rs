//! What the server sends, when, and what becomes of the connection.

use std::{fmt::Display, io::Write, sync::Arc};

use flate2::{Compression, write::GzEncoder};
use tokio::sync::watch;

/// What the server sends, when, and what becomes of the connection.
#[derive(Clone, Debug)]
pub struct Reply {
    pub(crate) held: Option<(Counter, usize)>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) then: Then,
}

/// What follows the bytes of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// The next request is read.
    KeepAlive,
    /// The connection is closed.
    Close,
    /// The connection is closed with a reset.
    Reset,
    /// The connection stays open, and nothing is sent until the client closes it.
    Hang,
    /// Chunks of this size, without end.
    Chunks(usize),
    /// A chunk of one byte every five milliseconds, without end.
    Trickle,
}

/// A number that only grows, and that a reply can be made to wait for.
#[derive(Clone, Debug)]
pub struct Counter(Arc<watch::Sender<usize>>);

impl Counter {
    /// Creates a counter that is zero.
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }

    /// Adds `more`, which lets go the replies that wait for the new number.
    pub fn add(&self, more: usize) {
        self.0.send_modify(|number| *number += more);
    }

    /// Returns the number.
    pub fn get(&self) -> usize {
        *self.0.borrow()
    }

    /// Waits until the number is at least `number`.
    pub async fn reaches(&self, number: usize) {
        // The sender is part of `self`, so the wait does not fail.
        let _ = self.0.subscribe().wait_for(|now| *now >= number).await;
    }
}

impl Default for Counter {
    fn default() -> Self {
        Self::new()
    }
}

impl Reply {
    /// Creates a reply with this status and JSON body. The body is sent as it is written, valid or
    /// not.
    pub fn json(status: u16, body: impl Display) -> Self {
        Self::body(status, "application/json", body.to_string())
    }

    /// Creates a reply with this status, content type and body.
    pub fn body(status: u16, content_type: &str, body: impl AsRef<[u8]>) -> Self {
        Self::new(status, &[("content-type", content_type)], body)
    }

    /// Creates a reply with this status and an empty body.
    pub fn empty(status: u16) -> Self {
        Self::new(status, &[], "")
    }

    /// Creates a reply with this status, these headers and this body.
    pub fn new(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let mut bytes = head(status, headers);
        bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
        bytes.extend_from_slice(body);
        Self::then(bytes, Then::KeepAlive)
    }

    /// Creates a successful JSON reply with a gzipped body.
    pub fn gzip(body: impl AsRef<[u8]>) -> Self {
        let headers = [
            ("content-type", "application/json"),
            ("content-encoding", "gzip"),
        ];
        Self::new(200, &headers, gzip(body.as_ref()))
    }

    /// Creates a success that the client's calls of `health` and `config` understand.
    pub fn ok() -> Self {
        Self::json(200, r#"{"status":"ok"}"#)
    }

    /// Creates a redirect to `location`.
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::new(status, &[("location", location)], "")
    }

    /// Creates a reply without a body that does not announce a length either.
    pub fn without_length(status: u16) -> Self {
        let mut bytes = head(status, &[]);
        bytes.extend_from_slice(b"\r\n");
        Self::then(bytes, Then::KeepAlive)
    }

    /// Creates a reply that announces a longer body than it sends, and closes the connection.
    pub fn cut_short(announced: usize, body: &str) -> Self {
        Self::then(unfinished(announced, body), Then::Close)
    }

    /// Creates a reply whose body never ends.
    pub fn endless() -> Self {
        Self::then(chunked(), Then::Chunks(16 * 1024))
    }

    /// Creates a reply whose body comes one byte at a time, without end.
    pub fn trickle() -> Self {
        Self::then(chunked(), Then::Trickle)
    }

    /// Creates a reply that stops in the middle of its head.
    pub fn hang_in_head() -> Self {
        Self::then(b"HTTP/1.1 200 OK\r\ncontent-".to_vec(), Then::Hang)
    }

    /// Creates a reply that stops in the middle of its body.
    pub fn hang_in_body() -> Self {
        Self::then(unfinished(100, "{"), Then::Hang)
    }

    /// Creates no reply: the connection stays open.
    pub fn hang() -> Self {
        Self::then(Vec::new(), Then::Hang)
    }

    /// Creates no reply: the connection is reset.
    pub fn reset() -> Self {
        Self::then(Vec::new(), Then::Reset)
    }

    /// Creates no reply: the connection is closed.
    pub fn close() -> Self {
        Self::then(Vec::new(), Then::Close)
    }

    /// Adds a header to a reply that has a head.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Display) -> Self {
        if let Some(end) = self.bytes.windows(2).position(|two| two == b"\r\n") {
            let line = format!("\r\n{name}: {value}");
            self.bytes.splice(end..end, line.into_bytes());
        }
        self
    }

    /// Replaces the status of a reply that has a head.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        if let Some(place) = self.bytes.get_mut(9..12) {
            place.copy_from_slice(format!("{status:03}").as_bytes());
        }
        self
    }

    /// Closes the connection after the reply.
    #[must_use]
    pub fn and_close(mut self) -> Self {
        self.then = Then::Close;
        self
    }

    /// Stops after the head and keeps the connection open.
    #[must_use]
    pub fn hang_after_head(mut self) -> Self {
        if let Some(end) = self.bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            self.bytes.truncate(end + 4);
        }
        self.then = Then::Hang;
        self
    }

    /// Sends the reply only once `counter` is at least `number`.
    #[must_use]
    pub fn once(mut self, counter: &Counter, number: usize) -> Self {
        self.held = Some((counter.clone(), number));
        self
    }

    fn then(bytes: Vec<u8>, then: Then) -> Self {
        Self {
            held: None,
            bytes,
            then,
        }
    }
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let packed = encoder.write_all(body).and_then(|()| encoder.finish());
    packed.unwrap_or_else(|error| panic!("memory cannot be written to: {error}"))
}

fn unfinished(announced: usize, body: &str) -> Vec<u8> {
    let mut bytes = head(200, &[("content-type", "application/json")]);
    bytes.extend_from_slice(format!("content-length: {announced}\r\n\r\n{body}").as_bytes());
    bytes
}

fn chunked() -> Vec<u8> {
    let mut bytes = head(200, &[("content-type", "application/json")]);
    bytes.extend_from_slice(b"transfer-encoding: chunked\r\n\r\n");
    bytes
}

fn head(status: u16, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} -\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.into_bytes()
}
