//! Accepting connections and serving them.

use std::time::Duration;

use axum::Router;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::util::MapRequest;

use super::connection::Connection;
use super::lingering_close::LingeringStream;
use super::state::Limits;

/// How long a stop waits for requests in flight.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// How long the head of a request may be, and how much a connection buffers at once.
const MOST_BUFFERED: usize = 64 * 1024;

/// Serves until it is told to stop, and then lets what is under way end.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    mut stopped: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let peer = Connection::new(peer.ip());
                    connections.spawn(connection(stream, peer, router.clone(), limits, stopped.clone()));
                }
                Err(error) => {
                    // Out of file descriptors, most likely: some must be closed first.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    let ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(STOP_TIMEOUT, ended).await.is_err() {
        tracing::warn!(
            "{} connections did not end in time and were cut",
            connections.len()
        );
        connections.shutdown().await;
    }
}

async fn connection(
    stream: TcpStream,
    peer: Connection,
    router: Router,
    limits: Limits,
    mut stopped: watch::Receiver<bool>,
) {
    // Replies are small and written whole: waiting for more to send only delays them.
    let _ = stream.set_nodelay(true);
    let told = peer.clone();
    let service = MapRequest::new(router, move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(told.clone());
        request
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_timeout)
        // What a connection holds in memory, besides the pieces of its reply.
        .max_buf_size(MOST_BUFFERED)
        // A client may close its side once it has sent its last request, and still reads the reply.
        .half_close(true)
        .serve_connection(
            TokioIo::new(LingeringStream::new(stream, limits.write_timeout)),
            TowerToHyperService::new(service),
        );
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = peer.ended() => return,
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                ended = connection => ended,
                () = peer.ended() => return,
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}
