//! What a call pays for its token. `cargo bench -p ekodb-sdk --bench token`
//!
//! The manager is no part of the public API, so its sources are compiled into the bench.
#![allow(dead_code, unreachable_pub, unused_imports)]

#[path = "../src/auth/mod.rs"]
mod auth;
#[path = "../src/error.rs"]
mod error;
#[path = "../src/exponential_backoff.rs"]
mod exponential_backoff;
#[path = "../src/setting.rs"]
mod setting;

use std::{sync::Arc, time::SystemTime};

use auth::{ApiKey, IssuedToken, TokenEndpoint, TokenManager, TokenRefresh, TokenRequestError};
use divan::{AllocProfiler, Bencher, counter::ItemsCount};
use ekodb_api::SecretString;
use futures::future::{BoxFuture, join_all, ready};
use tokio::runtime::Runtime;

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// The token of one call, taken from 1 and from 64 threads at once. The first call of a thread registers it with
/// `arc-swap`, which is the one allocation that may show.
#[divan::bench(threads = [1, 64], sample_size = 1_000)]
fn cached(bencher: Bencher<'_, '_>) {
    let (_runtime, manager) = warm();
    bencher.bench(|| manager.cached(manager.now()));
}

/// A thousand calls in each of so many tasks on a runtime of two threads.
#[divan::bench(args = [1, 64])]
fn tasks(bencher: Bencher<'_, '_>, tasks: usize) {
    const CALLS: usize = 1_000;
    let (runtime, manager) = warm();
    bencher.counter(ItemsCount::new(tasks * CALLS)).bench(|| {
        let work = (0..tasks).map(|_| {
            let manager = manager.clone();
            runtime.spawn(async move {
                for _ in 0..CALLS {
                    divan::black_box(manager.bearer().await.is_ok());
                }
            })
        });
        runtime.block_on(join_all(work))
    });
}

fn warm() -> (Runtime, TokenManager) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .unwrap();
    let manager = TokenManager::new(
        TokenRefresh::new(),
        Arc::new(ApiKey::from("key")),
        Arc::new(Fixed),
    );
    runtime.block_on(manager.bearer()).unwrap();
    (runtime, manager)
}

/// Hands out an opaque token, good for an hour.
struct Fixed;

impl TokenEndpoint for Fixed {
    fn request_token(
        &self,
        _: ApiKey,
    ) -> BoxFuture<'static, Result<IssuedToken, TokenRequestError>> {
        Box::pin(ready(Ok(IssuedToken {
            token: SecretString::new("0123456789abcdef".repeat(20)),
            date: Some(SystemTime::now()),
            has_age: false,
        })))
    }
}
