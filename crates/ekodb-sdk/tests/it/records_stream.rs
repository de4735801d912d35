//! Streams, however long.

use std::{
    fmt::Write,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use ekodb_client::Client;
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use tokio::runtime::{Builder, Runtime};

use crate::support::{Reply, Request, Server, client};

/// How many records the client asks for at a time.
const PAGE: u64 = 500;

const FEW: u64 = 10_000;
const MANY: u64 = 1_000_000;

/// Four bytes for each of the many records, and several times what two pages take: the buffers of
/// the socket differ from run to run, but whatever is kept of every record exceeds it by an order
/// of magnitude.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
struct Reading {
    value: u64,
}

#[test]
fn a_million_records_stream_in_the_memory_that_ten_thousand_take() {
    let pages = Arc::new(AtomicUsize::new(0));
    let served = Arc::clone(&pages);
    // On threads of its own, so that what the server allocates is not counted.
    let serving = Runtime::new().unwrap();
    let server = serving.block_on(Server::with_tokens(move |request| {
        served.fetch_add(1, Ordering::SeqCst);
        Reply::json(200, page(request))
    }));
    let client = client(&server);
    for (total, requests) in [(FEW, 21), (MANY, 2_001)] {
        pages.store(0, Ordering::SeqCst);
        let peak = peak_bytes(&client, total, &pages);
        assert_eq!(pages.load(Ordering::SeqCst), requests);
        assert!(peak < MOST_BYTES, "{peak} bytes for {total} records");
    }
}

/// Reads so many records, and checks that no more than two pages are held at a time. Returns the
/// most memory that this thread had in use.
fn peak_bytes(client: &Client, total: u64, pages: &AtomicUsize) -> u64 {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let readings = client
        .collection(format!("readings_{total}"))
        .typed::<Reading>();
    let read = async {
        let stream = readings.find().stream();
        stream
            .try_fold(0, async |next, reading| {
                assert_eq!(reading.value, next, "a record is missing or came twice");
                // The page that is read, and at most the one after it.
                let held = pages.load(Ordering::SeqCst) as u64 - next / PAGE;
                assert!(held <= 2, "{held} pages are held at record {next}");
                Ok(next + 1)
            })
            .await
    };
    let mut count = 0;
    let memory = allocation_counter::measure(|| count = runtime.block_on(read).unwrap());
    assert_eq!(count, total);
    memory.bytes_max
}

/// The page that is asked for, of a collection whose name ends with its number of records. None of
/// them is stored.
fn page(request: &Request) -> String {
    let total = request.target.rsplit('_').next().unwrap();
    let total: usize = total.parse().unwrap();
    let query: Json = request.json();
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
