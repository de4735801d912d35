//! Streams, however long.

use std::fmt::Write;

use ekodb_client::Client;
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use tokio::runtime::{Builder, Runtime};

use crate::support::{Answer, Server, client};

#[derive(Serialize, Deserialize)]
struct Reading {
    value: u64,
}

#[test]
fn a_million_records_stream_in_the_memory_that_ten_thousand_take() {
    // On a thread of its own, so that what the server allocates is not counted.
    let serving = Runtime::new().unwrap();
    let server = serving.block_on(Server::with_tokens(|request| {
        let total = request.target.rsplit('_').next().unwrap();
        Answer::json(200, &page(total.parse().unwrap(), &request.body))
    }));
    let client = client(&server);
    let few = peak_bytes(&client, 10_000);
    let many = peak_bytes(&client, 1_000_000);
    assert_eq!(server.calls().len(), 21 + 2_001);
    assert!(
        many < few + 64 * 1024,
        "{few} bytes for ten thousand records, {many} for a million"
    );
}

/// The most memory that is in use at a time while so many records are read.
fn peak_bytes(client: &Client, total: u64) -> u64 {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let readings = client
        .collection(format!("readings_{total}"))
        .typed::<Reading>();
    let read = async {
        let stream = readings.find().stream();
        stream
            .try_fold(0, async |next, reading| {
                assert_eq!(reading.value, next, "a record is missing or came twice");
                Ok(next + 1)
            })
            .await
    };
    let mut read_in_all = 0;
    let memory = allocation_counter::measure(|| read_in_all = runtime.block_on(read).unwrap());
    assert_eq!(read_in_all, total);
    memory.bytes_max
}

/// What the query asks for of so many records, none of which is stored.
fn page(total: usize, query: &str) -> String {
    let query: Json = serde_json::from_str(query).unwrap();
    let skip = query["skip"].as_u64().unwrap_or_default() as usize;
    let limit = query["limit"].as_u64().unwrap() as usize;
    let mut page = String::from("[");
    for number in skip..total.min(skip + limit) {
        let comma = if number == skip { "" } else { "," };
        write!(page, r#"{comma}{{"id":"{number:07}","value":{number}}}"#).unwrap();
    }
    page.push(']');
    page
}
