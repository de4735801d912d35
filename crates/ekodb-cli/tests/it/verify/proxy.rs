//! A proxy in front of the emulator that changes replies.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::Value as Json;
use tokio::task::JoinHandle;

/// A request with its reply, which a test may change.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) method: String,
    /// The path with its query string.
    pub(super) path: String,
    /// Whether the token is that of the admin key.
    pub(super) admin: bool,
    pub(super) sent: Json,
    pub(super) status: u16,
    pub(super) body: Json,
    pub(super) drop_connection: bool,
    /// Whether the reply is held back for good.
    pub(super) hold: bool,
}

type Change = Box<dyn Fn(&mut Call) + Send + Sync>;

struct Shared {
    target: String,
    http: reqwest::Client,
    admin_tokens: Mutex<Vec<String>>,
    change: Mutex<Arc<Change>>,
}

/// A proxy on a free port. It stops when it is dropped.
pub(super) struct Proxy {
    pub(super) url: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

impl Proxy {
    pub(super) async fn start(target: &str) -> Self {
        let nothing: Change = Box::new(|_| {});
        let shared = Arc::new(Shared {
            target: target.to_owned(),
            http: reqwest::Client::new(),
            admin_tokens: Mutex::default(),
            change: Mutex::new(Arc::new(nothing)),
        });
        let app = Router::new()
            .fallback(forward)
            .with_state(Arc::clone(&shared));
        let (url, serving) = serve(app).await;
        Self {
            url,
            shared,
            serving,
        }
    }

    /// Changes replies from now on.
    pub(super) fn change(&self, change: impl Fn(&mut Call) + Send + Sync + 'static) {
        *self.shared.change.lock().expect("no test panics here") = Arc::new(Box::new(change));
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(app: Router) -> (String, JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("there is a free port");
    let url = format!(
        "http://{}",
        listener.local_addr().expect("it has an address")
    );
    let serving = tokio::spawn(async move {
        axum::serve(listener, app)
            .await
            .expect("it serves until it is aborted");
    });
    (url, serving)
}

/// A server that answers every request with one page.
pub(super) async fn page(content_type: &'static str, text: &'static str) -> Page {
    let answer = move || async move { ([(header::CONTENT_TYPE, content_type)], text) };
    let (url, serving) = serve(Router::new().fallback(answer)).await;
    Page { url, serving }
}

pub(super) struct Page {
    pub(super) url: String,
    serving: JoinHandle<()>,
}

impl Drop for Page {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn forward(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    sent: Bytes,
) -> Response {
    let path = uri.path_and_query().expect("it has a path").to_string();
    let mut request = shared
        .http
        .request(method.clone(), format!("{}{path}", shared.target))
        .body(sent.clone());
    for name in [header::AUTHORIZATION, header::CONTENT_TYPE] {
        if let Some(value) = headers.get(&name) {
            request = request.header(name, value);
        }
    }
    let reply = request.send().await.expect("the emulator answers");
    let status = reply.status().as_u16();
    let body = reply.bytes().await.expect("the emulator answers");
    let json = |bytes: &[u8]| serde_json::from_slice(bytes).unwrap_or(Json::Null);
    let mut call = Call {
        method: method.to_string(),
        path,
        admin: shared.is_admin(&headers),
        sent: json(&sent),
        status,
        body: json(&body),
        drop_connection: false,
        hold: false,
    };
    shared.learn(&call);
    let change = Arc::clone(&shared.change.lock().expect("no test panics here"));
    change(&mut call);
    if call.hold {
        std::future::pending::<()>().await;
    }
    if call.drop_connection {
        // A body that breaks off before its first byte.
        let broken =
            futures::stream::once(async { Err::<Bytes, _>(std::io::Error::other("broken")) });
        return (StatusCode::OK, Body::from_stream(broken)).into_response();
    }
    let status = StatusCode::from_u16(call.status).expect("it is a status");
    let body = match &call.body {
        Json::Null if body.is_empty() => String::new(),
        body => body.to_string(),
    };
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

impl Shared {
    fn is_admin(&self, headers: &HeaderMap) -> bool {
        let sent = headers.get(header::AUTHORIZATION);
        let sent = sent
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let tokens = self.admin_tokens.lock().expect("no test panics here");
        tokens.iter().any(|token| sent.ends_with(token.as_str()))
    }

    /// Remembers the tokens of the admin key.
    fn learn(&self, call: &Call) {
        if call.sent["api_key"] == crate::support::ADMIN_KEY
            && let Some(token) = call.body["token"].as_str()
        {
            let mut tokens = self.admin_tokens.lock().expect("no test panics here");
            tokens.push(token.to_owned());
        }
    }
}
