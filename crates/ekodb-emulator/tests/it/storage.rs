//! A disk that is full, and a data directory that is changed under a running emulator.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;

use reqwest::{Method, StatusCode};
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::{Value, json};

use crate::process::{KEY, Process, Session};
use crate::support::http;

impl Session {
    async fn ask(&self, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
        let request = self.request(method, path).json(&body);
        let reply = request.send().await.unwrap();
        let status = reply.status();
        (status, reply.json().await.unwrap())
    }

    async fn insert(&self, id: &str, text: &str) -> (StatusCode, Value) {
        let body = json!({ "id": id, "text": text });
        self.ask(Method::POST, "/api/insert/t", body).await
    }

    async fn ids(&self) -> Vec<String> {
        let (status, found) = self.ask(Method::POST, "/api/find/t", json!({})).await;
        assert_eq!(status, 200, "{found}");
        let records = found.as_array().unwrap().iter();
        let ids = records.map(|record| record["id"].as_str().unwrap().to_owned());
        ids.collect()
    }

    async fn health(&self) -> (Value, Value) {
        let (_, health) = self.ask(Method::GET, "/api/health", json!({})).await;
        let capacity = &health["capacity"]["can_accept_requests"];
        (health["status"].clone(), capacity.clone())
    }
}

/// Lets no file of a process become longer than this; what is within it stays writable.
fn limit_files(process: &Process, bytes: Option<u64>) {
    let pid = Pid::from_raw(i32::try_from(process.id()).unwrap()).unwrap();
    let limit = Rlimit {
        current: bytes,
        maximum: None,
    };
    prlimit(Some(pid), Resource::Fsize, limit).unwrap();
}

fn length(directory: &Path) -> u64 {
    let file = directory.join("emulator.redb");
    fs::metadata(file).unwrap().len()
}

/// Fills the disk of a process, looks at it meanwhile, and gives it room again.
async fn fill_and_recover(durability: &str, share: f64) {
    let home = tempfile::tempdir().unwrap();
    let process = Process::start_with(home.path(), &["--durability", durability]);
    let session = Session::of(&process).await;
    assert_eq!(session.insert("first", "").await.0, 201);
    assert_eq!(session.health().await, (json!("ok"), json!(true)));

    limit_files(&process, Some((length(home.path()) as f64 * share) as u64));
    let text = "x".repeat(20_000);
    let mut stored = vec!["first".to_owned()];
    let mut refused = 0;
    for number in 0..60 {
        let id = format!("full-{number}");
        match session.insert(&id, &text).await {
            (StatusCode::CREATED, _) => stored.push(id),
            (status, body) => {
                assert_eq!(status, 507, "{body}");
                let error = body["error"].as_str().unwrap();
                assert!(error.contains("disk is full"), "{error}");
                refused += 1;
                assert_eq!(session.health().await, (json!("degraded"), json!(false)));
            }
        }
    }
    assert!(refused > 20, "{refused}");
    assert_eq!(session.ids().await, stored, "reads are answered meanwhile");

    limit_files(&process, None);
    let (status, body) = session.insert("last", &text).await;
    assert_eq!(status, 201, "{body}");
    assert_eq!(session.health().await, (json!("ok"), json!(true)));
    stored.push("last".to_owned());
    assert_eq!(session.ids().await, stored);

    // A refused write has not been applied: it is not there after a crash either.
    if durability == "immediate" {
        process.kill();
        let process = Process::start(home.path());
        assert_eq!(Session::of(&process).await.ids().await, stored);
    }
}

#[tokio::test]
async fn a_full_disk_refuses_writes_until_there_is_room() {
    fill_and_recover("immediate", 1.0).await;
    fill_and_recover("relaxed", 1.0).await;
}

#[tokio::test]
async fn a_disk_that_takes_no_write_within_the_file_refuses_writes_until_it_does() {
    fill_and_recover("immediate", 0.5).await;
}

#[tokio::test]
async fn a_removed_or_replaced_directory_is_noticed_at_the_next_write() {
    let home = tempfile::tempdir().unwrap();
    let (directory, elsewhere) = (home.path().join("data"), home.path().join("elsewhere"));
    let process = Process::start(&directory);
    let session = Session::of(&process).await;
    assert_eq!(session.insert("1", "").await.0, 201);

    let refused = async |what: &str| {
        let (status, body) = session.insert(what, "").await;
        assert_eq!(status, 507, "{what}: {body}");
        let error = body["error"].as_str().unwrap();
        assert!(error.contains("removed or replaced"), "{what}: {error}");
        assert_eq!(session.health().await.0, "degraded", "{what}");
    };
    fs::rename(&directory, &elsewhere).unwrap();
    refused("moved").await;
    fs::create_dir(&directory).unwrap();
    fs::copy(
        elsewhere.join("emulator.redb"),
        directory.join("emulator.redb"),
    )
    .unwrap();
    refused("replaced").await;
    fs::remove_dir_all(&directory).unwrap();
    fs::rename(&elsewhere, &directory).unwrap();
    assert_eq!(session.insert("2", "").await.0, 201);
    fs::remove_dir_all(&directory).unwrap();
    refused("removed").await;
    assert_eq!(session.ids().await, ["1", "2"]);
}

/// A snapshot is of the store as it was open.
#[tokio::test]
async fn a_store_that_was_opened_again_has_no_snapshots() {
    let home = tempfile::tempdir().unwrap();
    let process = Process::start_with(home.path(), &["--control-routes"]);
    let session = Session::of(&process).await;
    let control = async |path: &str, body: Value| {
        let request = http().post(format!("{}/emulator/{path}", process.url));
        let request = request.bearer_auth(KEY).json(&body);
        request.send().await.unwrap().status()
    };
    // Room within the file, so that a commit fails at its pages and not at its length.
    assert_eq!(session.insert("1", &"x".repeat(200_000)).await.0, 201);
    for _ in 0..4 {
        let update = session.ask(Method::PUT, "/api/update/t/1", json!({ "text": "" }));
        assert_eq!(update.await.0, 200);
    }
    assert_eq!(control("snapshot", json!({})).await, 200);
    limit_files(&process, Some(8192));
    assert_eq!(session.insert("2", "").await.0, 507);
    limit_files(&process, None);
    assert_eq!(control("restore", json!({ "snapshot": 1 })).await, 404);
    assert_eq!(session.insert("3", "").await.0, 201);
    assert_eq!(session.ids().await, ["1", "3"]);
}
