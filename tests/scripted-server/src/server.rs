//! The server and its record of requests.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{
    net::TcpListener,
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use crate::{Counter, Reply, Request, connection};

/// A server on a free loopback port. It stops when it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    state: Arc<State>,
    accepting: JoinHandle<()>,
}

pub(crate) struct State {
    script: Box<dyn Fn(&Request) -> Reply + Send + Sync>,
    requests: Mutex<Vec<Request>>,
    arrived: Counter,
    open_connections: watch::Sender<usize>,
}

impl Server {
    /// Starts a server that answers every request as `script` says.
    ///
    /// # Panics
    ///
    /// If no loopback port is free.
    pub async fn start(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.unwrap_or_else(|error| panic!("no loopback port: {error}"));
        let address = listener.local_addr();
        let address = address.unwrap_or_else(|error| panic!("no local address: {error}"));
        let state = Arc::new(State {
            script: Box::new(script),
            requests: Mutex::default(),
            arrived: Counter::new(),
            open_connections: watch::Sender::new(0),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&state)));
        Self {
            address,
            state,
            accepting,
        }
    }

    /// Starts a server that gives out the tokens `token-1`, `token-2` and so on, and answers other
    /// requests as `script` says.
    pub async fn with_tokens(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(move |request| {
            if request.is_for_a_token() {
                Reply::json(
                    200,
                    format!(r#"{{"token":"token-{}"}}"#, request.before + 1),
                )
            } else {
                script(request)
            }
        })
        .await
    }

    /// Returns the base URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns all requests so far, in the order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.state.requests().clone()
    }

    /// Returns the requests so far that are not for tokens.
    pub fn calls(&self) -> Vec<Request> {
        let mut requests = self.requests();
        requests.retain(|request| !request.is_for_a_token());
        requests
    }

    /// Returns how many tokens were requested so far.
    pub fn token_requests(&self) -> usize {
        let requests = self.state.requests();
        requests.iter().filter(|one| one.is_for_a_token()).count()
    }

    /// Waits until `count` requests have arrived.
    pub async fn wait_for_requests(&self, count: usize) {
        self.state.arrived.reaches(count).await;
    }

    /// Waits until the client has closed every connection.
    pub async fn wait_until_idle(&self) {
        let mut open = self.state.open_connections.subscribe();
        // The sender is part of `self`, so the wait does not fail.
        let _ = open.wait_for(|open| *open == 0).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl State {
    fn requests(&self) -> MutexGuard<'_, Vec<Request>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records a request and asks the script for the reply.
    pub(crate) fn reply(&self, mut request: Request) -> Reply {
        let mut requests = self.requests();
        let same =
            |other: &&Request| other.method == request.method && other.target == request.target;
        request.before = requests.iter().filter(same).count();
        requests.push(request.clone());
        drop(requests);
        let reply = (self.script)(&request);
        self.arrived.add(1);
        reply
    }
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").finish_non_exhaustive()
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    // The connections belong to the set, so they end with this task.
    let mut connections = JoinSet::new();
    let mut number = 0;
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                let state = Arc::clone(&state);
                state.open_connections.send_modify(|open| *open += 1);
                connections.spawn(async move {
                    connection::serve(stream, number, &state).await;
                    state.open_connections.send_modify(|open| *open -= 1);
                });
                number += 1;
            }
            Some(_) = connections.join_next() => {}
        }
    }
}
