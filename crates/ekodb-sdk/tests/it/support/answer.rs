//! What the server does with a request.

use flate2::{Compression, write::GzEncoder};
use std::io::Write;

/// What is sent, and what becomes of the connection.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(super) bytes: Vec<u8>,
    pub(super) then: Then,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// Waits for the next request.
    KeepAlive,
    Close,
    Reset,
    /// Keeps the connection open and says nothing.
    Hang,
    /// Goes on with a chunk of this size, again and again.
    Chunks(usize),
    /// The same with pauses between them.
    Trickle,
}

impl Answer {
    pub(crate) fn json(status: u16, body: &str) -> Self {
        Self::typed(status, "application/json", body)
    }

    pub(crate) fn typed(status: u16, content_type: &str, body: &str) -> Self {
        Self::with(status, &[("content-type", content_type)], body.as_bytes())
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self::with(status, &[], b"")
    }

    pub(crate) fn with(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Self {
        let mut bytes = head(status, headers);
        bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
        bytes.extend_from_slice(body);
        Self::raw(bytes, Then::KeepAlive)
    }

    pub(crate) fn gzip(body: &[u8]) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(body).unwrap();
        let packed = encoder.finish().unwrap();
        let headers = [
            ("content-type", "application/json"),
            ("content-encoding", "gzip"),
        ];
        Self::with(200, &headers, &packed)
    }

    /// A success, which the client's calls of `health` and `config` understand.
    pub(crate) fn ok() -> Self {
        Self::json(200, r#"{"status":"ok"}"#)
    }

    /// A reply that may have no body and so says nothing of its length.
    pub(crate) fn bare(status: u16) -> Self {
        let mut bytes = head(status, &[]);
        bytes.extend_from_slice(b"\r\n");
        Self::raw(bytes, Then::KeepAlive)
    }

    /// The beginning of a reply that announces more than it brings.
    pub(crate) fn cut(announced: usize, body: &str) -> Self {
        let mut bytes = head(200, &[("content-type", "application/json")]);
        bytes.extend_from_slice(format!("content-length: {announced}\r\n\r\n{body}").as_bytes());
        Self::raw(bytes, Then::Close)
    }

    /// A body without an end.
    pub(crate) fn endless() -> Self {
        Self::raw(chunked_head(), Then::Chunks(16 * 1024))
    }

    /// A body that comes one byte at a time, for ever.
    pub(crate) fn trickle() -> Self {
        Self::raw(chunked_head(), Then::Trickle)
    }

    /// The head of a reply and nothing more.
    pub(crate) fn head_only() -> Self {
        let mut bytes = head(200, &[("content-type", "application/json")]);
        bytes.extend_from_slice(b"content-length: 10\r\n\r\n");
        Self::raw(bytes, Then::Hang)
    }

    pub(crate) fn hang() -> Self {
        Self::raw(Vec::new(), Then::Hang)
    }

    pub(crate) fn reset() -> Self {
        Self::raw(Vec::new(), Then::Reset)
    }

    pub(crate) fn close() -> Self {
        Self::raw(Vec::new(), Then::Close)
    }

    /// The same, and the connection is closed behind it.
    pub(crate) fn and_close(mut self) -> Self {
        self.then = Then::Close;
        self
    }

    /// The head of the same, and then nothing.
    pub(crate) fn without_its_body(mut self) -> Self {
        let end = self
            .bytes
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        self.bytes.truncate(end + 4);
        self.then = Then::Hang;
        self
    }

    fn raw(bytes: Vec<u8>, then: Then) -> Self {
        Self { bytes, then }
    }
}

fn chunked_head() -> Vec<u8> {
    let mut bytes = head(200, &[("content-type", "application/json")]);
    bytes.extend_from_slice(b"transfer-encoding: chunked\r\n\r\n");
    bytes
}

fn head(status: u16, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} X\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.into_bytes()
}

/// One chunk of a chunked body.
pub(super) fn chunk(size: usize) -> Vec<u8> {
    format!("{size:x}\r\n{}\r\n", " ".repeat(size)).into_bytes()
}
