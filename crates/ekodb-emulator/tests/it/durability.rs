//! What was acknowledged is there after the process was killed, and nothing is torn.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::process::{KEY, Process};
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

/// Stores records one after the other for a second, each followed by other requests for a while.
/// Returns how many.
async fn write_for_a_second(process: &Process, pause: Duration) -> usize {
    let http = http();
    let token = process.token(&http).await;
    let begun = Instant::now();
    let mut stored = 0;
    while begun.elapsed() < Duration::from_secs(1) {
        let request = http.post(format!("{}/api/insert/t", process.url));
        let request = request.bearer_auth(&token);
        let reply = request.json(&json!({ "id": stored.to_string() })).send();
        assert_eq!(reply.await.unwrap().status(), 201);
        stored += 1;
        let paused = Instant::now();
        while paused.elapsed() < pause {
            let health = http.get(format!("{}/api/health", process.url));
            health.send().await.unwrap();
        }
    }
    stored
}

#[tokio::test]
async fn relaxed_writes_reach_the_disk_in_time_under_a_trickle_a_stream_and_a_flood() {
    for (what, pause) in [("a trickle", 100), ("a stream", 10), ("a flood", 0)] {
        let home = tempfile::tempdir().unwrap();
        let process = Process::start_with(home.path(), &["--durability", "relaxed"]);
        let stored = write_for_a_second(&process, Duration::from_millis(pause)).await;
        process.kill();
        let http = http();
        let process = Process::start(home.path());
        let token = process.token(&http).await;
        let request = http.post(format!("{}/api/find/t", process.url));
        let request = request.bearer_auth(&token).json(&json!({}));
        let found: Vec<Value> = request.send().await.unwrap().json().await.unwrap();
        let ids = found.iter().map(|record| record["id"].as_str().unwrap());
        let ids: Vec<usize> = ids.map(|id| id.parse().unwrap()).collect();
        // What is lost is the last of them, never one in between.
        assert_eq!(ids, (0..ids.len()).collect::<Vec<_>>(), "{what}");
        assert!(!ids.is_empty(), "{what}: all of {stored} were lost");
    }
}

#[tokio::test]
async fn tokens_are_expired_on_disk_before_the_reply() {
    let home = tempfile::tempdir().unwrap();
    for _ in 0..5 {
        let http = http();
        let process = Process::start_with(home.path(), &["--control-routes"]);
        let token = process.token(&http).await;
        let expire = http.post(format!("{}/emulator/tokens/expire", process.url));
        let expired = expire.bearer_auth(KEY).send().await.unwrap();
        assert_eq!(expired.status(), 204);
        process.kill();
        let process = Process::start(home.path());
        let list = http.get(format!("{}/api/collections", process.url));
        let listed = list.bearer_auth(&token).send().await.unwrap();
        assert_eq!(listed.status(), 401);
        process.kill();
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
