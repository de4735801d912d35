//! How fast the emulator is, compared with what it is made of, in one run.
//! `cargo bench -p ekodb-emulator --bench throughput`
//!
//! Figures are ratios, so that they mean something on another machine: inserts beside bare
//! transactions of redb on the same disk, reads beside a bare axum handler on the same cores. Then
//! a million records in a process of its own: what it takes to open them, to send them all, and the
//! memory that needs.
// The table is what the command is for.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use ekodb_emulator::Emulator;
use redb::{Database, TableDefinition};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tokio::task::JoinSet;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const KEY: &str = "key-of-the-throughput-bench";
const MILLION: usize = 1_000_000;
/// What a batch may have.
const BATCH: usize = 20_000;

#[tokio::main]
async fn main() -> Outcome<()> {
    let home = tempfile::tempdir()?;
    writes(home.path()).await?;
    reads().await?;
    a_million(home.path()).await
}

/// One record, as large as most.
fn record(n: usize) -> Value {
    json!({ "id": format!("id-{n}"), "n": n, "group": n % 1000, "name": format!("name of {n}"), "pad": "x".repeat(64) })
}

async fn writes(home: &Path) -> Outcome<()> {
    const TABLE: TableDefinition<'static, u64, &[u8]> = TableDefinition::new("bare");
    const BARE: u32 = 500;
    let database = Database::create(home.join("bare.redb"))?;
    let began = Instant::now();
    for n in 0..BARE {
        let transaction = database.begin_write()?;
        let bytes = serde_json::to_vec(&record(n as usize))?;
        transaction
            .open_table(TABLE)?
            .insert(u64::from(n), bytes.as_slice())?;
        transaction.commit()?;
    }
    let bare = rate(BARE as usize, began.elapsed());
    println!("durable inserts                           per second   of bare redb");
    row("bare redb, one transaction each", bare, bare);

    let directory = home.join("writes");
    let emulator = Emulator::builder().data_dir(&directory).start().await?;
    let session = Session::of(emulator.url(), emulator.admin_key()).await?;
    for writers in [1, 16, 64, 256] {
        let count = 300 + 20 * writers;
        let took = session
            .together(writers, count, move |session, n| async move {
                let record = record(writers * MILLION + n);
                session
                    .post("/api/insert/t", &record)
                    .await?
                    .bytes()
                    .await?;
                Ok(())
            })
            .await?;
        let name = format!("emulator, {writers} at once");
        row(&name, rate(count, took), bare);
    }
    emulator.shutdown().await;
    Ok(())
}

async fn reads() -> Outcome<()> {
    const COUNT: usize = 20_000;
    const READERS: usize = 16;
    let emulator = Emulator::builder().start().await?;
    let session = Session::of(emulator.url(), emulator.admin_key()).await?;
    session.post("/api/insert/t", &record(1)).await?;
    let reply = session.get("/api/find/t/id-1").await?.bytes().await?;

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let constant = Session {
        url: format!("http://{}", listener.local_addr()?),
        ..session.clone()
    };
    let handler = get(move || {
        let reply = reply.clone();
        async { ([("content-type", "application/json")], reply) }
    });
    let router = Router::new().route("/api/find/{collection}/{id}", handler);
    tokio::spawn(async { axum::serve(listener, router).await });

    println!("\nfinds by id, {READERS} at once                   per second   of bare axum");
    let mut bare = None;
    for (name, session) in [("bare axum, a constant", constant), ("emulator", session)] {
        let took = session
            .together(READERS, COUNT, |session, _| async move {
                session.get("/api/find/t/id-1").await?.bytes().await?;
                Ok(())
            })
            .await?;
        let rate = rate(COUNT, took);
        row(name, rate, *bare.get_or_insert(rate));
    }
    emulator.shutdown().await;
    Ok(())
}

async fn a_million(home: &Path) -> Outcome<()> {
    println!("\na million records                              seconds   records/s   peak MiB");
    let directory = home.join("million");
    let server = Server::start(&directory)?;
    let session = server.session().await?;
    let fields = json!({ "group": { "field_type": "Integer", "index": { "type": "btree" } } });
    session
        .post("/api/collections/t", &json!({ "fields": fields }))
        .await?;
    let began = Instant::now();
    for batch in 0..MILLION / BATCH {
        let inserts = (0..BATCH).map(|n| json!({ "data": record(batch * BATCH + n) }));
        let body = json!({ "inserts": inserts.collect::<Vec<_>>() });
        let reply = session.post("/api/batch/insert/t", &body).await?;
        reply.bytes().await?;
    }
    server.measured("inserted in batches", began.elapsed(), MILLION)?;
    let size = fs::metadata(directory.join("emulator.redb"))?.len();
    println!("{:<40} {:>9} MiB", "  the file", size >> 20);

    server.kill()?;
    let began = Instant::now();
    let server = Server::start(&directory)?;
    server.measured("opened after a kill", began.elapsed(), MILLION)?;
    server.stop()?;
    let began = Instant::now();
    let server = Server::start(&directory)?;
    server.measured("opened after a clean stop", began.elapsed(), MILLION)?;

    let session = server.session().await?;
    let by = |field: &str| json!([{ "field": field, "ascending": false }]);
    let equal = |field: &str, value: Value| json!({ "type": "Condition", "content": { "field": field, "operator": "Eq", "value": value } });
    for (name, query, accept, records) in [
        (
            "find by index: 1000",
            json!({ "filter": equal("group", json!(7)) }),
            "json",
            MILLION,
        ),
        (
            "find by scan: 1",
            json!({ "filter": equal("n", json!(7)) }),
            "json",
            MILLION,
        ),
        (
            "find, sorted, limit 10",
            json!({ "sort": by("n"), "limit": 10 }),
            "json",
            MILLION,
        ),
        ("find everything, JSON", json!({}), "json", MILLION),
        (
            "find everything, MessagePack",
            json!({}),
            "msgpack",
            MILLION,
        ),
        (
            "find everything, sorted",
            json!({ "sort": by("n") }),
            "json",
            MILLION,
        ),
    ] {
        let began = Instant::now();
        let request = session.http.post(format!("{}/api/find/t", session.url));
        let request = request
            .bearer_auth(&session.token)
            .header("accept", format!("application/{accept}"));
        let mut reply = request.json(&query).send().await?.error_for_status()?;
        while reply.chunk().await?.is_some() {}
        server.measured(name, began.elapsed(), records)?;
    }
    let began = Instant::now();
    let reply = session.post("/api/distinct/t/group", &json!({})).await?;
    reply.bytes().await?;
    server.measured("distinct: 1000 values", began.elapsed(), MILLION)?;
    server.stop()
}

fn rate(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

fn row(name: &str, rate: f64, bare: f64) {
    println!("{name:<40} {rate:>11.0} {:>13.2}x", rate / bare);
}

/// The command on a data directory.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(directory: &Path) -> Outcome<Self> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ekodb-emulator"))
            .env_clear()
            .args(["--port", "0", "--admin-key", KEY, "--data-dir"])
            .arg(directory)
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let out = child.stdout.take().ok_or("no output")?;
        std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line)?;
        let url = line
            .trim_end()
            .strip_prefix("ekodb-emulator is ready on ")
            .ok_or("it did not start")?
            .to_owned();
        Ok(Self { child, url })
    }

    async fn session(&self) -> Outcome<Session> {
        Session::of(&self.url, KEY).await
    }

    /// Prints how long something took, and the highest memory of the process so far.
    fn measured(&self, name: &str, took: Duration, records: usize) -> Outcome<()> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let peak = status.ok().and_then(|status| {
            let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        });
        let peak = peak.map_or_else(|| "unknown".to_owned(), |kib| (kib >> 10).to_string());
        let (seconds, rate) = (took.as_secs_f64(), rate(records, took));
        println!("{name:<40} {seconds:>13.3} {rate:>11.0} {peak:>10}");
        Ok(())
    }

    fn kill(mut self) -> Outcome<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    fn stop(mut self) -> Outcome<()> {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client with a token.
#[derive(Clone)]
struct Session {
    http: Client,
    url: String,
    token: String,
}

impl Session {
    async fn of(url: &str, key: &str) -> Outcome<Self> {
        let http = Client::builder().no_proxy().build()?;
        let request = http.post(format!("{url}/api/auth/token"));
        let reply: Value = request
            .json(&json!({ "api_key": key }))
            .send()
            .await?
            .json()
            .await?;
        Ok(Self {
            http,
            url: url.to_owned(),
            token: reply["token"].as_str().ok_or("no token")?.to_owned(),
        })
    }

    async fn get(&self, path: &str) -> Outcome<Response> {
        let request = self.http.get(format!("{}{path}", self.url));
        let reply = request.bearer_auth(&self.token).send().await?;
        Ok(reply.error_for_status()?)
    }

    async fn post(&self, path: &str, body: &Value) -> Outcome<Response> {
        let request = self.http.post(format!("{}{path}", self.url));
        let reply = request.bearer_auth(&self.token).json(body).send().await?;
        Ok(reply.error_for_status()?)
    }

    /// How long it takes so many tasks to do something so many times.
    async fn together<F: Future<Output = Outcome<()>> + Send>(
        &self,
        tasks: usize,
        count: usize,
        work: impl Fn(Self, usize) -> F + Copy + Send + Sync + 'static,
    ) -> Outcome<Duration> {
        let next = Arc::new(AtomicUsize::new(0));
        let began = Instant::now();
        let mut running = JoinSet::new();
        for _ in 0..tasks {
            let (session, next) = (self.clone(), Arc::clone(&next));
            running.spawn(async move {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= count {
                        return Outcome::Ok(());
                    }
                    work(session.clone(), n).await?;
                }
            });
        }
        while let Some(ended) = running.join_next().await {
            ended??;
        }
        Ok(began.elapsed())
    }
}
