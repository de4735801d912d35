//! Reads the body of a reply, within bounds, unpacked.

use std::io::{self, Write};

use bytes::{Bytes, BytesMut};
#[cfg(feature = "gzip")]
use flate2::write::MultiGzDecoder;
use http::{HeaderMap, header};

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

/// Reads a body of at most `max` bytes, counted both as they are sent and as they unpack. Never holds much more than that.
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

enum Packed {
    No,
    #[cfg(feature = "gzip")]
    Gzip,
}

fn encoding(headers: &HeaderMap) -> Result<Packed, BodyError> {
    match headers
        .get(header::CONTENT_ENCODING)
        .map(|value| value.to_str())
    {
        None => Ok(Packed::No),
        Some(Ok(name)) if matches!(name.trim(), "" | "identity") => Ok(Packed::No),
        #[cfg(feature = "gzip")]
        Some(Ok(name))
            if name.trim().eq_ignore_ascii_case("gzip")
                || name.trim().eq_ignore_ascii_case("x-gzip") =>
        {
            Ok(Packed::Gzip)
        }
        Some(_) => Err(BodyError::Encoding),
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
struct Bounded {
    bytes: BytesMut,
    max: usize,
    exceeded: bool,
}

impl Write for Bounded {
    fn write(&mut self, chunk: &[u8]) -> io::Result<usize> {
        if chunk.len() > self.max - self.bytes.len() {
            self.exceeded = true;
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
    async fn the_members_of_a_gzip_are_put_together() {
        let body = [gzip(b"ab"), gzip(b"cd")].concat();
        assert_eq!(
            &read_as(Some("gzip"), body, 1_000).await.unwrap()[..],
            b"abcd"
        );
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
        for name in ["br", "zstd", "gzip, gzip"] {
            let refused = read_as(Some(name), vec![1], 10).await;
            assert!(matches!(refused, Err(BodyError::Encoding)));
        }
    }
}
