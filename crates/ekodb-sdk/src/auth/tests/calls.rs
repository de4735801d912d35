//! What calls see while tokens expire, are rejected, and refreshes fail.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use futures::future::join_all;
use tokio::time::{Instant, sleep, timeout};

use super::support::{Answer, Fixture, HOUR, ms, rejected, secs, unavailable, unavailable_for};
use crate::{
    auth::{ApiKey, ApiKeyProvider, ProvidedKey, TokenRefresh},
    error::ErrorKind,
};

#[tokio::test(start_paused = true)]
async fn nobody_waits_in_the_advisory_window_even_if_the_endpoint_hangs() {
    let fixture = Fixture::holding(HOUR).await;
    fixture.endpoint.follow(|_| (secs(30), Answer::Token(HOUR)));
    sleep(secs(45 * 60)).await;
    let began = Instant::now();
    for _ in 0..1_000 {
        assert_eq!(fixture.manager.bearer().await.unwrap().generation, 1);
        assert!(fixture.cached().is_some());
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
    tokio::task::yield_now().await;
    let requests = fixture.endpoint.requests();
    assert_eq!(requests, 2, "one refresh runs on the side");
}

#[tokio::test(start_paused = true)]
async fn a_refresh_ahead_replaces_the_token_without_a_wait() {
    let fixture = Fixture::holding(HOUR).await;
    sleep(secs(45 * 60)).await;
    assert_eq!(fixture.cached().unwrap().generation, 1);
    sleep(ms(101)).await;
    assert_eq!(fixture.cached().unwrap().generation, 2);
    assert_eq!(fixture.endpoint.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn short_tokens_are_used_for_most_of_their_life_and_nobody_waits() {
    for life in [5, 20, 60] {
        let fixture = Fixture::holding(secs(life)).await;
        let began = Instant::now();
        let tasks = (0..20).map(|_| async {
            while began.elapsed() < secs(life) * 10 {
                let before = Instant::now();
                fixture.manager.bearer().await.unwrap();
                assert_eq!(before.elapsed(), Duration::ZERO, "nobody waits");
                sleep(secs(life) / 100).await;
            }
        });
        join_all(tasks).await;
        let used = 10.0 * life as f64 / (fixture.endpoint.requests() - 1) as f64;
        let least = 0.6 * life as f64;
        assert!(used > least, "{life} s tokens were used for {used} s");
        assert_eq!(fixture.endpoint.most_open(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_invisible_while_the_token_is_valid_and_requests_are_bounded() {
    let fixture = Fixture::holding(HOUR).await;
    fixture.endpoint.follow(|_| (ms(20), unavailable()));
    sleep(secs(45 * 60)).await;
    let began = Instant::now();
    while began.elapsed() < secs(600) {
        let bearers = join_all((0..10).map(|_| fixture.manager.bearer())).await;
        for bearer in bearers {
            assert_eq!(bearer.unwrap().generation, 1);
        }
        sleep(ms(100)).await;
    }
    let state = fixture.manager.state();
    assert_eq!(state.last_error.unwrap().kind(), ErrorKind::Unavailable);
    let requests = fixture.endpoint.requests() - 1;
    assert_eq!(requests, 19, "over ten minutes");

    fixture.endpoint.follow(|_| (ms(20), Answer::Token(HOUR)));
    let bearer = loop {
        let bearer = fixture.manager.bearer().await.unwrap();
        if bearer.generation > 1 {
            break bearer;
        }
        sleep(ms(100)).await;
    };
    assert_eq!(bearer.generation, 2);
    assert!(fixture.manager.state().last_error.is_none());
}

#[tokio::test(start_paused = true)]
async fn in_the_mandatory_window_a_call_waits_for_the_refresh() {
    let fixture = Fixture::holding(HOUR).await;
    sleep(secs(3_570)).await;
    assert!(fixture.cached().is_none());
    assert_eq!(fixture.manager.bearer().await.unwrap().generation, 2);
}

#[tokio::test(start_paused = true)]
async fn in_the_mandatory_window_a_failed_attempt_gives_the_old_token() {
    let fixture = Fixture::holding(HOUR).await;
    fixture.endpoint.follow(|_| (ms(200), unavailable()));
    sleep(secs(3_550)).await;
    let began = Instant::now();
    for _ in 0..100 {
        assert_eq!(fixture.manager.bearer().await.unwrap().generation, 1);
    }
    let waited = began.elapsed();
    assert_eq!(waited, ms(200), "only the first attempt is waited for");
}

#[tokio::test(start_paused = true)]
async fn in_the_mandatory_window_a_rejected_key_gives_the_old_token() {
    let fixture = Fixture::holding(HOUR).await;
    fixture.endpoint.follow(|_| (ms(200), rejected()));
    sleep(secs(3_550)).await;
    assert_eq!(fixture.generations(100).await, [1; 100]);
    assert_eq!(fixture.endpoint.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_key_rejected_while_the_token_is_valid_is_invisible() {
    let fixture = Fixture::holding(HOUR).await;
    fixture.endpoint.follow(|_| (ms(10), rejected()));
    for _ in 0..3_500 {
        assert_eq!(fixture.manager.bearer().await.unwrap().generation, 1);
        sleep(secs(1)).await;
    }
    sleep(secs(120)).await;
    let error = fixture.manager.bearer().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
}

#[tokio::test(start_paused = true)]
async fn a_rejected_key_is_an_error_at_once_and_is_not_hammered() {
    let fixture = Fixture::following(|_| (ms(10), rejected()));
    let began = Instant::now();
    let error = fixture.manager.bearer().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert_eq!(error.status(), Some(401));
    assert_eq!(began.elapsed(), ms(10));
    while began.elapsed() < secs(60) {
        fixture.manager.bearer().await.unwrap_err();
        sleep(ms(1)).await;
    }
    // Remembered for 3 s with this randomness.
    assert_eq!(fixture.endpoint.requests(), 20);
}

#[tokio::test(start_paused = true)]
async fn a_rejected_key_is_not_remembered_for_ever() {
    let fixture = Fixture::following(|number| match number {
        1 => (ms(10), rejected()),
        _ => (ms(10), Answer::Token(HOUR)),
    });
    fixture.manager.bearer().await.unwrap_err();
    sleep(secs(5)).await;
    assert_eq!(fixture.manager.bearer().await.unwrap().generation, 1);
}

#[tokio::test(start_paused = true)]
async fn without_a_token_an_outage_is_retried_and_its_end_is_noticed_soon() {
    let fixture = Fixture::following(|_| (ms(20), unavailable()));
    let began = Instant::now();
    while began.elapsed() < secs(600) {
        fixture.manager.bearer().await.unwrap_err();
    }
    let requests = fixture.endpoint.requests();
    assert!(requests < 100, "{requests} in ten minutes");
    fixture.endpoint.follow(|_| (ms(20), Answer::Token(HOUR)));
    let began = Instant::now();
    fixture.manager.bearer().await.unwrap();
    assert!(began.elapsed() <= secs(11), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_honoured_in_and_between_refreshes() {
    let fixture = Fixture::following(|number| match number {
        1 => (Duration::ZERO, unavailable_for(Some(secs(20)))),
        2 => (Duration::ZERO, unavailable_for(Some(secs(120)))),
        _ => (Duration::ZERO, Answer::Token(HOUR)),
    });
    let began = Instant::now();
    let error = fixture.manager.bearer().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(began.elapsed(), secs(21), "20 s and a twentieth");
    assert_eq!(fixture.endpoint.requests(), 2);
    while fixture.manager.bearer().await.is_err() {
        sleep(secs(1)).await;
    }
    assert!(began.elapsed() >= secs(21 + 120), "{:?}", began.elapsed());
    assert_eq!(fixture.endpoint.requests(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_hundred_calls_answered_with_401_make_one_request() {
    let fixture = Fixture::issuing(HOUR);
    let rejected = fixture.manager.bearer().await.unwrap().generation;
    let calls = (0..100).map(|number| {
        let manager = fixture.manager.clone();
        async move {
            sleep(ms(number)).await;
            manager.replace(rejected).await.unwrap().generation
        }
    });
    for generation in join_all(calls).await {
        assert_eq!(generation, 2);
    }
    assert_eq!(fixture.endpoint.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_late_401_does_not_evict_a_newer_token() {
    let fixture = Fixture::holding(HOUR).await;
    assert_eq!(fixture.manager.replace(1).await.unwrap().generation, 2);
    for _ in 0..100 {
        let before = Instant::now();
        assert_eq!(fixture.manager.replace(1).await.unwrap().generation, 2);
        assert_eq!(before.elapsed(), Duration::ZERO);
    }
    assert_eq!(fixture.endpoint.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_rejected_token_again_is_a_typed_error_without_a_loop() {
    let fixture = Fixture::following(|number| match number {
        1 => (ms(10), Answer::Token(HOUR)),
        _ => (ms(10), Answer::SameToken),
    });
    fixture.manager.bearer().await.unwrap();
    let began = Instant::now();
    let calls = (0..100).map(|_| fixture.manager.replace(1));
    for bearer in join_all(calls).await {
        assert_eq!(bearer.unwrap_err().kind(), ErrorKind::Unauthenticated);
    }
    assert_eq!(began.elapsed(), ms(10));
    assert_eq!(fixture.endpoint.requests(), 2);
    assert!(fixture.cached().is_none(), "the rejected token is gone");
}

#[tokio::test(start_paused = true)]
async fn a_token_expired_on_arrival_is_a_typed_error_without_a_loop() {
    let fixture = Fixture::following(|_| (ms(10), Answer::Token(Duration::ZERO)));
    let error = fixture.manager.bearer().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidReply);
    for _ in 0..100 {
        fixture.manager.bearer().await.unwrap_err();
    }
    assert_eq!(fixture.endpoint.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_rejects_every_token_is_not_asked_for_one_per_call() {
    let fixture = Fixture::issuing(HOUR);
    let began = Instant::now();
    let tasks = (0..100).map(|_| async {
        while began.elapsed() < secs(60) {
            let used = fixture.manager.bearer().await.unwrap();
            sleep(ms(5)).await;
            fixture.manager.replace(used.generation).await.unwrap();
            sleep(ms(5)).await;
        }
    });
    join_all(tasks).await;
    let requests = fixture.endpoint.requests();
    assert!(requests <= 18, "{requests} token requests in a minute");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_keeps_only_the_newest_token_fails_no_call() {
    let fixture = Fixture::issuing(secs(20));
    let server = Arc::clone(&fixture.endpoint);
    let replays = AtomicUsize::new(0);
    let began = Instant::now();
    let tasks = (0..100).map(|number| {
        let (fixture, server, replays) = (&fixture, &server, &replays);
        async move {
            sleep(ms(number)).await;
            while began.elapsed() < secs(120) {
                let mut used = fixture.manager.bearer().await.unwrap();
                sleep(ms(30)).await;
                // The server's tokens are numbered like its requests; only the last one is good.
                if (used.generation as usize) < server.requests() {
                    replays.fetch_add(1, Ordering::SeqCst);
                    used = fixture.manager.replace(used.generation).await.unwrap();
                }
                let newest = server.requests();
                assert_eq!(used.generation as usize, newest, "the replay is good");
            }
        }
    });
    join_all(tasks).await;
    assert!(replays.load(Ordering::SeqCst) > 0);
    let requests = fixture.endpoint.requests();
    assert!(requests <= 9, "{requests} token requests in two minutes");
}

#[tokio::test(start_paused = true)]
async fn invalidate_makes_the_next_call_request_a_token() {
    let fixture = Fixture::holding(HOUR).await;
    fixture.manager.invalidate();
    assert!(fixture.cached().is_none());
    assert_eq!(fixture.manager.bearer().await.unwrap().generation, 2);
}

#[tokio::test(start_paused = true)]
async fn a_rotated_key_is_used_without_a_restart() {
    let script = |number| match number {
        2 => (ms(10), rejected()),
        _ => (ms(10), Answer::Token(HOUR)),
    };
    let fixture = Fixture::with(TokenRefresh::new(), Rotating::default(), script);
    fixture.manager.bearer().await.unwrap();
    let began = Instant::now();
    assert_eq!(fixture.manager.replace(1).await.unwrap().generation, 2);
    assert_eq!(began.elapsed(), ms(20), "the new key is tried at once");
    assert_eq!(fixture.endpoint.keys(), ["key-1", "key-2", "key-3"]);
}

#[derive(Default)]
struct Rotating(AtomicUsize);

impl ApiKeyProvider for Rotating {
    fn api_key(&self) -> ProvidedKey<'_> {
        let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        Box::pin(async move { Ok(ApiKey::new(format!("key-{number}"))) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_fails_is_retried_and_named_in_the_error() {
    let fixture = Fixture::with(TokenRefresh::new(), Unready, |_| {
        (Duration::ZERO, Answer::Token(HOUR))
    });
    let bearer = timeout(secs(31), fixture.manager.bearer()).await.unwrap();
    let error = bearer.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.to_string(), "the vault is sealed");
    assert_eq!(fixture.endpoint.requests(), 0);
}

struct Unready;

impl ApiKeyProvider for Unready {
    fn api_key(&self) -> ProvidedKey<'_> {
        Box::pin(async { Err("the vault is sealed".into()) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_wall_clock_that_is_hours_wrong_changes_nothing() {
    for hours in [-2, 2] {
        let fixture = Fixture::issuing(HOUR);
        fixture.clock.step_wall(hours * 3_600);
        fixture.manager.bearer().await.unwrap();
        sleep(secs(40 * 60)).await;
        assert_eq!(fixture.cached().unwrap().generation, 1);
        assert_eq!(fixture.endpoint.requests(), 1);
        sleep(secs(20 * 60)).await;
        assert!(fixture.cached().is_none(), "the hour is over");
    }
}

#[tokio::test(start_paused = true)]
async fn the_date_of_other_replies_helps_where_the_token_endpoint_gives_none() {
    let fixture = Fixture::following(|_| (ms(10), Answer::Undated(secs(600))));
    fixture.clock.step_wall(2 * 3_600);
    let manager = &fixture.manager;
    let sent = manager.now();
    sleep(ms(100)).await;
    manager.observe_date(sent, Some(fixture.clock.server_date()), false);
    // One look a minute is enough: this one, which is nonsense, is not taken.
    manager.observe_date(sent, Some(SystemTime::UNIX_EPOCH), false);
    manager.bearer().await.unwrap();
    sleep(secs(601)).await;
    // By the local clock alone it had expired before it came, and an hour would be assumed.
    assert!(manager.cached(manager.now()).is_none());
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let settings = TokenRefresh::new;
    let zero = Duration::ZERO;
    for (name, bad) in [
        ("timeout", settings().timeout(zero)),
        ("attempt timeout", settings().attempt_timeout(zero)),
        ("initial backoff", settings().backoff(zero, secs(1))),
        ("backoff cap", settings().backoff(secs(2), secs(1))),
        ("assumed lifetime", settings().assumed_lifetime(zero)),
    ] {
        let error = bad.validate().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(name), "{error}");
    }
    settings().validate().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_wall_clock_that_jumps_costs_at_most_one_refresh() {
    let fixture = Fixture::holding(HOUR).await;
    fixture.clock.step_wall(2 * 3_600);
    for _ in 0..1_000 {
        fixture.manager.bearer().await.unwrap();
        sleep(ms(500)).await;
    }
    assert_eq!(fixture.endpoint.requests(), 2);
    fixture.clock.step_wall(-4 * 3_600);
    for _ in 0..1_000 {
        fixture.manager.bearer().await.unwrap();
        sleep(ms(500)).await;
    }
    assert_eq!(fixture.endpoint.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn unusable_replies_are_told_at_once_and_typed() {
    for text in ["", "  ", "two words", "line\nbreak", "schlüssel"] {
        let fixture = Fixture::following(move |number| match number {
            1 => (ms(10), Answer::Raw(text)),
            _ => (ms(10), Answer::Token(HOUR)),
        });
        let error = fixture.manager.bearer().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidReply);
        assert!(text.trim().is_empty() || !error.to_string().contains(text));
        assert_eq!(fixture.endpoint.requests(), 1);
        sleep(secs(5)).await;
        fixture.manager.bearer().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn the_state_can_be_watched() {
    let fixture = Fixture::issuing(HOUR);
    let mut watch = fixture.manager.watch();
    assert!(watch.current().valid_until.is_none());
    fixture.manager.bearer().await.unwrap();
    let state = watch.changed().await.unwrap();
    assert_eq!(
        (state.generation, state.refreshing, state.failures),
        (1, false, 0)
    );
    assert!(state.valid_until.is_some());
    drop(fixture.manager);
    assert!(watch.changed().await.is_none());
}
