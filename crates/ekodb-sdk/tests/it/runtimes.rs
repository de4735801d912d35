//! One client and several runtimes.

use ekodb_client::Retry;
use tokio::runtime::{Builder, Runtime};

use crate::support::{Reply, Server, builder, idempotent, soon};

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// A server in a runtime of its own.
fn serving() -> (Runtime, Server) {
    let serving = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let server = serving.block_on(Server::with_tokens(|_| {
        Reply::json(200, r#"{"status":"ok"}"#)
    }));
    (serving, server)
}

#[test]
fn a_client_outlives_the_runtime_that_it_was_first_used_in() {
    let (_serving, server) = serving();
    let client = builder(&server).retry(Retry::none()).build().unwrap();
    for _ in 0..4 {
        // Each takes the connections that the one before has left in the pool with it.
        let runtime = runtime();
        runtime.block_on(async {
            soon(client.health()).await.unwrap();
            idempotent(&client).await.unwrap();
        });
    }
    assert_eq!(server.calls().len(), 8);
    assert_eq!(server.token_requests(), 1);
}

/// The connections of a runtime that is not driven any more are open, but nobody reads them.
#[test]
fn a_runtime_that_is_not_driven_holds_up_no_call_of_another() {
    let (_serving, server) = serving();
    let client = builder(&server).retry(Retry::none()).build().unwrap();
    let runtimes: Vec<Runtime> = (0..3).map(|_| runtime()).collect();
    for _ in 0..2 {
        for runtime in &runtimes {
            runtime.block_on(async {
                soon(client.clone().config().use_typed_values(true))
                    .await
                    .unwrap();
            });
        }
    }
    drop(runtimes);
    let others: Vec<Runtime> = (0..40).map(|_| runtime()).collect();
    for runtime in others.iter().chain(&others) {
        runtime.block_on(async {
            soon(client.health()).await.unwrap();
        });
    }
    assert_eq!(server.calls().len(), 6 + 80);
    assert_eq!(server.token_requests(), 1);
}
