//! A connection that is closed without losing the last reply, and that does not wait for ever for a
//! client that does not read.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// How long a closed connection waits for its client to stop sending.
const LINGER: Duration = Duration::from_secs(1);

/// How much a client that reads slowly must take within the write timeout.
const LEAST_BYTES: usize = 64 * 1024;

/// A stream that, once shut down, reads and discards what still arrives until the client closes its
/// side. The system would answer unread data with a reset, which takes the reply away from the
/// client.
///
/// A client that does not read fails it after the write timeout: an unfinished reply holds a view
/// of the store.
pub(super) struct LingeringStream<S> {
    stream: S,
    write_timeout: Duration,
    /// Set while the client is behind.
    stalled: Option<Stalled>,
    /// Set once our side is shut down.
    until: Option<Pin<Box<Sleep>>>,
}

struct Stalled {
    until: Pin<Box<Sleep>>,
    written: usize,
}

impl<S: AsyncWrite + Unpin> LingeringStream<S> {
    pub(super) fn new(stream: S, write_timeout: Duration) -> Self {
        Self {
            stream,
            write_timeout,
            stalled: None,
            until: None,
        }
    }

    /// Follows a write, which may have to wait for the client.
    fn watch(
        &mut self,
        context: &mut Context<'_>,
        write: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if let Poll::Ready(done) = write {
            let enough = self.stalled.as_mut().is_some_and(|stalled| {
                stalled.written += done.as_ref().copied().unwrap_or(0);
                stalled.written >= LEAST_BYTES
            });
            if enough {
                self.stalled = None;
            }
            return Poll::Ready(done);
        }
        let stalled = self.stalled.get_or_insert_with(|| Stalled {
            until: Box::pin(sleep(self.write_timeout)),
            written: 0,
        });
        ready!(stalled.until.as_mut().poll(context));
        tracing::warn!("a client that does not read its reply was cut off");
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for LingeringStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for LingeringStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.stream).poll_write(context, data);
        self.watch(context, write)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.stream).poll_write_vectored(context, data);
        self.watch(context, write)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// All there was to write has been taken.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stalled = None;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.until.is_none() {
            ready!(Pin::new(&mut this.stream).poll_shutdown(context))?;
        }
        let until = this.until.get_or_insert_with(|| Box::pin(sleep(LINGER)));
        let mut discarded = [0; 16 * 1024];
        loop {
            if until.as_mut().poll(context).is_ready() {
                return Poll::Ready(Ok(()));
            }
            let mut buffer = ReadBuf::new(&mut discarded);
            let read = ready!(Pin::new(&mut this.stream).poll_read(context, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
    use tokio::time::Instant;

    use super::*;

    const TIMEOUT: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_read_is_cut_off() {
        let (_client, server) = duplex(1000);
        let mut stream = LingeringStream::new(server, TIMEOUT);
        let begun = Instant::now();
        let error = stream.write_all(&[0; 2000]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(begun.elapsed(), TIMEOUT);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_reads_next_to_nothing_is_cut_off() {
        let (mut client, server) = duplex(1000);
        let mut stream = LingeringStream::new(server, TIMEOUT);
        let reads = async {
            loop {
                sleep(Duration::from_secs(1)).await;
                client.read_u8().await.unwrap();
            }
        };
        let data = [0; 100_000];
        tokio::select! {
            written = stream.write_all(&data) => {
                assert_eq!(written.unwrap_err().kind(), io::ErrorKind::TimedOut);
            }
            () = reads => unreachable!("it reads for ever"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_client_gets_all_of_a_reply() {
        let (mut client, server) = duplex(32 * 1024);
        let mut stream = LingeringStream::new(server, TIMEOUT);
        let data = vec![7; 4_000_000];
        let write = async {
            // As a reply is written: in pieces, each of them flushed.
            for piece in data.chunks(100_000) {
                stream.write_all(piece).await.unwrap();
                stream.flush().await.unwrap();
            }
            drop(stream);
        };
        let read = async {
            let mut read = 0;
            let mut buffer = [0; 4096];
            loop {
                sleep(Duration::from_secs(1)).await;
                match client.read(&mut buffer).await.unwrap() {
                    0 => return read,
                    length => read += length,
                }
            }
        };
        let ((), read) = tokio::join!(write, read);
        assert_eq!(read, data.len());
    }
}
