//! What was acknowledged is there after the process was killed, and nothing is torn.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use reqwest::Client;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::process::Process;
use crate::support::http;

/// How many writers share the commits.
const WRITERS: usize = 8;

/// How often the process is killed, unless `EKODB_EMULATOR_KILLS` says otherwise.
const KILLS: usize = 50;

/// What the server has said yes to: the value of each record by its id.
type Acknowledged = Arc<Mutex<BTreeMap<String, u64>>>;

/// Stores records and changes each once, until the server is gone.
async fn write(
    (url, token, http): (String, String, Client),
    names: impl Iterator<Item = String>,
    acknowledged: Acknowledged,
    progress: Arc<(AtomicUsize, Notify)>,
) {
    for id in names {
        for n in [1, 2] {
            let (method, path, body) = match n {
                1 => (
                    reqwest::Method::POST,
                    "insert/t".to_owned(),
                    json!({ "id": id, "n": n, "twin": n }),
                ),
                _ => (
                    reqwest::Method::PUT,
                    format!("update/t/{id}"),
                    json!({ "n": n, "twin": n }),
                ),
            };
            let request = http.request(method, format!("{url}/api/{path}"));
            match request.bearer_auth(&token).json(&body).send().await {
                Ok(reply) if reply.status().is_success() => {
                    acknowledged.lock().unwrap().insert(id.clone(), n);
                    progress.0.fetch_add(1, Ordering::Relaxed);
                    progress.1.notify_one();
                }
                _ => return,
            }
        }
    }
}

#[tokio::test]
async fn an_acknowledged_write_survives_the_kill_of_the_process() {
    let kills = match std::env::var("EKODB_EMULATOR_KILLS") {
        Ok(number) => number.parse().expect("EKODB_EMULATOR_KILLS is a number"),
        Err(_) => KILLS,
    };
    let home = tempfile::tempdir().unwrap();
    let acknowledged = Acknowledged::default();
    for round in 0..kills {
        let http = http();
        let process = Process::start(home.path());
        let token = process.token(&http).await;
        let progress = Arc::new((AtomicUsize::new(0), Notify::new()));
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            writers.spawn(write(
                (process.url.clone(), token.clone(), http.clone()),
                (0..).map(move |n| format!("{round}-{writer}-{n}")),
                Arc::clone(&acknowledged),
                Arc::clone(&progress),
            ));
        }
        // Another moment each time, counted in acknowledged writes.
        while progress.0.load(Ordering::Relaxed) < 5 + round * 13 % 60 {
            progress.1.notified().await;
        }
        process.kill();
        while writers.join_next().await.is_some() {}
        let expected = acknowledged.lock().unwrap().clone();
        compare(home.path(), &expected).await;
    }
}

/// Every acknowledged write is there; one that was under way may be, but whole.
async fn compare(directory: &Path, acknowledged: &BTreeMap<String, u64>) {
    let http = http();
    let server = Process::start(directory);
    let token = server.token(&http).await;
    let config = http
        .put(format!("{}/api/config", server.url))
        .bearer_auth(&token);
    let plain = json!({ "use_typed_values": false });
    assert!(
        config
            .json(&plain)
            .send()
            .await
            .unwrap()
            .status()
            .is_success()
    );
    let request = http
        .post(format!("{}/api/find/t", server.url))
        .bearer_auth(&token);
    let reply = request.json(&json!({})).send().await.unwrap();
    let found: Vec<Value> = reply.json().await.unwrap();
    let mut stored = BTreeMap::new();
    for record in &found {
        assert_eq!(record["n"], record["twin"], "torn: {record}");
        stored.insert(
            record["id"].as_str().unwrap().to_owned(),
            record["n"].as_u64().unwrap(),
        );
    }
    assert_eq!(stored.len(), found.len(), "an id is there twice");
    for (id, n) in acknowledged {
        let kept = stored.get(id).copied();
        assert!(
            kept >= Some(*n),
            "{id} was acknowledged as {n} and is {kept:?}"
        );
    }
    let details = http
        .get(format!("{}/api/collections/t", server.url))
        .bearer_auth(&token);
    let details: Value = details.send().await.unwrap().json().await.unwrap();
    assert_eq!(
        details["record_count"],
        found.len(),
        "the count is what is there"
    );
}
