//! A process that is killed in the middle of commits leaves each transaction applied as a whole or
//! not at all, and its status says which.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::process::{Process, Session};

const WRITERS: usize = 4;

/// How often the process is killed, unless `EKODB_EMULATOR_KILLS` says otherwise.
const KILLS: usize = 100;

/// How many records each transaction has in each of two collections.
const RECORDS: usize = 3;

/// The transactions whose commit was sent: their names, and whether the reply came.
type Sent = Arc<Mutex<BTreeMap<String, (String, bool)>>>;

impl Session {
    /// The body of a success; `None` once the process is gone.
    async fn success(&self, method: Method, path: &str, body: Value) -> Option<Value> {
        let request = self.request(method, &format!("/api/{path}"));
        let reply = request.json(&body).send().await.ok()?;
        let status = reply.status();
        let body = reply.json().await.ok()?;
        assert!(status.is_success(), "{path}: {status} {body}");
        Some(body)
    }
}

/// Commits transactions until the process is gone.
async fn write(
    caller: Session,
    name: String,
    sent: Sent,
    progress: Arc<(AtomicUsize, Notify)>,
) -> Option<()> {
    for n in 0.. {
        let begun = caller
            .success(Method::POST, "transactions", json!({}))
            .await?;
        let id = begun["transaction_id"].as_str().unwrap().to_owned();
        let name = format!("{name}-{n}");
        for collection in ["one", "two"] {
            let inserts: Vec<_> = (0..RECORDS)
                .map(|n| json!({ "data": { "id": format!("{name}-{n}"), "of": name } }))
                .collect();
            let path = format!("batch/insert/{collection}?transaction_id={id}");
            caller
                .success(Method::POST, &path, json!({ "inserts": inserts }))
                .await?;
        }
        sent.lock()
            .unwrap()
            .insert(id.clone(), (name.clone(), false));
        caller
            .success(
                Method::POST,
                &format!("transactions/{id}/commit"),
                json!({}),
            )
            .await?;
        sent.lock().unwrap().insert(id, (name, true));
        progress.0.fetch_add(1, Ordering::Relaxed);
        progress.1.notify_one();
    }
    None
}

#[tokio::test]
async fn a_kill_during_commits_leaves_all_or_nothing_of_each() {
    let kills = match std::env::var("EKODB_EMULATOR_KILLS") {
        Ok(number) => number.parse().expect("EKODB_EMULATOR_KILLS is a number"),
        Err(_) => KILLS,
    };
    let home = tempfile::tempdir().unwrap();
    let mut process = Process::start(home.path());
    let caller = Session::of(&process).await;
    for collection in ["one", "two"] {
        let path = format!("insert/{collection}");
        caller
            .success(Method::POST, &path, json!({}))
            .await
            .unwrap();
    }
    let mut unanswered = 0;
    for round in 0..kills {
        let caller = Session::of(&process).await;
        let (sent, progress) = (
            Sent::default(),
            Arc::new((AtomicUsize::new(0), Notify::new())),
        );
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let name = format!("r{round}-w{writer}");
            writers.spawn(write(
                caller.clone(),
                name,
                Arc::clone(&sent),
                Arc::clone(&progress),
            ));
        }
        // Another moment each time, counted in commits.
        while progress.0.load(Ordering::Relaxed) < 1 + round * 7 % 20 {
            progress.1.notified().await;
        }
        process.kill();
        while writers.join_next().await.is_some() {}
        process = Process::start(home.path());
        let sent = sent.lock().unwrap().clone();
        unanswered += sent.values().filter(|(_, answered)| !answered).count();
        compare(&Session::of(&process).await, &format!("r{round}-"), &sent).await;
    }
    assert!(
        unanswered > 0,
        "no kill came between a commit and its reply"
    );
}

async fn compare(caller: &Session, prefix: &str, sent: &BTreeMap<String, (String, bool)>) {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for collection in ["one", "two"] {
        let condition = json!({ "field": "id", "operator": "StartsWith", "value": prefix });
        let query = json!({ "filter": { "type": "Condition", "content": condition } });
        let records = caller
            .success(Method::POST, &format!("find/{collection}"), query)
            .await
            .unwrap();
        for record in records.as_array().unwrap() {
            let of = record["of"]["value"].as_str().unwrap().to_owned();
            *found.entry(of).or_default() += 1;
        }
    }
    for (id, (name, answered)) in sent {
        let records = found.remove(name).unwrap_or_default();
        assert!(
            records == 0 || records == 2 * RECORDS,
            "{name} has {records} records"
        );
        assert!(
            records > 0 || !answered,
            "{name} was acknowledged and is not there"
        );
        let request = caller.request(Method::GET, &format!("/api/transactions/{id}"));
        let status = request.send().await.unwrap();
        if records == 0 {
            assert_eq!(status.status(), 404, "{name} was not applied");
        } else {
            let status: Value = status.json().await.unwrap();
            assert_eq!(status["state"], "Committed", "{name} was applied");
        }
    }
    assert!(
        found.is_empty(),
        "records of transactions that were not committed: {found:?}"
    );
}
