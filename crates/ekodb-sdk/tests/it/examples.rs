//! The examples, run as a reader would run them.

use std::{
    path::PathBuf,
    process::{Command, Output, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::support::soon;

#[test]
fn the_quickstart_does_the_main_job() {
    let said = [
        "The limited key may not register another key",
        "the client fetched a new token by itself",
        "Deleted both collections and revoked 1 key",
    ];
    run("quickstart", &[], &said);
}

#[test]
fn crud_stores_reads_changes_and_deletes() {
    let said = [
        "Read it back: Assam at 12.90.",
        "Sold one: 9 are left, tagged [\"black\", \"sold\"].",
        "Deleted it",
        "The offer ends on",
    ];
    run("crud", &[], &said);
}

#[test]
fn query_filters_sorts_streams_and_joins() {
    let said = [
        "Grace is 85 and lives in New York.\nEdsger is 72",
        "3 match in all.",
        "They live in 5 cities.",
        "An order of 12.5 by Ada.",
    ];
    run("query", &[], &said);
}

#[test]
fn batch_import_accounts_for_every_record() {
    let said = [
        "Stored 4998 records; the server refused 2.",
        "The collection holds 4998 records.",
    ];
    run("batch_import", &[], &said);
}

#[test]
fn batch_import_reads_a_file_of_lines() {
    let file = std::env::temp_dir().join(format!("ekodb-import-{}.ndjson", std::process::id()));
    std::fs::write(&file, "{\"age\":1}\n{\"age\":2}\n{\"age\":-3}\n").unwrap();
    let said = "Stored 2 records; the server refused 1.";
    run("batch_import", &[file.to_str().unwrap()], &[said]);
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn multi_tenant_keeps_tenants_apart() {
    let said = [
        "It may not read the other clinic",
        "It may not rename a patient",
        "missing field `diagnosis`",
        "Revoked 2 keys.",
    ];
    run("multi_tenant", &[], &said);
}

#[test]
fn transfer_changes_both_accounts_or_neither() {
    let said = [
        "Ada has sent 30: Ada has 70, Grace has 30.",
        "the transfer ran 2 times.",
        "Ada has 40, Grace has 65.",
        "1000 are not sent: Ada has 40",
    ];
    run("transfer", &[], &said);
}

#[tokio::test]
async fn the_web_service_serves_until_it_is_told_to_stop() {
    let service = Service::start("web_service").await;
    let (http, url) = (&service.http, &service.url);
    let note = json!({ "author": "ada", "text": "hi" });
    let written = http.post(url).json(&note).send().await.unwrap();
    assert_eq!(written.status(), 201);
    let written: Value = written.json().await.unwrap();
    let one = format!("{url}/{}", written["id"].as_str().unwrap());

    let all: Value = get(http, &format!("{url}?author=ada")).await;
    assert_eq!(all, json!([note]));
    let none: Value = get(http, &format!("{url}?author=alan")).await;
    assert_eq!(none, json!([]));
    assert_eq!(get(http, &one).await, note);
    assert_eq!(http.delete(&one).send().await.unwrap().status(), 204);
    assert_eq!(http.get(&one).send().await.unwrap().status(), 404);

    service.stop().await;
}

#[tokio::test]
async fn the_sessions_service_keeps_sessions_until_they_log_out() {
    let service = Service::start("sessions").await;
    let (http, url) = (&service.http, &service.url);
    let login = http
        .post(url)
        .json(&json!({ "user": "ada" }))
        .send()
        .await
        .unwrap();
    assert_eq!(login.status(), 201);
    let login: Value = login.json().await.unwrap();
    let one = format!("{url}/{}", login["id"].as_str().unwrap());
    for requests in 1..=2 {
        let session = get(http, &one).await;
        assert_eq!(session, json!({ "user": "ada", "requests": requests }));
    }
    assert_eq!(get(http, url).await, json!({ "users": ["ada"] }));
    assert_eq!(http.delete(&one).send().await.unwrap().status(), 204);
    assert_eq!(http.get(&one).send().await.unwrap().status(), 404);
    assert_eq!(get(http, url).await, json!({ "users": [] }));
    service.stop().await;
}

/// An example that serves.
struct Service {
    child: tokio::process::Child,
    lines: tokio::io::Lines<BufReader<tokio::process::ChildStdout>>,
    url: String,
    http: reqwest::Client,
}

impl Service {
    async fn start(name: &str) -> Self {
        let mut child = tokio::process::Command::from(example(name))
            .env("PORT", "0")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = loop {
            let line = soon(lines.next_line()).await.unwrap().unwrap();
            // The address that it says to try, up to a query or an option.
            if let Some(rest) = line.trim().strip_prefix("curl ") {
                let rest = rest.trim_start_matches('\'');
                break rest.split(['?', ' ']).next().unwrap().to_owned();
            }
        };
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(30))
            .build()
            .unwrap();
        Self {
            child,
            lines,
            url,
            http,
        }
    }

    /// Interrupts it, and waits until it has ended in order.
    async fn stop(mut self) {
        if let (true, Some(pid)) = (cfg!(unix), self.child.id()) {
            let kill = Command::new("kill")
                .args(["-INT", &pid.to_string()])
                .status();
            assert!(kill.unwrap().success());
            assert!(soon(self.child.wait()).await.unwrap().success());
            // Other addresses to try come first.
            while let Some(line) = soon(self.lines.next_line()).await.unwrap() {
                if line == "Stopped." {
                    return;
                }
            }
            panic!("it did not say that it has stopped");
        }
    }
}

async fn get(http: &reqwest::Client, url: &str) -> Value {
    http.get(url).send().await.unwrap().json().await.unwrap()
}

/// Runs an example, which must succeed and say all of `expected`.
#[track_caller]
fn run(name: &str, arguments: &[&str], expected: &[&str]) {
    let Output {
        status,
        stdout,
        stderr,
    } = example(name).args(arguments).output().unwrap();
    let said = String::from_utf8(stdout).unwrap();
    let complaint = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "{status}\n{said}\n{complaint}");
    assert!(!said.contains("Unexpected"), "{said}");
    for text in expected {
        assert!(said.contains(text), "{text:?} is not in:\n{said}");
    }
}

/// An example with an emulator of its own. `cargo test` builds the examples beside the tests,
/// unless it is told which targets to build.
fn example(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let target = test.parent().and_then(|deps| deps.parent()).unwrap();
    let path: PathBuf = target
        .join("examples")
        .join(name)
        .with_extension(std::env::consts::EXE_EXTENSION);
    assert!(
        path.exists(),
        "build it first: cargo build -p ekodb-sdk --examples"
    );
    let mut command = Command::new(path);
    command
        .env_remove("EKODB_API_URL")
        .env_remove("EKODB_API_KEY");
    command
}
