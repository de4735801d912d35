//! What `tracing` sees.

use std::{
    collections::BTreeMap,
    fmt,
    io::Write,
    sync::{Arc, Mutex},
    time::Duration,
};

use ekodb_client::NewKey;
use scripted_server::jwt;
use serde_json::json;
use tracing::{
    Subscriber,
    field::{Field, Visit},
    instrument::WithSubscriber,
    span,
};
use tracing_subscriber::{
    Layer, Registry, fmt::MakeWriter, layer::Context, prelude::*, registry::LookupSpan,
};

use crate::support::{KEY, Reply, Server, client, error_of, idempotent, soon};

#[tokio::test]
async fn a_call_is_one_span_with_the_conventional_fields() {
    let server = Server::with_tokens(|request| match request.before {
        0 => Reply::empty(401),
        1 => Reply::empty(503),
        _ => Reply::json(200, "{}"),
    })
    .await;
    let client = client(&server);
    soon(client.token()).await.unwrap();

    let_every_span_be_seen();
    let spans = Spans::default();
    let registry = Registry::default().with(spans.clone());
    let call = idempotent(&client).with_subscriber(registry);
    call.await.unwrap();

    let calls = spans.of("update_config");
    assert_eq!(calls.len(), 1);
    let port = server.url().rsplit(':').next().unwrap().to_owned();
    let expected = [
        ("otel.name", "PUT /api/config"),
        ("otel.kind", "client"),
        ("db.system.name", "ekodb"),
        ("db.operation.name", "update_config"),
        ("http.request.method", "PUT"),
        ("url.template", "/api/config"),
        ("server.address", "127.0.0.1"),
        ("server.port", &port),
        ("http.request.resend_count", "2"),
        ("http.response.status_code", "200"),
    ];
    let expected: BTreeMap<_, _> = expected
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    assert_eq!(calls[0], expected);
}

#[tokio::test]
async fn the_span_of_a_call_on_a_collection_names_the_collection() {
    let server = Server::with_tokens(|_| Reply::json(200, r#"{"id":"1"}"#)).await;
    let client = client(&server);
    let_every_span_be_seen();
    let spans = Spans::default();
    let registry = Registry::default().with(spans.clone());
    let users = client.collection("users");
    let call = users.get("collections").with_subscriber(registry);
    soon(call).await.unwrap();
    assert_eq!(spans.of("get_record")[0]["db.collection.name"], "users");
}

#[tokio::test]
async fn the_span_of_a_failed_call_says_how_it_failed() {
    let server = Server::start(|request| match request.before {
        0 => Reply::empty(404),
        _ => Reply::reset(),
    })
    .await;
    let client = client(&server);
    let_every_span_be_seen();
    let spans = Spans::default();
    for _ in 0..2 {
        let registry = Registry::default().with(spans.clone());
        error_of(
            client
                .health()
                .no_retry()
                .into_future()
                .with_subscriber(registry),
        )
        .await;
    }
    let failed = spans.of("get_health");
    let (first, second) = (&failed[0], &failed[1]);
    assert_eq!(first["error.type"], "404");
    assert_eq!(first["http.response.status_code"], "404");
    assert_eq!(second["error.type"], "connection");
    assert_eq!(second.get("http.response.status_code"), None);
}

#[tokio::test]
async fn no_key_and_no_token_is_traced_shown_or_put_in_a_url() {
    let issued = jwt::expiring_in(1, Duration::from_secs(3600));
    let replacement = jwt::expiring_in(2, Duration::from_secs(3600));
    let tokens = [issued.clone(), replacement.clone()];
    let server = Server::start(move |request| {
        if request.is_for_a_token() {
            return Reply::json(200, json!({ "token": tokens[request.before] }));
        }
        match request.before {
            0 => Reply::empty(401),
            1 => Reply::reset(),
            // A server that repeats what it was sent, as pages for debugging do.
            _ => {
                let text = format!("no {KEY} {:?} {}", request.headers, request.body);
                Reply::json(400, json!({ "error": text }))
            }
        }
    })
    .await;
    let written = Written::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(written.clone())
        .finish();
    // As the default of this thread, which is the whole runtime, so that it also sees the task of
    // the token.
    let_every_span_be_seen();
    let guard = tracing::subscriber::set_default(subscriber);
    let client = client(&server);
    let mut errors = Vec::new();
    for _ in 0..2 {
        let change = soon(client.config().use_typed_values(true)).await;
        errors.push(change.unwrap_err());
        let registered = soon(client.keys().register(NewKey::limited("a"))).await;
        errors.push(registered.unwrap_err());
    }
    let token = soon(client.token()).await.unwrap();
    assert_eq!(token.expose(), replacement);
    drop(guard);

    let traced = written.text();
    for operation in ["update_config", "create_token", "register_key"] {
        assert!(traced.contains(operation), "{traced}");
    }
    let mut shown = format!("{client:?} {errors:?} {token:?}");
    for error in &errors {
        shown += &error.to_string();
    }
    let requests = server.requests().into_iter();
    let urls: Vec<String> = requests.map(|request| request.target).collect();
    let signature = issued.rsplit('.').next().unwrap();
    for secret in [KEY, &issued, &replacement, signature] {
        for text in [&traced, &shown, &urls.join(" ")] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    assert!(!traced.contains("use_typed_values"), "{traced}");
}

/// Lets a subscriber of one test see what other threads have met before it. As long as there is one
/// subscriber, the thread that meets a span first decides for all whether anybody wants it, and a
/// thread without a subscriber says no.
fn let_every_span_be_seen() {
    // Refused to all but the first, which is enough.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry());
    tracing::callsite::rebuild_interest_cache();
}

/// Keeps the fields of every span.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<(span::Id, Fields)>>>);

type Fields = BTreeMap<String, String>;

impl Spans {
    fn of(&self, operation: &str) -> Vec<Fields> {
        let spans = self.0.lock().unwrap();
        let of = |fields: &&Fields| fields.get("db.operation.name") == Some(&operation.to_owned());
        let fields = spans.iter().map(|(_, fields)| fields);
        fields.filter(of).cloned().collect()
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, _: Context<'_, S>) {
        let mut fields = Fields::new();
        attributes.record(&mut Into(&mut fields));
        self.0.lock().unwrap().push((id.clone(), fields));
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, _: Context<'_, S>) {
        let mut spans = self.0.lock().unwrap();
        if let Some((_, fields)) = spans.iter_mut().rev().find(|(other, _)| other == id) {
            values.record(&mut Into(fields));
        }
    }
}

struct Into<'a>(&'a mut Fields);

impl Visit for Into<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Written {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
