//! However many want a token, one request is made for it.

use std::{future::pending, pin::pin, time::Duration};

use futures::future::join_all;
use tokio::time::{Instant, sleep, timeout};

use super::support::{Answer, Fixture, HOUR, ms, rejected, secs, unavailable};
use crate::{
    auth::{ApiKey, TokenRefresh},
    error::ErrorKind,
};

#[tokio::test(start_paused = true)]
async fn any_number_of_cold_callers_make_one_request() {
    for callers in [1, 100, 1_000, 10_000] {
        let fixture = Fixture::following(|_| (Duration::from_millis(500), Answer::Token(HOUR)));
        let tasks = (0..callers).map(|_| {
            let manager = fixture.manager.clone();
            tokio::spawn(async move { manager.bearer().await.unwrap().generation })
        });
        for generation in join_all(tasks).await {
            assert_eq!(generation.unwrap(), 1);
        }
        assert_eq!(fixture.endpoint.requests(), 1, "{callers} callers");
    }
}

#[tokio::test(start_paused = true)]
async fn any_number_of_callers_after_expiry_make_one_request() {
    let fixture = Fixture::holding(HOUR).await;
    sleep(2 * HOUR).await;
    assert_eq!(fixture.generations(1_000).await, [2; 1_000]);
    assert_eq!(fixture.endpoint.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_first_caller_loses_nothing() {
    let fixture = Fixture::following(|_| (ms(500), Answer::Token(HOUR)));
    let first = timeout(ms(250), fixture.manager.bearer()).await;
    assert!(first.is_err());
    assert_eq!(fixture.generations(100).await, [1; 100]);
    assert_eq!(fixture.endpoint.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_goes_on_when_every_caller_is_gone() {
    let fixture = Fixture::following(|_| (secs(2), Answer::Token(HOUR)));
    assert!(timeout(ms(50), fixture.manager.bearer()).await.is_err());
    sleep(secs(2)).await;
    assert_eq!(fixture.cached().unwrap().generation, 1);
}

#[tokio::test(start_paused = true)]
async fn callers_with_50_ms_do_not_starve_a_refresh_of_2_s() {
    let fixture = Fixture::following(|_| (secs(2), Answer::Token(HOUR)));
    let began = Instant::now();
    let callers = (0..50)
        .map(|_| async { while timeout(ms(50), fixture.manager.bearer()).await.is_err() {} });
    join_all(callers).await;
    assert_eq!(fixture.endpoint.requests(), 1);
    assert!(began.elapsed() < ms(2_060), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn waiters_share_the_error_of_an_outage() {
    let fixture = Fixture::following(|_| (ms(10), unavailable()));
    let calls = (0..1_000).map(|_| fixture.manager.bearer());
    for bearer in join_all(calls).await {
        let error = bearer.unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Unavailable, Some(503))
        );
    }
    // One refresh, which makes three attempts as long as there has been no token.
    assert_eq!(fixture.endpoint.requests(), 3);
}

#[tokio::test(start_paused = true)]
async fn waiters_share_the_error_of_a_rejected_key() {
    let fixture = Fixture::following(|_| (ms(10), rejected()));
    let calls = (0..1_000).map(|_| fixture.manager.bearer());
    for bearer in join_all(calls).await {
        assert_eq!(bearer.unwrap_err().kind(), ErrorKind::Unauthenticated);
    }
    assert_eq!(fixture.endpoint.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_ends_with_the_last_handle() {
    let fixture = Fixture::following(|_| (Duration::ZERO, Answer::Hang));
    let other = fixture.manager.clone();
    assert!(timeout(secs(1), fixture.manager.bearer()).await.is_err());
    let endpoint = fixture.endpoint;
    drop(fixture.manager);
    sleep(ms(1)).await;
    assert_eq!(endpoint.open(), 1, "a clone is left");
    drop(other);
    sleep(ms(1)).await;
    assert_eq!(endpoint.open(), 0, "the request is dropped");
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_panics_is_a_typed_error_and_the_next_one_works() {
    let fixture = Fixture::following(|number| match number {
        1 => (ms(10), Answer::Panic),
        _ => (ms(10), Answer::Token(HOUR)),
    });
    let mut states = fixture.manager.watch();
    let bearer = fixture.manager.bearer();
    let mut bearer = pin!(bearer);
    let error = loop {
        tokio::select! {
            _ = &mut bearer => panic!("the first attempt fails"),
            state = states.changed() => {
                if let Some(error) = state.unwrap().last_error { break error }
            }
        }
    };
    assert!(error.to_string().contains("panicked"), "{error}");
    assert_eq!(bearer.await.unwrap().generation, 1);
    assert_eq!(fixture.endpoint.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_always_panics_fails_within_the_deadline() {
    let fixture = Fixture::following(|_| (Duration::ZERO, Answer::Panic));
    let bearer = timeout(secs(31), fixture.manager.bearer()).await.unwrap();
    assert!(bearer.unwrap_err().to_string().contains("panicked"));
}

#[tokio::test(start_paused = true)]
async fn a_silent_endpoint_fails_within_the_deadline() {
    let fixture = Fixture::following(|_| (Duration::ZERO, Answer::Hang));
    let began = Instant::now();
    let error = fixture.manager.bearer().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(began.elapsed() <= secs(30), "{:?}", began.elapsed());
    assert_eq!(fixture.endpoint.requests(), 3);
}

#[test]
fn callers_on_many_threads_make_one_request() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_time()
        .build()
        .unwrap();
    for _ in 0..200 {
        let fixture = Fixture::following(|_| (Duration::ZERO, Answer::Token(HOUR)));
        let tasks = (0..32).map(|_| {
            let manager = fixture.manager.clone();
            runtime.spawn(async move {
                let first = manager.bearer().await.unwrap().generation;
                let second = manager.replace(1).await.unwrap().generation;
                (first, second)
            })
        });
        for generations in runtime.block_on(join_all(tasks.collect::<Vec<_>>())) {
            let (first, second) = generations.unwrap();
            assert!((1..=2).contains(&first), "{first}");
            assert_eq!(second, 2);
        }
        assert_eq!(fixture.endpoint.requests(), 2);
    }
}

#[test]
fn a_refresh_whose_runtime_is_dropped_is_started_again_at_once() {
    // A silent refresh is taken for dead only after its timeout of an hour.
    let settings = TokenRefresh::new().timeout(HOUR).attempt_timeout(HOUR);
    let fixture = Fixture::with(settings, ApiKey::from("key-1"), |number| match number {
        1 => (Duration::ZERO, Answer::Hang),
        _ => (Duration::ZERO, Answer::Token(HOUR)),
    });
    let first = runtime();
    first.block_on(async {
        let _ = timeout(ms(5), fixture.manager.bearer()).await;
    });
    assert_eq!(fixture.endpoint.requests(), 1);
    std::thread::scope(|scope| {
        let waiter = scope.spawn(|| runtime().block_on(fixture.manager.bearer()));
        drop(first);
        assert_eq!(waiter.join().unwrap().unwrap().generation, 1);
    });
    assert_eq!(fixture.endpoint.requests(), 2);
}

#[test]
fn a_refresh_ahead_whose_runtime_is_dropped_is_started_by_the_next_call() {
    let fixture = Fixture::issuing(HOUR);
    let first = runtime();
    first.block_on(fixture.manager.bearer()).unwrap();
    fixture.endpoint.follow(|_| (Duration::ZERO, Answer::Hang));
    // 46 minutes later by the wall clock.
    fixture.clock.step_wall(46 * 60);
    first.block_on(async {
        fixture.cached().unwrap();
        tokio::task::yield_now().await;
    });
    assert_eq!(fixture.endpoint.requests(), 2);
    drop(first);
    fixture
        .endpoint
        .follow(|_| (Duration::ZERO, Answer::Token(2 * HOUR)));
    runtime().block_on(async {
        let mut states = fixture.manager.watch();
        assert_eq!(fixture.cached().unwrap().generation, 1);
        while states.current().generation == 1 {
            states.changed().await.unwrap();
        }
    });
    assert_eq!(fixture.cached().unwrap().generation, 2);
    assert_eq!(fixture.endpoint.requests(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_nobody_drives_is_replaced_in_bounded_time() {
    let fixture = Fixture::following(|number| match number {
        1 => (Duration::ZERO, Answer::Hang),
        _ => (ms(10), Answer::Token(HOUR)),
    });
    // A runtime that is left alone with the refresh it has begun.
    let manager = fixture.manager.clone();
    let stranded = std::thread::spawn(move || {
        let runtime = runtime();
        runtime.block_on(async {
            let mut call = Box::pin(manager.bearer());
            assert!(futures::poll!(&mut call).is_pending());
            tokio::task::yield_now().await;
        });
        runtime
    })
    .join()
    .unwrap();
    let began = Instant::now();
    let bearer = fixture.manager.bearer().await.unwrap();
    assert_eq!(bearer.generation, 1);
    assert!(began.elapsed() <= secs(16), "{:?}", began.elapsed());
    stranded.shutdown_background();
}

#[test]
fn outside_of_a_runtime_a_call_without_a_token_is_refused() {
    let fixture = Fixture::issuing(HOUR);
    let error = futures::executor::block_on(fixture.manager.bearer()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(fixture.endpoint.requests(), 0);
}

#[test]
fn a_runtime_that_has_shut_down_is_an_error_not_a_loop() {
    let fixture = Fixture::issuing(HOUR);
    let runtime = runtime();
    let handle = runtime.handle().clone();
    drop(runtime);
    let _inside = handle.enter();
    let call = async {
        tokio::select! {
            bearer = fixture.manager.bearer() => bearer,
            () = pending() => unreachable!(),
        }
    };
    let error = futures::executor::block_on(call).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}
