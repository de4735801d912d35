//! A call with a fresh token pays next to nothing for it.

use std::sync::Arc;

use http::HeaderValue;

use super::support::{Endpoint, Fixture, HOUR, secs};
use crate::auth::{
    ApiKey, TokenManager, TokenRefresh, cached_token::CachedToken, clock::Moment,
    refresh_schedule::RefreshSchedule,
};

#[tokio::test(start_paused = true)]
async fn taking_the_token_allocates_nothing() {
    let fixture = Fixture::issuing(HOUR);
    // On the real clock, as in an application.
    let endpoint: Arc<Endpoint> = Arc::clone(&fixture.endpoint);
    let manager = TokenManager::new(
        TokenRefresh::new(),
        Arc::new(ApiKey::from("key-1")),
        Arc::new(endpoint),
    );
    manager.bearer().await.unwrap();
    // The first call of a thread registers it with `arc-swap`, once.
    drop(manager.cached(manager.now()));
    let allocations = allocation_counter::measure(|| {
        for _ in 0..1_000 {
            assert!(manager.cached(manager.now()).is_some());
        }
    });
    assert_eq!(allocations.count_total, 0);

    let allocations = allocation_counter::measure(|| {
        for _ in 0..1_000 {
            let bearer = futures::FutureExt::now_or_never(manager.bearer());
            assert!(bearer.is_some_and(|bearer| bearer.is_ok()));
        }
    });
    assert_eq!(allocations.count_total, 0);
}

#[test]
fn calls_do_not_look_further_while_a_refresh_ahead_is_under_way_or_too_early() {
    let at = |seconds| Moment {
        mono: secs(seconds),
        wall: secs(seconds),
    };
    let schedule = RefreshSchedule::new(at(0), HOUR, &TokenRefresh::new(), 0.0);
    let cached = CachedToken::new(&HeaderValue::from_static("Bearer token"), 1, schedule);
    let due = |seconds| cached.peek(at(seconds)).map(|peek| peek.due);
    assert_eq!(due(2_699), Some(false));
    assert_eq!(due(2_700), Some(true));
    cached.defer_refresh(secs(15), at(2_700));
    assert_eq!(due(2_714), Some(false));
    assert_eq!(due(2_715), Some(true));
    assert_eq!(due(3_540), None);
}

#[test]
fn the_counter_counts() {
    let allocations = allocation_counter::measure(|| drop(Box::new(7)));
    assert_eq!(allocations.count_total, 1);
}
