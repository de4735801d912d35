//! No key and no token is seen anywhere but in the header.

use std::{
    io,
    sync::{Arc, Mutex},
};

use tokio::time::sleep;
use zeroize::ZeroizeOnDrop;

use super::support::{Answer, Fixture, HOUR, let_every_span_be_seen, ms, rejected, unavailable};
use crate::auth::{ApiKey, TokenRefresh, token};

const KEY: &str = "ek-live-e5f1c2";
const TOKEN: &str = "tok-7d1f0a";

#[test]
fn debug_shows_no_part_of_a_key() {
    assert_eq!(format!("{:?}", ApiKey::from(KEY)), "ApiKey([redacted])");
}

#[test]
fn a_key_and_a_token_are_wiped_when_dropped() {
    // Held by the compiler: the trait comes with the code that wipes.
    fn wiped<T: ZeroizeOnDrop>() {}
    wiped::<ApiKey>();
    wiped::<ekodb_api::SecretString>();
    // The memory behind a header.
    wiped::<token::Wiped>();
}

#[tokio::test(start_paused = true)]
async fn the_header_is_sensitive_and_debug_shows_no_part_of_a_token() {
    let fixture = Fixture::following(|_| (ms(1), Answer::Raw(TOKEN)));
    let bearer = fixture.manager.bearer().await.unwrap();
    assert!(bearer.header.is_sensitive());
    assert_eq!(bearer.header, format!("Bearer {TOKEN}"));
    assert_eq!(bearer.token().expose(), TOKEN);
    for shown in [
        format!("{bearer:?}"),
        format!("{:?}", bearer.header),
        format!("{:?}", fixture.manager),
        format!("{:?}", fixture.manager.state()),
    ] {
        assert!(!shown.contains(TOKEN), "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refresh_is_a_span_without_secrets() {
    let output = Output::default();
    let writer = output.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let_every_span_be_seen();
    let guard = tracing::subscriber::set_default(subscriber);
    let fixture = Fixture::with(TokenRefresh::new(), ApiKey::from(KEY), |number| {
        let answer = match number {
            1 => unavailable(),
            2 => Answer::Raw(TOKEN),
            3 => Answer::Panic,
            4 => Answer::SameToken,
            5 => rejected(),
            _ => Answer::Token(HOUR),
        };
        (ms(7), answer)
    });
    fixture.manager.bearer().await.unwrap();
    sleep(2 * HOUR).await;
    fixture.manager.bearer().await.unwrap();
    fixture.manager.replace(1).await.unwrap_err();
    sleep(HOUR).await;
    fixture.manager.bearer().await.unwrap();
    drop(guard);
    let output = output.text();
    for part in [
        "token_refresh",
        r#"reason="cold""#,
        r#"reason="expired""#,
        r#"reason="rejected""#,
        "generation=0",
        "generation=1",
        r#"outcome="refreshed""#,
        r#"outcome="failed""#,
        "attempt=2",
        // 7 ms, 750 ms of backoff, 7 ms.
        "elapsed_ms=764",
        "expires_in_s=3599",
        "error.type=Unauthenticated",
    ] {
        assert!(output.contains(part), "no {part} in:\n{output}");
    }
    for secret in [KEY, TOKEN, "eyJ"] {
        assert!(!output.contains(secret), "{secret} in:\n{output}");
    }
}

#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl Output {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl io::Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
