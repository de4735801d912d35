//! Reads the body of a reply, within bounds, unpacked.

use std::io::{self, Write};

use bytes::{Bytes, BytesMut};
#[cfg(feature = "gzip")]
use flate2::write::MultiGzDecoder;
use http::{HeaderMap, header};
use tokio::time::{Instant, timeout_at};

use super::engine::Response;
use crate::error::Error;

/// Why a body could not be read.
#[derive(Debug)]
pub(super) enum BodyError {
    /// It, or what it unpacks to, is larger than allowed.
    TooLarge,
    /// The connection broke, or the server cut the body short.
    Broken(Error),
    /// It is packed in a way that was not asked for.
    Encoding,
    /// It is not the gzip that it claims to be.
    #[cfg(feature = "gzip")]
    Gzip(io::Error),
}

/// Reads a body of at most `max` bytes, counted both as they are sent and as they unpack. Never
/// holds much more than that.
pub(super) async fn read(response: &mut Response, max: usize) -> Result<Bytes, BodyError> {
    let packed = encoding(response.headers())?;
    let announced = response.content_length().unwrap_or_default();
    if usize::try_from(announced).map_or(true, |announced| announced > max) {
        return Err(BodyError::TooLarge);
    }
    let mut sink = Sink::new(packed, max);
    let mut received = 0_usize;
    if matches!(sink, Sink::Plain(_)) {
        // Most bodies come in one part, which is then the body itself.
        let Some(first) = response.chunk().await.map_err(BodyError::Broken)? else {
            return Ok(Bytes::new());
        };
        if u64::try_from(first.len()) == Ok(announced) && first.len() <= max {
            return Ok(first);
        }
        received = first.len();
        sink.take(&first)?;
    }
    while let Some(chunk) = response.chunk().await.map_err(BodyError::Broken)? {
        received = received.saturating_add(chunk.len());
        if received > max {
            return Err(BodyError::TooLarge);
        }
        sink.take(&chunk)?;
    }
    sink.finish(received)
}

/// Reads the beginning of a body, at most `max` bytes of it: what there is by `ends`, also if the
/// connection breaks.
pub(super) async fn read_start(response: &mut Response, max: usize, ends: Instant) -> Bytes {
    let Ok(packed) = encoding(response.headers()) else {
        return Bytes::new();
    };
    let mut sink = Sink::new(packed, max);
    while let Ok(Ok(Some(chunk))) = timeout_at(ends, response.chunk()).await {
        if sink.take(&chunk).is_err() {
            break;
        }
    }
    sink.start()
}

enum Packed {
    No,
    #[cfg(feature = "gzip")]
    Gzip,
}

fn encoding(headers: &HeaderMap) -> Result<Packed, BodyError> {
    let mut packed = Packed::No;
    for value in headers.get_all(header::CONTENT_ENCODING) {
        let names = value.to_str().map_err(|_| BodyError::Encoding)?;
        for name in names.split(',').map(str::trim) {
            if name.is_empty() || name.eq_ignore_ascii_case("identity") {
                continue;
            }
            packed = packed.and(name).ok_or(BodyError::Encoding)?;
        }
    }
    Ok(packed)
}

impl Packed {
    /// A body that was packed in this way, and then in that of `name`. `None` if it is not
    /// understood.
    #[cfg_attr(not(feature = "gzip"), allow(unused_variables))]
    fn and(self, name: &str) -> Option<Self> {
        match self {
            #[cfg(feature = "gzip")]
            Self::No
                if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") =>
            {
                Some(Self::Gzip)
            }
            _ => None,
        }
    }
}

enum Sink {
    Plain(Bounded),
    #[cfg(feature = "gzip")]
    Gzip(Box<MultiGzDecoder<Bounded>>),
}

impl Sink {
    fn new(packed: Packed, max: usize) -> Self {
        let bounded = Bounded {
            bytes: BytesMut::new(),
            max,
            exceeded: false,
        };
        match packed {
            Packed::No => Self::Plain(bounded),
            #[cfg(feature = "gzip")]
            Packed::Gzip => Self::Gzip(Box::new(MultiGzDecoder::new(bounded))),
        }
    }

    fn take(&mut self, chunk: &[u8]) -> Result<(), BodyError> {
        match self {
            Self::Plain(bounded) => bounded.write_all(chunk).map_err(|_| BodyError::TooLarge),
            #[cfg(feature = "gzip")]
            Self::Gzip(decoder) => decoder
                .write_all(chunk)
                .map_err(|error| unpack_error(decoder.get_ref(), error)),
        }
    }

    /// What has been taken and unpacked, whether it is the whole or not.
    fn start(self) -> Bytes {
        let bounded = match self {
            Self::Plain(bounded) => bounded,
            #[cfg(feature = "gzip")]
            Self::Gzip(mut decoder) => {
                // It need not be whole.
                let _ = decoder.flush();
                std::mem::take(decoder.get_mut())
            }
        };
        bounded.bytes.freeze()
    }

    #[cfg_attr(not(feature = "gzip"), allow(unused_variables))]
    fn finish(self, received: usize) -> Result<Bytes, BodyError> {
        match self {
            Self::Plain(bounded) => Ok(bounded.bytes.freeze()),
            // A reply without a body may carry the header all the same.
            #[cfg(feature = "gzip")]
            Self::Gzip(_) if received == 0 => Ok(Bytes::new()),
            #[cfg(feature = "gzip")]
            Self::Gzip(mut decoder) => match decoder.try_finish() {
                Ok(()) => Ok(std::mem::take(&mut decoder.get_mut().bytes).freeze()),
                Err(error) => Err(unpack_error(decoder.get_ref(), error)),
            },
        }
    }
}

#[cfg(feature = "gzip")]
fn unpack_error(bounded: &Bounded, error: io::Error) -> BodyError {
    if bounded.exceeded {
        BodyError::TooLarge
    } else {
        BodyError::Gzip(error)
    }
}

/// Memory that refuses to grow beyond its bound.
#[derive(Default)]
struct Bounded {
    bytes: BytesMut,
    max: usize,
    exceeded: bool,
}

impl Write for Bounded {
    fn write(&mut self, chunk: &[u8]) -> io::Result<usize> {
        let room = self.max - self.bytes.len();
        if chunk.len() > room {
            self.exceeded = true;
            self.bytes.extend_from_slice(&chunk[..room]);
            return Err(io::Error::other("larger than allowed"));
        }
        self.bytes.extend_from_slice(chunk);
        Ok(chunk.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    async fn read_as(
        encoding: Option<&str>,
        body: Vec<u8>,
        max: usize,
    ) -> Result<Bytes, BodyError> {
        let mut response = http::Response::builder();
        if let Some(encoding) = encoding {
            response = response.header(header::CONTENT_ENCODING, encoding);
        }
        read(&mut response.body(body).unwrap().into(), max).await
    }

    #[tokio::test]
    async fn a_body_of_the_largest_size_is_read_and_one_byte_more_is_not() {
        assert_eq!(read_as(None, vec![7; 10], 10).await.unwrap().len(), 10);
        let refused = read_as(None, vec![7; 11], 10).await;
        assert!(matches!(refused, Err(BodyError::TooLarge)));
    }

    #[tokio::test]
    async fn gzip_is_unpacked_whatever_the_case_of_its_name() {
        for name in ["gzip", "GZIP", "x-gzip"] {
            let body = read_as(Some(name), gzip(b"{\"a\":1}"), 1_000).await;
            assert_eq!(&body.unwrap()[..], b"{\"a\":1}");
        }
    }

    #[tokio::test]
    async fn identity_is_no_packing_whatever_its_case() {
        for name in ["identity", "Identity", "IDENTITY", " identity , ", ""] {
            let body = read_as(Some(name), b"{}".to_vec(), 10).await;
            assert_eq!(&body.unwrap()[..], b"{}", "{name}");
        }
        let body = read_as(Some("identity, GZip"), gzip(b"{}"), 100).await;
        assert_eq!(&body.unwrap()[..], b"{}");
    }

    #[tokio::test]
    async fn the_beginning_is_read_of_what_is_too_large_or_broken() {
        let ends = Instant::now() + std::time::Duration::from_secs(600);
        let packed = gzip(&[7; 1_000]);
        let cut = packed[..packed.len() - 4].to_vec();
        for (name, body, expected) in [
            ("", vec![7; 1_000], 100),
            ("", vec![7; 50], 50),
            ("gzip", packed, 100),
            ("gzip", cut, 100),
            ("gzip", b"no gzip".to_vec(), 0),
            ("br", vec![7; 50], 0),
        ] {
            let response = http::Response::builder().header(header::CONTENT_ENCODING, name);
            let mut response = response.body(body).unwrap().into();
            let start = read_start(&mut response, 100, ends).await;
            assert_eq!(&start[..], vec![7; expected], "{name}");
        }
    }

    #[tokio::test]
    async fn the_members_of_a_gzip_are_put_together() {
        let body = [gzip(b"ab"), gzip(b"cd")].concat();
        let body = read_as(Some("gzip"), body, 1_000).await;
        assert_eq!(&body.unwrap()[..], b"abcd");
    }

    #[tokio::test]
    async fn a_gzip_that_unpacks_to_too_much_is_refused() {
        let bomb = gzip(&vec![0; 1_000_000]);
        assert!(bomb.len() < 2_000);
        let refused = read_as(Some("gzip"), bomb, 2_000).await;
        assert!(matches!(refused, Err(BodyError::TooLarge)));
    }

    #[tokio::test]
    async fn a_gzip_that_is_broken_or_cut_short_is_refused() {
        let whole = gzip(b"some text");
        let cut = whole[..whole.len() - 4].to_vec();
        for body in [b"no gzip at all".to_vec(), cut] {
            let refused = read_as(Some("gzip"), body, 1_000).await;
            assert!(matches!(refused, Err(BodyError::Gzip(_))));
        }
    }

    #[tokio::test]
    async fn an_empty_body_needs_no_gzip() {
        assert!(read_as(Some("gzip"), vec![], 10).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn an_encoding_that_was_not_asked_for_is_refused() {
        for name in ["br", "zstd", "gzip, gzip", "identity, gzip, br"] {
            let refused = read_as(Some(name), vec![1], 10).await;
            assert!(matches!(refused, Err(BodyError::Encoding)));
        }
    }
}
