//! The server itself: plain TCP, so that it can break every rule.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

use super::{
    answer::{self, Answer, Then},
    seen::Seen,
};

/// A server on a free port. It stops when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    state: Arc<State>,
    accepting: JoinHandle<()>,
}

struct State {
    script: Box<dyn Fn(&Seen) -> Answer + Send + Sync>,
    seen: Mutex<Vec<Seen>>,
    arrived: watch::Sender<usize>,
    open: watch::Sender<usize>,
}

impl Server {
    /// Answers as `script` says, which sees the requests one by one.
    pub(crate) async fn start(script: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            script: Box::new(script),
            seen: Mutex::default(),
            arrived: watch::Sender::new(0),
            open: watch::Sender::new(0),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&state)));
        Self {
            address,
            state,
            accepting,
        }
    }

    /// Gives out the tokens `token-1`, `token-2` and so on, and answers other requests as `script` says.
    pub(crate) async fn with_tokens(
        script: impl Fn(&Seen) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::start(move |request| match request.target.as_str() {
            "/api/auth/token" => Answer::json(
                200,
                &format!(r#"{{"token":"token-{}"}}"#, request.before + 1),
            ),
            _ => script(request),
        })
        .await
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state.seen.lock().unwrap().clone()
    }

    /// The requests so far that are not for tokens.
    pub(crate) fn calls(&self) -> Vec<Seen> {
        let mut seen = self.seen();
        seen.retain(|request| request.target != "/api/auth/token");
        seen
    }

    /// How many tokens were requested so far.
    pub(crate) fn token_requests(&self) -> usize {
        self.seen().len() - self.calls().len()
    }

    /// Waits until the client has closed every connection.
    pub(crate) async fn idle(&self) {
        self.state
            .open
            .subscribe()
            .wait_for(|open| *open == 0)
            .await
            .unwrap();
    }

    /// Waits until `count` requests have come.
    pub(crate) async fn has_seen(&self, count: usize) {
        let enough = |seen: &usize| *seen >= count;
        self.state
            .arrived
            .subscribe()
            .wait_for(enough)
            .await
            .unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    let connections = AtomicUsize::new(0);
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let number = connections.fetch_add(1, Ordering::Relaxed);
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            state.open.send_modify(|open| *open += 1);
            serve(stream, number, &state).await;
            state.open.send_modify(|open| *open -= 1);
        });
    }
}

async fn serve(mut stream: TcpStream, connection: usize, state: &State) {
    loop {
        let (mut reading, _) = stream.split();
        let Some(mut request) = Seen::read(&mut reading, connection).await else {
            return;
        };
        let answer = {
            let mut seen = state.seen.lock().unwrap();
            let same =
                |other: &&Seen| other.method == request.method && other.target == request.target;
            request.before = seen.iter().filter(same).count();
            seen.push(request.clone());
            state.arrived.send_replace(seen.len());
            (state.script)(&request)
        };
        if !give(&mut stream, answer).await {
            return;
        }
    }
}

/// Whether the connection stays open.
async fn give(stream: &mut TcpStream, answer: Answer) -> bool {
    if stream.write_all(&answer.bytes).await.is_err() {
        return false;
    }
    match answer.then {
        Then::KeepAlive => return true,
        Then::Close => {}
        Then::Reset => stream.set_zero_linger().unwrap(),
        Then::Hang => {
            // Until the client gives up.
            let _ = stream.read_u8().await;
        }
        Then::Chunks(size) => while stream.write_all(&answer::chunk(size)).await.is_ok() {},
        Then::Trickle => {
            while stream.write_all(&answer::chunk(1)).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }
    false
}
