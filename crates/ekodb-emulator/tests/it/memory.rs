//! The memory of the process does not grow with its collections.
#![cfg(target_os = "linux")]

use reqwest::Client;
use serde_json::{Value, json};

use crate::process::Process;
use crate::support::http;

const FEW: usize = 10_000;
const MANY: usize = 100_000;

/// What the larger store may take more, its cache of pages included.
const ALLOWANCE: usize = 64 * 1024 * 1024;

/// How many records are inserted at once.
const BATCH: usize = 10_000;

/// One client of a process.
struct Session {
    http: Client,
    url: String,
    token: String,
}

impl Session {
    async fn of(process: &Process) -> Self {
        let http = http();
        Self {
            token: process.token(&http).await,
            url: process.url.clone(),
            http,
        }
    }

    /// Asks, and reads the reply piece by piece; gives its length.
    async fn ask(&self, path: &str, accept: &str, body: &Value) -> usize {
        let request = self.http.post(format!("{}{path}", self.url));
        let request = request.bearer_auth(&self.token).header("accept", accept);
        let mut response = request.json(body).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let mut length = 0;
        while let Some(piece) = response.chunk().await.unwrap() {
            length += piece.len();
        }
        length
    }
}

/// The peak of a process that opens so many records and answers each kind of query over all of them.
async fn peak(count: usize) -> usize {
    let home = tempfile::tempdir().unwrap();
    let process = Process::start(home.path());
    let session = Session::of(&process).await;
    for first in (0..count).step_by(BATCH) {
        let inserts: Vec<_> = (first..first + BATCH)
            .map(|n| json!({ "data": { "n": n, "kind": n % 10, "a": 1, "b": 2, "c": 3, "d": 4 } }))
            .collect();
        session
            .ask(
                "/api/batch/insert/t",
                "application/json",
                &json!({ "inserts": inserts }),
            )
            .await;
    }
    process.kill();

    let process = Process::start(home.path());
    let session = Session::of(&process).await;
    for accept in ["application/json", "application/msgpack"] {
        let length = session.ask("/api/find/t", accept, &json!({})).await;
        assert!(length > count * 100, "{accept}: {length}");
    }
    let last = json!({ "sort": [{ "field": "n", "ascending": false }], "limit": 100 });
    session.ask("/api/find/t", "application/json", &last).await;
    session
        .ask("/api/distinct/t/kind", "application/json", &json!({}))
        .await;
    process.peak_memory()
}

#[tokio::test]
async fn memory_stays_while_collections_grow() {
    let (few, many) = (peak(FEW).await, peak(MANY).await);
    assert!(
        many < few + ALLOWANCE,
        "{few} bytes for {FEW} records, {many} for {MANY}"
    );
}
