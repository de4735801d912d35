//! One client and several runtimes.

use ekodb_client::Retry;
use tokio::runtime::{Builder, Runtime};

use crate::support::{Reply, Server, builder, soon};

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_client_outlives_the_runtime_that_it_was_first_used_in() {
    let serving = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let server = serving.block_on(Server::with_tokens(|_| {
        Reply::json(200, r#"{"status":"ok"}"#)
    }));
    let client = builder(&server).retry(Retry::none()).build().unwrap();
    for _ in 0..4 {
        // Each takes the connections that the one before has left in the pool with it.
        let runtime = runtime();
        runtime.block_on(async {
            soon(client.health()).await.unwrap();
            soon(client.config().use_typed_values(true)).await.unwrap();
        });
    }
    assert_eq!(server.calls().len(), 8);
    assert_eq!(server.token_requests(), 1);
}
