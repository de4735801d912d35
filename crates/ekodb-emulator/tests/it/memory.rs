//! The memory of the process: it does not grow with its collections, and no request takes more than
//! its bound.
#![cfg(target_os = "linux")]

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::process::{Process, Session};

const FEW: usize = 10_000;
const MANY: usize = 100_000;

/// What the larger store may take more, its cache of pages included.
const ALLOWANCE: usize = 64 * 1024 * 1024;

/// How many records are inserted at once.
const BATCH: usize = 10_000;

impl Session {
    /// Sends a body that is written already, and reads the reply piece by piece; gives its status.
    async fn status_of(&self, method: Method, path: &str, body: &str) -> StatusCode {
        let request = self.request(method, path).body(body.to_owned());
        let mut response = request.send().await.unwrap();
        while response.chunk().await.unwrap().is_some() {}
        response.status()
    }

    /// Asks, and reads the reply piece by piece; gives its length.
    async fn length(&self, path: &str, accept: &str, body: &Value) -> usize {
        let request = self.request(Method::POST, path).header("accept", accept);
        let mut response = request.json(body).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let mut length = 0;
        while let Some(piece) = response.chunk().await.unwrap() {
            length += piece.len();
        }
        length
    }
}

/// The peak of a process that opens so many records and answers each kind of query over all of
/// them.
async fn peak(count: usize) -> usize {
    let home = tempfile::tempdir().unwrap();
    let process = Process::start(home.path());
    let session = Session::of(&process).await;
    for first in (0..count).step_by(BATCH) {
        let inserts: Vec<_> = (first..first + BATCH)
            .map(|n| json!({ "data": { "n": n, "kind": n % 10, "a": 1, "b": 2, "c": 3, "d": 4 } }))
            .collect();
        session
            .length(
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
        let length = session.length("/api/find/t", accept, &json!({})).await;
        assert!(length > count * 100, "{accept}: {length}");
    }
    let last = json!({ "sort": [{ "field": "n", "ascending": false }], "limit": 100 });
    session
        .length("/api/find/t", "application/json", &last)
        .await;
    session
        .length("/api/distinct/t/kind", "application/json", &json!({}))
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

const MIB: usize = 1024 * 1024;

/// What the README says of one request, and of one of a caller without a token.
const REQUEST_BOUND: usize = 640 * MIB;
const JOIN_BOUND: usize = 192 * MIB;
const TRANSACTIONS_BOUND: usize = 256 * MIB;
const STRANGERS_BOUND: usize = 128 * MIB;

/// A list of so many small objects, in five to ten bytes each.
fn objects(count: usize) -> String {
    let objects = vec![r#"{"a":1}"#; count].join(",");
    format!("[{objects}]")
}

/// A process with a data directory of its own, and a client of it.
async fn start() -> (TempDir, Process, Session) {
    let home = tempfile::tempdir().unwrap();
    let process = Process::start(home.path());
    let session = Session::of(&process).await;
    (home, process, session)
}

impl Process {
    fn has_stayed_within(&self, bound: usize) {
        let peak = self.peak_memory();
        assert!(peak < bound, "{peak} bytes");
    }
}

#[tokio::test]
async fn bodies_of_many_small_values_stay_within_the_bound() {
    let (_home, process, session) = start().await;
    let post = async |path: &str, body: &str| session.status_of(Method::POST, path, body).await;

    // Four megabytes: as text they are within the limit, as values they are not.
    let (many, some) = (objects(500_000), objects(100_000));
    let record = |id: &str, list: &str| format!(r#"{{"id":"{id}","list":{list}}}"#);
    assert_eq!(post("/api/insert/t", &record("many", &many)).await, 413);
    assert_eq!(post("/api/insert/t", &record("some", &some)).await, 201);
    let filter = |list: &str| {
        format!(
            r#"{{"filter":{{"type":"Condition","content":{{"field":"list","operator":"Eq","value":{list}}}}}}}"#
        )
    };
    assert_eq!(post("/api/find/t", &filter(&many)).await, 413);
    for find in ["{}", r#"{"sort":[{"field":"list","ascending":true}]}"#] {
        assert_eq!(post("/api/find/t", find).await, 200, "{find}");
    }
    let update = format!(r#"{{"list":{some}}}"#);
    let updated = session.status_of(Method::PUT, "/api/update/t/some", &update);
    assert_eq!(updated.await, 200);
    let got = session.status_of(Method::GET, "/api/find/t/some", "");
    assert_eq!(got.await, 200);
    process.has_stayed_within(REQUEST_BOUND);
}

#[tokio::test]
async fn a_record_does_not_grow_beyond_the_bound() {
    let (_home, process, session) = start().await;
    let record = format!(r#"{{"id":"1","list":{}}}"#, objects(100_000));
    let inserted = session.status_of(Method::POST, "/api/insert/t", &record);
    assert_eq!(inserted.await, 201);
    let append = format!(r#"{{"field":"list","value":{}}}"#, objects(150_000));
    let path = "/api/update/t/1/action/append";
    let mut statuses = Vec::new();
    for _ in 0..2 {
        statuses.push(session.status_of(Method::PUT, path, &append).await);
    }
    assert_eq!(statuses.last().unwrap(), &StatusCode::BAD_REQUEST);
    process.has_stayed_within(REQUEST_BOUND);
}

#[tokio::test]
async fn a_join_with_many_matches_stays_within_the_bound() {
    let (_home, process, session) = start().await;
    let text = "x".repeat(2000);
    for (name, count) in [("left", 200), ("right", 500)] {
        let inserts: Vec<_> = (0..count)
            .map(|n| json!({ "data": { "key": 1, "n": n, "text": text } }))
            .collect();
        let path = format!("/api/batch/insert/{name}");
        let body = json!({ "inserts": inserts });
        session.length(&path, "application/json", &body).await;
    }
    let join = |names: Vec<&str>| {
        let join = json!({
            "collections": names, "local_field": "key", "foreign_field": "key", "as_field": "others",
        });
        json!({ "join": join })
    };
    for accept in ["application/json", "application/msgpack"] {
        let body = join(vec!["right"]);
        let length = session.length("/api/find/left", accept, &body).await;
        assert!(length > 200 * 500 * 2000, "{accept}: {length}");
    }
    // Named many times, a collection is as many.
    let post = async |names| {
        let body = join(names).to_string();
        session
            .status_of(Method::POST, "/api/find/left", &body)
            .await
    };
    assert_eq!(post(vec!["right"; 100]).await, 400);
    assert_eq!(post(vec!["right"; 101]).await, 400);
    process.has_stayed_within(JOIN_BOUND);
}

/// Fourteen texts of 15 MB: more than a sort or `distinct` may hold.
#[tokio::test]
async fn a_sort_and_the_values_of_distinct_stay_within_the_bound() {
    let (_home, process, session) = start().await;
    let text = "x".repeat(15_000_000);
    let post = async |path: &str, body: &str| session.status_of(Method::POST, path, body).await;
    for n in 0..14 {
        let record = format!(r#"{{"id":"{n}","text":"{n:02}{text}"}}"#);
        assert_eq!(post("/api/insert/t", &record).await, 201);
    }
    let sort = r#"{"sort":[{"field":"text","ascending":true}]}"#;
    assert_eq!(post("/api/find/t", sort).await, 400);
    let first = r#"{"sort":[{"field":"text","ascending":true}],"limit":1}"#;
    assert_eq!(post("/api/find/t", first).await, 200);
    assert_eq!(post("/api/distinct/t/text", "{}").await, 400);
    assert_eq!(post("/api/distinct/t/id", "{}").await, 200);
    process.has_stayed_within(REQUEST_BOUND);
}

#[tokio::test]
async fn keys_of_the_key_value_store_stay_within_the_bound() {
    let (_home, process, session) = start().await;
    let post = async |path: &str, body: &str| session.status_of(Method::POST, path, body).await;
    let value = |value: &str| format!(r#"{{"value":{value}}}"#);
    assert_eq!(
        post("/api/kv/set/many", &value(&objects(500_000))).await,
        413
    );
    assert_eq!(
        post("/api/kv/set/some", &value(&objects(100_000))).await,
        200
    );
    // Named many times, a key is as many.
    let keys = |count| format!(r#"{{"keys":[{}]}}"#, vec![r#""some""#; count].join(","));
    assert_eq!(post("/api/kv/batch/get", &keys(2)).await, 200);
    assert_eq!(post("/api/kv/batch/get", &keys(20_000)).await, 400);
    assert_eq!(post("/api/kv/find", "{}").await, 200);
    let link = format!(r#"{{"metadata":"{}"}}"#, "x".repeat(600_000));
    for (id, status) in [("1", 200), ("2", 400), ("1", 200)] {
        let path = format!("/api/kv/some/links/t/{id}");
        assert_eq!(post(&path, &link).await, status, "{id}");
    }
    process.has_stayed_within(REQUEST_BOUND);
}

#[tokio::test]
async fn open_transactions_stay_within_the_bound() {
    let (_home, process, session) = start().await;
    let post = async |path: &str, body: &str| session.status_of(Method::POST, path, body).await;
    let begin = async || {
        let request = session.request(Method::POST, "/api/transactions");
        let reply = request.json(&json!({})).send().await.unwrap();
        let begun: Value = reply.json().await.unwrap();
        begun["transaction_id"].as_str().unwrap().to_owned()
    };
    let record = |id: usize| format!(r#"{{"id":"{id}","list":{}}}"#, objects(80_000));
    assert_eq!(post("/api/insert/t", &record(0)).await, 201);
    let mut open = Vec::new();
    let mut refused = 0;
    for _ in 0..6 {
        let id = begin().await;
        let insert = format!("/api/insert/t?transaction_id={id}");
        let find = format!("/api/find/t/0?transaction_id={id}");
        for n in 1..3 {
            refused += usize::from(post(&insert, &record(n)).await == 413);
        }
        let got = session.status_of(Method::GET, &find, "").await;
        refused += usize::from(got == 413);
        open.push(id);
    }
    assert!(refused > 6, "{refused}");
    process.has_stayed_within(REQUEST_BOUND + TRANSACTIONS_BOUND);
    for id in open {
        let path = format!("/api/transactions/{id}/rollback");
        assert_eq!(post(&path, "{}").await, 200);
    }
    // What they held is free again.
    let insert = format!("/api/insert/t?transaction_id={}", begin().await);
    assert_eq!(post(&insert, &record(1)).await, 201);
}

/// Callers without a token send what they like: long bodies, long heads, methods of their own.
#[tokio::test]
async fn callers_without_a_token_hold_little() {
    let home = tempfile::tempdir().unwrap();
    let process = Process::start(home.path());
    let address = process.url.strip_prefix("http://").unwrap();
    let mut open = Vec::new();
    for number in 0..120 {
        let path = ["/api/auth/token", "/api/insert/t", "/nowhere"][number % 3];
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             content-length: 15000000\r\n\r\n"
        );
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        // It may be cut off: that is what bounds it.
        let _ = stream.write_all(&vec![b'x'; 10 * MIB]).await;
        open.push(stream);
    }
    for number in 0..60 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = format!(
            "M{number} / HTTP/1.1\r\nhost: localhost\r\nx: {}",
            "y".repeat(MIB)
        );
        let _ = stream.write_all(head.as_bytes()).await;
        open.push(stream);
    }
    process.has_stayed_within(STRANGERS_BOUND);
}
