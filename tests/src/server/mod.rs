//! A server that misbehaves on command.
//!
//! It speaks HTTP/1.1 by hand, since a proper server refuses to hang, reset, trickle or lie about its length. What it
//! does with a request is decided by a function of the request; everything it received is kept.

mod action;
mod connection;
mod received;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

pub use action::Action;
pub use received::Received;
use tokio::{net::TcpListener, task::JoinSet};

type Handler = dyn Fn(&Received) -> Action + Send + Sync;

/// A scripted server on a free loopback port. It stops when it is dropped.
pub struct Server {
    address: SocketAddr,
    log: Arc<Log>,
    task: tokio::task::JoinHandle<()>,
}

#[derive(Default)]
pub(crate) struct Log {
    received: Mutex<Vec<Received>>,
    connections: std::sync::atomic::AtomicUsize,
}

impl Server {
    /// Starts a server that answers every request as `handler` says.
    ///
    /// # Panics
    ///
    /// If no loopback port is free.
    pub async fn start(handler: impl Fn(&Received) -> Action + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .unwrap_or_else(|error| panic!("no loopback port: {error}"));
        let address = listener
            .local_addr()
            .unwrap_or_else(|error| panic!("no address: {error}"));
        let log = Arc::new(Log::default());
        let task = tokio::spawn(accept(listener, Arc::new(handler), log.clone()));
        Self { address, log, task }
    }

    /// The base URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Everything received so far, in the order of arrival.
    pub fn received(&self) -> Vec<Received> {
        self.log
            .received
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// How many requests of this method and path have arrived.
    pub fn count(&self, method: &str, path: &str) -> usize {
        self.received()
            .iter()
            .filter(|request| request.method == method && request.path == path)
            .count()
    }

    /// How many connections have been made.
    pub fn connections(&self) -> usize {
        self.log
            .connections
            .load(std::sync::atomic::Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

async fn accept(listener: TcpListener, handler: Arc<Handler>, log: Arc<Log>) {
    // The connections live in the set, so that they end with this task.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                log.connections.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                connections.spawn(connection::serve(stream, handler.clone(), log.clone()));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

impl Log {
    pub(crate) fn push(&self, request: Received) {
        self.received
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(request);
    }
}
