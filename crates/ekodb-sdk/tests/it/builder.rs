//! What the builder refuses, and what it says.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use ekodb_client::{
    ApiKey, ApiKeyProvider, Client, ClientBuilder, ErrorKind, ProvidedKey, Retry, TokenRefresh,
};

use crate::support::{Reply, Server, error_of, one_attempt, soon};

const ZERO: Duration = Duration::ZERO;

fn good() -> ClientBuilder {
    Client::builder()
        .base_url("https://your-subdomain.production.aws.ekodb.io")
        .api_key("ek-very-secret")
}

fn with_url(url: &str) -> ClientBuilder {
    good().base_url(url)
}

#[test]
fn every_bad_setting_is_refused_with_its_name_and_a_remedy() {
    let refused: Vec<(&str, ClientBuilder)> = vec![
        ("no url", Client::builder().api_key("ek-very-secret")),
        ("no key", Client::builder().base_url("https://eko.example")),
        ("empty url", with_url("")),
        ("blank url", with_url("  ")),
        ("relative url", with_url("eko.example")),
        ("no host", with_url("https://")),
        ("bad port", with_url("https://eko.example:99999")),
        ("other scheme", with_url("ftp://eko.example")),
        ("plain http", with_url("http://eko.example")),
        ("user", with_url("https://ek-very-secret@eko.example")),
        ("password", with_url("https://:ek-very-secret@eko.example")),
        ("query", with_url("https://eko.example?key=ek-very-secret")),
        ("fragment", with_url("https://eko.example#ek-very-secret")),
        ("empty key", good().api_key("")),
        ("blank key", good().api_key(" \t ")),
        (
            "key with line break",
            good().api_key("ek-very-secret\nek-2"),
        ),
        ("key with control", good().api_key("ek-very\0-secret")),
        ("key in quotes", good().api_key("\"ek-very-secret\"")),
        ("key with mark", good().api_key("\u{FEFF}ek-very-secret")),
        ("key with hidden", good().api_key("ek-very-secret\u{200B}")),
        ("url in quotes", with_url("'https://eko.example'")),
        ("url with mark", with_url("\u{FEFF}https://eko.example")),
        ("url with line break", with_url("https://eko\n.example")),
        (
            "plain http through a proxy",
            with_url("http://localhost:8080").proxy("http://127.0.0.1:3128"),
        ),
        ("connect timeout", good().connect_timeout(ZERO)),
        ("attempt timeout", good().attempt_timeout(ZERO)),
        ("timeout", good().timeout(ZERO)),
        ("reply size", good().max_reply_bytes(0)),
        ("attempts", good().retry(Retry::new().attempts(0))),
        ("backoff", good().retry(Retry::new().backoff(ZERO, ZERO))),
        (
            "backoff cap",
            good().retry(Retry::new().backoff(Duration::from_secs(2), Duration::from_secs(1))),
        ),
        (
            "refresh timeout",
            good().token_refresh(TokenRefresh::new().timeout(ZERO)),
        ),
        ("blank agent", good().user_agent(" ")),
        ("bad agent", good().user_agent("my-app\r\nx-evil: 1")),
        ("proxy", good().proxy("not a url ek-very-secret")),
        (
            "proxy scheme",
            good().proxy("ldap://user:ek-very-secret@proxy.example"),
        ),
        (
            "no certificate",
            good().add_root_certificate("ek-very-secret"),
        ),
        (
            "bad certificate",
            good().add_root_certificate(pem("CERTIFICATE")),
        ),
        ("no identity", good().client_identity("ek-very-secret")),
        (
            "half an identity",
            good().client_identity(pem("PRIVATE KEY")),
        ),
    ];
    let mut lines = Vec::new();
    for (name, builder) in refused {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{name}");
        assert!(error.has_no_side_effects());
        let shown = format!(
            "{error} {error:?} {:?}",
            std::error::Error::source(&error).map(ToString::to_string)
        );
        assert!(!shown.contains("very-secret"), "{name}: {shown}");
        lines.push(format!("{name}: {error}"));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_key_that_cannot_be_one_is_refused_for_another_client_too() {
    let client = good().build().unwrap();
    let refused = client.with_api_key("\n").unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Configuration);
    assert!(client.with_api_key("ek-other").is_ok());
}

#[test]
fn the_client_needs_no_runtime_to_be_made() {
    assert!(tokio::runtime::Handle::try_current().is_err());
    let client = good().build().unwrap();
    let url = "https://your-subdomain.production.aws.ekodb.io";
    assert_eq!(client.base_url(), url);
}

#[test]
fn plain_http_is_refused_but_for_loopback_and_by_choice() {
    for url in [
        "http://localhost:8080",
        "http://127.0.0.1:1",
        "http://127.8.9.1",
        "http://[::1]:8080",
    ] {
        assert!(with_url(url).build().is_ok(), "{url}");
    }
    for url in [
        "http://example.com",
        "http://10.0.0.1",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
    ] {
        let error = with_url(url).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{url}");
        let allowed = with_url(url).allow_insecure_http(true);
        assert!(allowed.build().is_ok(), "{url}");
    }
}

#[tokio::test]
async fn requests_go_through_the_proxy_that_is_set() {
    let proxy = Server::start(|_| Reply::ok()).await;
    let client = with_url("http://eko.invalid/db")
        .allow_insecure_http(true)
        .proxy(proxy.url().replace("http://", "http://user:password@"))
        .build()
        .unwrap();
    soon(client.health()).await.unwrap();
    let request = &proxy.requests()[0];
    assert_eq!(request.target, "http://eko.invalid/db/api/health");
    assert!(request.header("proxy-authorization").is_some());
}

/// Runs itself once more as another process, whose environment is all that it is told.
#[tokio::test]
async fn the_environment_is_read_only_on_request() {
    const MARK: &str = "ek-key-of-the-environment";
    if std::env::var("EKODB_API_KEY").is_ok_and(|key| key == MARK) {
        let server = Server::with_tokens(|_| Reply::ok()).await;

        let local = || Client::builder().base_url(server.url());
        let error = local().build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        let from_env = Client::from_env().unwrap();
        assert_eq!(from_env.base_url(), "https://eko.environment.example/db");
        let without_url = Client::builder().from_env().base_url("");
        let error = without_url.build().unwrap_err();
        assert!(error.to_string().contains("base_url is empty"), "{error}");

        // The proxy of the environment would not answer.
        let from_env = Client::builder().from_env().base_url(server.url());
        let client = from_env.build().unwrap();
        soon(client.token()).await.unwrap();
        let sent = format!(r#"{{"api_key":"{MARK}"}}"#);
        assert_eq!(server.requests()[0].body, sent);

        // Nor does `NO_PROXY` of the environment take anything past the proxy that is set.
        let client = Client::builder()
            .base_url("http://localhost:9")
            .api_key("key")
            .allow_insecure_http(true)
            .proxy(server.url())
            .build()
            .unwrap();
        soon(client.health()).await.unwrap();
        assert_eq!(server.requests()[1].target, "http://localhost:9/api/health");
        return;
    }
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "builder::the_environment_is_read_only_on_request",
        ])
        .env("EKODB_API_URL", "https://eko.environment.example/db/")
        .env("EKODB_API_KEY", MARK)
        .env("HTTP_PROXY", "http://127.0.0.1:9")
        .env("http_proxy", "http://127.0.0.1:9")
        .env("ALL_PROXY", "http://127.0.0.1:9")
        .env("NO_PROXY", "*")
        .env("no_proxy", "*")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("1 passed"), "{text}");
}

#[tokio::test]
async fn a_failure_of_the_key_provider_is_the_cause_of_the_error() {
    struct NoKey;
    impl ApiKeyProvider for NoKey {
        fn api_key(&self) -> ProvidedKey<'_> {
            Box::pin(async { Err("the vault is closed".into()) })
        }
    }
    let client = Client::builder()
        .base_url("http://127.0.0.1:1")
        .api_key_provider(NoKey)
        .token_refresh(one_attempt())
        .build()
        .unwrap();
    let error = client.token().await.unwrap_err();
    let source = std::error::Error::source(&error).map(ToString::to_string);
    assert_eq!(source.as_deref(), Some("the vault is closed"));
}

/// A file with a key ends with a line end; what cannot be a key is not sent to be rejected.
#[tokio::test]
async fn a_key_is_trimmed_or_refused_before_it_is_sent_also_if_a_provider_gives_it() {
    struct Gives(&'static str);
    impl ApiKeyProvider for Gives {
        fn api_key(&self) -> ProvidedKey<'_> {
            Box::pin(async { Ok(ApiKey::new(self.0)) })
        }
    }
    for (given, sent) in [
        ("ek-key\n", Some("ek-key")),
        (" ek-key\r\n", Some("ek-key")),
        ("", None),
        (" \n", None),
        ("'ek-key'", None),
        ("\u{FEFF}ek-key", None),
        ("ek\u{200B}-key", None),
        ("ek\n-key", None),
    ] {
        let server = Server::with_tokens(|_| Reply::ok()).await;
        let local = || Client::builder().base_url(server.url());
        let provided = local().api_key_provider(Gives(given)).build().unwrap();
        let outcome = soon(provided.token()).await;
        let fixed = local().api_key(given).build();
        match sent {
            Some(sent) => {
                outcome.unwrap();
                soon(fixed.unwrap().token()).await.unwrap();
                let requests = server.requests().into_iter();
                let bodies: Vec<String> = requests.map(|one| one.body).collect();
                assert_eq!(bodies, vec![format!(r#"{{"api_key":"{sent}"}}"#); 2]);
            }
            None => {
                let refused = outcome.unwrap_err();
                assert_eq!(refused.kind(), ErrorKind::Configuration, "{given:?}");
                let refused = fixed.unwrap_err();
                assert_eq!(refused.kind(), ErrorKind::Configuration, "{given:?}");
                assert!(server.requests().is_empty(), "{given:?}");
            }
        }
    }
}

/// The error does not wait for the deadline: asking again would not help.
#[tokio::test]
async fn a_key_file_that_is_missing_is_reported_at_once() {
    struct KeyFile(&'static str, Arc<AtomicUsize>);
    impl ApiKeyProvider for KeyFile {
        fn api_key(&self) -> ProvidedKey<'_> {
            self.1.fetch_add(1, Ordering::Relaxed);
            Box::pin(async { Ok(std::fs::read_to_string(self.0)?.into()) })
        }
    }
    for (path, said) in [
        ("/no/such/file", "No such file"),
        ("/", "Is a directory"),
        ("/dev/null/key", "Not a directory"),
    ] {
        let reads = Arc::new(AtomicUsize::new(0));
        let file = KeyFile(path, Arc::clone(&reads));
        let client = good().api_key_provider(file).build().unwrap();
        let error = error_of(client.token()).await;
        assert_eq!(error.kind(), ErrorKind::Configuration);
        let source = std::error::Error::source(&error).map(ToString::to_string);
        assert!(source.unwrap().contains(said), "{path}");
        assert_eq!(reads.load(Ordering::Relaxed), 1, "{path}");
    }
}

#[test]
fn a_key_can_be_a_value_of_its_own() {
    let key = ApiKey::new("ek-very-secret");
    assert!(good().api_key(key).build().is_ok());
}

#[test]
fn api_key_takes_what_base_url_takes() {
    let text = "ek-very-secret".to_owned();
    let keys: [ApiKey; 5] = [
        text.as_str().into(),
        (&text).into(),
        text.clone().into_boxed_str().into(),
        std::borrow::Cow::from(&text).into(),
        text.clone().into(),
    ];
    for key in keys {
        assert_eq!(key.expose(), text);
        assert!(good().api_key(key).build().is_ok());
    }
}

#[test]
fn clients_and_requests_can_be_sent_to_other_threads() {
    fn travels<T: Send + Sync + Clone + 'static>(_: &T) {}
    fn is_send<T: Send>(_: &T) {}
    let client = good().build().unwrap();
    travels(&client);
    is_send(&client.health());
    is_send(&client.health().into_future());
}

/// A PEM section with nothing of the kind inside.
fn pem(label: &str) -> String {
    format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n")
}
