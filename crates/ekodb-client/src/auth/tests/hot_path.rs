//! A call with a fresh token pays next to nothing for it.

use std::sync::Arc;

use super::support::{Endpoint, Fixture, HOUR};
use crate::auth::{ApiKey, TokenManager, TokenRefresh};

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
    drop(manager.cached());
    let allocations = allocation_counter::measure(|| {
        for _ in 0..1_000 {
            assert!(manager.cached().is_some());
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
fn the_counter_counts() {
    let allocations = allocation_counter::measure(|| drop(Box::new(7)));
    assert_eq!(allocations.count_total, 1);
}
