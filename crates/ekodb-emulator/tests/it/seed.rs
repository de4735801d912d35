//! Data that an emulator begins with, or gets while it runs.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ekodb_emulator::{ErrorKind, Seed};
use serde::Serialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Admin, Server, builder};

/// A directory with these files.
fn directory(files: &[(&str, &str)]) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    for (name, content) in files {
        std::fs::write(home.path().join(name), content).unwrap();
    }
    home
}

/// A directory with one file, and the file.
fn file(name: &str, content: &str) -> (TempDir, PathBuf) {
    let home = directory(&[(name, content)]);
    let path = home.path().join(name);
    (home, path)
}

async fn found(admin: &Admin, collection: &str) -> Vec<Value> {
    let reply = admin.find(collection, json!({})).await;
    assert_eq!(reply.status, 200, "{:?}", reply.body);
    reply.body.as_array().unwrap().clone()
}

async fn names(admin: &Admin) -> Value {
    admin.get("/api/collections").await.body["collections"].clone()
}

/// The values of a field, in the order of insertion.
fn column(records: &[Value], field: &str) -> Vec<Value> {
    records.iter().map(|record| record[field].clone()).collect()
}

async fn refusal(server: &Server, seed: Seed) -> String {
    let error = server.emulator.seed(seed).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Seed);
    error.to_string()
}

const TAGGED: &str = r#"
{"collection": "users", "schema": {"fields": {"name": {"field_type": "String", "required": true}}}}
{"collection": "users", "record": {"id": "ada", "name": "Ada"}}

{"collection": "users", "record": {"name": "Grace"}}
{"collection": "empty"}
{"collection": "notes", "record": {"text": "no schema", "rank": 1}}
"#;

#[tokio::test]
async fn records_are_seeded_from_code() {
    #[derive(Serialize)]
    struct User {
        id: &'static str,
        age: u8,
    }

    let admin = Admin::plain().await;
    let users = [User { id: "ada", age: 36 }, User { id: "bob", age: 7 }];
    let seeded = admin.emulator.seed_records("users", users).await.unwrap();
    assert_eq!((seeded.collections, seeded.records), (1, 2));
    assert_eq!(
        found(&admin, "users").await,
        [
            json!({ "id": "ada", "age": 36 }),
            json!({ "id": "bob", "age": 7 })
        ]
    );
}

#[tokio::test]
async fn an_emulator_answers_with_its_seeds_in_it() {
    let (_home, path) = file("first.ndjson", TAGGED);
    let more = Seed::records("users", [json!({ "id": "ada", "name": "Ada Lovelace" })]);
    let admin = Admin::start_with(builder().seed_file(path).seed(more)).await;
    let admin = admin.with_plain_values().await;
    let users = found(&admin, "users").await;
    assert_eq!(column(&users, "name"), ["Ada Lovelace", "Grace"]);
    assert_eq!(names(&admin).await, json!(["empty", "notes", "users"]));
}

#[tokio::test]
async fn an_emulator_with_a_bad_seed_does_not_start() {
    let seed = Seed::records("users", [1]);
    let error = builder().seed(seed).start().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Seed);
}

#[tokio::test]
async fn seeding_twice_gives_the_same_state() {
    let admin = Admin::plain().await;
    let mut states = Vec::new();
    for _ in 0..2 {
        let seeded = admin.emulator.seed(Seed::ndjson(TAGGED)).await.unwrap();
        assert_eq!((seeded.collections, seeded.records), (3, 3));
        let schema = admin.get("/api/schemas/users").await.body;
        let details = admin.get("/api/collections/users").await.body;
        states.push((
            found(&admin, "users").await,
            found(&admin, "notes").await,
            names(&admin).await,
            schema,
            details,
        ));
    }
    assert_eq!(states[0], states[1]);
    assert_eq!(states[0].0.len(), 2);
}

#[tokio::test]
async fn seeding_again_puts_back_what_was_changed_and_keeps_the_rest() {
    let admin = Admin::plain().await;
    let seed = Seed::records("users", [json!({ "id": "ada", "name": "Ada" })]);
    admin.emulator.seed(seed.clone()).await.unwrap();
    let change = json!({ "name": "Eve", "more": true });
    let changed = admin.update("users/ada", change).await;
    assert_eq!(changed.status, 200);
    let own = json!({ "id": "own", "name": "Own" });
    assert_eq!(admin.post("/api/insert/users", own).await.status, 201);
    admin.emulator.seed(seed).await.unwrap();
    assert_eq!(
        found(&admin, "users").await,
        [
            json!({ "id": "ada", "name": "Ada" }),
            json!({ "id": "own", "name": "Own" })
        ]
    );
}

#[tokio::test]
async fn a_record_without_an_id_gets_one_made_of_its_collection_and_content() {
    let lines = r#"
{"collection": "a", "record": {"x": {"one": 1, "two": [2]}, "y": null}}
{"collection": "a", "record": {"y": null, "x": {"two": [2], "one": 1}}}
{"collection": "a", "record": {"x": {"one": "1", "two": [2]}, "y": null}}
{"collection": "b", "record": {"x": {"one": 1, "two": [2]}, "y": null}}
"#;
    let mut runs = Vec::new();
    for _ in 0..2 {
        let admin = Admin::plain().await;
        admin.emulator.seed(Seed::ndjson(lines)).await.unwrap();
        let (a, b) = (found(&admin, "a").await, found(&admin, "b").await);
        assert_eq!((a.len(), b.len()), (2, 1), "alike is one record");
        runs.push([column(&a, "id"), column(&b, "id")].concat());
    }
    assert_eq!(runs[0], runs[1]);
    let mut different = runs[0].clone();
    different.sort_by_key(Value::to_string);
    different.dedup();
    assert_eq!(different.len(), 3, "{different:?}");
    assert!(different.iter().all(|id| id.as_str().unwrap().len() == 86));
}

#[tokio::test]
async fn the_id_may_have_the_name_that_the_schema_gives_it() {
    let admin = Admin::plain().await;
    let lines = r#"
{"collection": "users", "schema": {"fields": {"name": {"field_type": "String"}}, "primary_key_alias": "login"}}
{"collection": "users", "record": {"login": "ada", "name": "Ada"}}
"#;
    admin.emulator.seed(Seed::ndjson(lines)).await.unwrap();
    let users = found(&admin, "users").await;
    assert_eq!(users, [json!({ "login": "ada", "name": "Ada" })]);
}

#[tokio::test]
async fn another_schema_than_the_one_that_is_there_is_refused() {
    let admin = Admin::plain().await;
    let with = |kind: &str| {
        let schema = json!({ "fields": { "n": { "field_type": kind } } });
        Seed::ndjson(json!({ "collection": "t", "schema": schema }).to_string())
    };
    admin.emulator.seed(with("Integer")).await.unwrap();
    admin.emulator.seed(with("Integer")).await.unwrap();
    let refusal = refusal(&admin, with("String")).await;
    assert!(
        refusal.contains("line 1: Collection 't' has another schema already; delete it first"),
        "{refusal}"
    );
    let schema = admin.get("/api/schemas/t").await.body;
    assert_eq!(schema["fields"]["n"]["field_type"], "Integer");
}

#[tokio::test]
async fn the_times_and_version_that_a_schema_comes_with_make_it_no_other() {
    let admin = Admin::plain().await;
    admin.collection("users").await;
    let schema = admin.get("/api/schemas/users").await.body;
    let line = json!({ "collection": "users", "schema": schema }).to_string();
    admin.emulator.advance(Duration::from_secs(3600));
    admin.emulator.seed(Seed::ndjson(line)).await.unwrap();
}

#[tokio::test]
async fn a_schema_without_fields_is_that_of_a_collection_without_one() {
    let admin = Admin::plain().await;
    let line = r#"{"collection": "t", "schema": {"fields": {}}}"#;
    for _ in 0..2 {
        admin.emulator.seed(Seed::ndjson(line)).await.unwrap();
    }
    assert_eq!(names(&admin).await, json!(["t"]));
}

#[tokio::test]
async fn a_json_file_has_collections_with_or_without_a_schema() {
    let admin = Admin::plain().await;
    // With the members in the order of their names, the schema stands behind the records.
    let content = r#"{
        "plain": [{"id": "1", "n": 1}],
        "strict": {
            "records": [{"id": "2", "n": "3"}],
            "schema": {"fields": {"n": {"field_type": "Decimal"}}}
        },
        "none": {}
    }"#;
    let (_home, path) = file("anything.json", content);
    let seeded = admin.emulator.seed(Seed::path(path)).await.unwrap();
    assert_eq!((seeded.collections, seeded.records), (3, 2));
    assert_eq!(found(&admin, "plain").await, [json!({ "id": "1", "n": 1 })]);
    let schema = admin.get("/api/schemas/strict").await.body;
    assert_eq!(schema["fields"]["n"]["field_type"], "Decimal");
    assert_eq!(names(&admin).await, json!(["none", "plain", "strict"]));
}

#[tokio::test]
async fn a_directory_has_files_named_after_collections_and_files_that_name_them() {
    let admin = Admin::plain().await;
    let home = directory(&[
        (
            "users.json",
            r#"[{"id": "ada", "name": "A"}, {"id": "b", "name": "B"}]"#,
        ),
        ("notes.ndjson", "{\"id\": \"1\"}\r\n\n{\"id\": \"2\"}"),
        ("events.jsonl", "\u{feff}{\"id\": \"e\"}\n"),
        ("tagged.ndjson", TAGGED),
        ("README.md", "passed over"),
    ]);
    std::fs::create_dir(home.path().join("inner.json")).unwrap();
    let seeded = admin.emulator.seed(Seed::path(home.path())).await.unwrap();
    assert_eq!((seeded.collections, seeded.records), (4, 8));
    assert_eq!(
        names(&admin).await,
        json!(["empty", "events", "notes", "users"])
    );
    let users = found(&admin, "users").await;
    assert_eq!(users.len(), 3, "{users:?}");
}

#[tokio::test]
async fn what_cannot_be_seeded_is_refused_with_its_place_and_reason() {
    let admin = Admin::plain().await;
    for (name, content, expected) in [
        (
            "a.ndjson",
            "{\"id\": \"1\"}\n{\"id\": \"2\", }",
            "a.ndjson, line 2, column 13: trailing comma",
        ),
        ("a.ndjson", "[]", "a.ndjson, line 1"),
        (
            "a.ndjson",
            "{\"n\": 1}\n{\"collection\": \"t\", \"record\": {}}",
            "line 2: the line names its collection and the first one does not",
        ),
        (
            "a.ndjson",
            "{\"collection\": \"t\"}\n{\"record\": {}}",
            "line 2: 'collection' is missing",
        ),
        (
            "a.ndjson",
            "{\"collection\": \"a__ek0_b\", \"record\": {}}",
            "line 1: Invalid collection name",
        ),
        (
            "a.ndjson",
            "{\"id\": \"1\", \"ttl\": \"soon\"}",
            "line 1: Invalid ttl",
        ),
        (
            "a.json",
            "[{\"id\": \"1\"},\n {\"id\": 2}\n]",
            "a.json, line 2: Invalid id",
        ),
        (
            "a.json",
            "{\"t\": [1]}",
            "a.json, line 1, column 9: invalid type: integer `1`, expected a record",
        ),
        (
            "a.json",
            "{\"t\": {\"schema\": {},\n \"rows\": []}}",
            "line 2: unknown member 'rows' of collection 't'",
        ),
        (
            "a.json",
            "{\"t\":\n {\"schema\": {}}}",
            "line 2: Schema must contain at least one field",
        ),
        ("a.json", "7", "expected an object of collections"),
        ("a.json", "{\"t\": []", "EOF while parsing an object"),
        ("a.json", "{}{}", "trailing characters"),
        (
            "a.csv",
            "",
            "a.csv: the name of the file must end in .json, .ndjson or .jsonl",
        ),
    ] {
        let (_home, path) = file(name, content);
        let refusal = refusal(&admin, Seed::path(path)).await;
        assert!(refusal.starts_with("cannot seed from "), "{refusal}");
        assert!(refusal.contains(expected), "{content}: {refusal}");
    }
    let home = directory(&[("a.txt", "")]);
    let empty = refusal(&admin, Seed::path(home.path())).await;
    assert!(empty.contains("there is no .json, .ndjson"), "{empty}");
    let missing = refusal(&admin, Seed::path(home.path().join("b.json"))).await;
    assert!(missing.contains("b.json: "), "{missing}");
    let number = refusal(&admin, Seed::records("t", [json!({}), json!(1)])).await;
    assert!(
        number.contains("record 2 of t: it is no object"),
        "{number}"
    );
}

#[tokio::test]
async fn a_record_that_its_schema_refuses_is_named_by_its_line() {
    let admin = Admin::plain().await;
    let schema = r#"{"collection": "t", "schema": {"fields":
        {"n": {"field_type": "Integer", "required": true, "unique": true}}}}"#
        .replace('\n', "");
    for (record, expected) in [
        (
            r#"{"n": "x"}"#,
            "line 3: Type mismatch for field 'n': expected Integer, got String",
        ),
        (r#"{"m": 1}"#, "line 3: "),
        (
            r#"{"id": "twin", "n": 1}"#,
            "line 3: Unique constraint violation for field 'n'",
        ),
    ] {
        let lines = format!(
            "{schema}\n{}\n{}\n",
            r#"{"collection": "t", "record": {"n": 1}}"#,
            format_args!(r#"{{"collection": "t", "record": {record}}}"#)
        );
        let refusal = refusal(&admin, Seed::ndjson(lines)).await;
        assert!(refusal.contains(expected), "{refusal}");
    }
}

#[tokio::test]
async fn a_seed_that_is_refused_stores_nothing() {
    let admin = Admin::plain().await;
    let before = Seed::records("users", [json!({ "id": "ada", "name": "before" })]);
    admin.emulator.seed(before).await.unwrap();
    let lines = format!("{TAGGED}{{\"collection\": \"late\", \"record\": 1}}");
    let lines = lines.replace(
        r#"{"collection": "users", "schema""#,
        r#"{"collection": "staff", "schema""#,
    );
    let refusal = refusal(&admin, Seed::ndjson(lines)).await;
    assert!(refusal.ends_with("; nothing of this seed was stored"));
    assert_eq!(names(&admin).await, json!(["users"]));
    assert_eq!(
        found(&admin, "users").await,
        [json!({ "id": "ada", "name": "before" })]
    );
}

#[tokio::test]
async fn members_of_a_schema_that_the_api_does_not_have_are_refused_unless_loose() {
    let line = r#"{"collection": "t", "schema": {"fields": {"n": {"field_type": "Integer", "uniqe": true}}}}"#;
    let admin = Admin::plain().await;
    let refusal = refusal(&admin, Seed::ndjson(line)).await;
    assert!(refusal.contains("unknown member"), "{refusal}");
    assert!(refusal.contains("uniqe"), "{refusal}");
    Server::start_with(builder().loose(true).seed(Seed::ndjson(line))).await;
}

#[tokio::test]
async fn a_seeded_record_lives_as_long_as_it_says() {
    let admin = Admin::plain().await;
    let records = [
        json!({ "id": "brief", "ttl": "1h" }),
        json!({ "id": "kept" }),
    ];
    admin.emulator.seed_records("t", records).await.unwrap();
    assert_eq!(found(&admin, "t").await.len(), 2);
    admin.emulator.advance(Duration::from_secs(3601));
    let admin = admin.again().await;
    let left = found(&admin, "t").await;
    assert_eq!(column(&left, "id"), ["kept"]);
}

#[tokio::test]
async fn a_watcher_is_told_how_far_it_is_and_when_it_is_done() {
    let admin = Admin::plain().await;
    let lines: String = (0..1000).map(|n| format!("{{\"n\": {n}}}\n")).collect();
    let (_home, path) = file("t.ndjson", &lines);
    let told = Arc::new(Mutex::new(Vec::new()));
    let watched = Arc::clone(&told);
    let seed = Seed::path(path).watch(move |progress| watched.lock().unwrap().push(progress));
    admin.emulator.seed(seed).await.unwrap();

    let told = told.lock().unwrap();
    let (last, before) = told.split_last().unwrap();
    assert!(last.done);
    assert_eq!((last.seeded.records, last.seeded.collections), (1000, 1));
    let length = lines.len() as u64;
    assert_eq!((last.bytes, last.total_bytes), (length, length));
    assert!(before.len() > 1);
    assert!(before.iter().all(|progress| !progress.done));
    assert!(before.is_sorted_by_key(|progress| progress.seeded.records));
}

#[tokio::test]
async fn a_seed_that_nobody_waits_for_any_more_stores_nothing() {
    let admin = Admin::plain().await;
    let (began, has_begun) = sync_channel(0);
    let (go_on, may_go_on) = sync_channel::<()>(1);
    let may_go_on = Mutex::new(may_go_on);
    let seed = Seed::records("given-up", (0..5000).map(|n| json!({ "n": n }))).watch(move |_| {
        // Both fail once the test has gone on.
        let _ = began.send(());
        let _ = may_go_on.lock().unwrap().recv();
    });
    {
        let mut seeding = std::pin::pin!(admin.emulator.seed(seed));
        assert!(is_pending(&mut seeding).await, "it is under way");
        has_begun.recv_timeout(Duration::from_secs(30)).unwrap();
    }
    drop(has_begun);
    drop(go_on);
    admin
        .emulator
        .seed_records("next", [json!({})])
        .await
        .unwrap();
    assert_eq!(names(&admin).await, json!(["next"]));
}

/// Polls a future once; whether it is still under way.
async fn is_pending(future: &mut (impl Future + Unpin)) -> bool {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(std::pin::Pin::new(&mut *future).poll(context).is_pending())
    })
    .await
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_is_not_read_further_than_needed() {
    let admin = Admin::plain().await;
    let (_home, path) = file("t.ndjson", "{\"id\": 1}\n");
    let sparse = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    // More than there is memory; it takes no room on the disk.
    sparse.set_len(1 << 40).unwrap();
    let refusal = refusal(&admin, Seed::path(path)).await;
    assert!(refusal.contains("line 1: Invalid id"), "{refusal}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_line_without_an_end_is_refused() {
    let admin = Admin::plain().await;
    let (_home, path) = file("t.ndjson", "{\"id\": \"1\"}\n");
    let sparse = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    sparse.set_len(1 << 40).unwrap();
    let refusal = refusal(&admin, Seed::path(path)).await;
    assert!(
        refusal.contains("line 2: the line is longer than"),
        "{refusal}"
    );
}

/// The command with these arguments and a path.
fn binary(arguments: &[&str], path: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ekodb-emulator"));
    command.env_clear().args(arguments).arg(path);
    command
}

fn errors(Output { stderr, .. }: &Output) -> String {
    String::from_utf8(stderr.clone()).unwrap()
}

#[cfg(unix)]
#[test]
fn the_command_says_what_it_has_seeded() {
    let home = directory(&[
        ("users.json", r#"[{"id": "ada"}]"#),
        ("notes.json", r#"[{"id": "1"}, {"id": "2"}]"#),
    ]);
    let output = binary(&["exec", "--seed"], home.path())
        .args(["--", "/bin/sh", "-c", "echo ran"])
        .output()
        .unwrap();
    assert_eq!(output.stdout, b"ran\n");
    let errors = errors(&output);
    let expected = format!(
        "seeded 3 records into 2 collections from {}\n",
        home.path().display()
    );
    assert!(errors.starts_with(&expected), "{errors}");
}

#[cfg(unix)]
#[test]
fn seeds_can_be_many_as_flags_and_in_the_environment() {
    let home = directory(&[
        ("a.json", r#"[{"id": "1"}]"#),
        ("b.json", "[{}, {\"n\": 1}]"),
    ]);
    let (a, b) = (home.path().join("a.json"), home.path().join("b.json"));
    let seeded = |mut command: Command| {
        let output = command.args(["--", "/bin/sh", "-c", ":"]).output().unwrap();
        assert!(output.status.success());
        let errors = errors(&output);
        let lines = errors.lines().filter(|line| line.starts_with("seeded "));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let expected = [
        format!("seeded 1 record into 1 collection from {}", a.display()),
        format!("seeded 2 records into 1 collection from {}", b.display()),
    ];

    let mut flags = binary(&["exec", "--seed"], &a);
    flags.arg("--seed").arg(&b);
    assert_eq!(seeded(flags), expected);

    let mut environment = Command::new(env!("CARGO_BIN_EXE_ekodb-emulator"));
    let both = format!("{},{}", a.display(), b.display());
    environment
        .env_clear()
        .env("EKODB_EMULATOR_SEED", both)
        .arg("exec");
    assert_eq!(seeded(environment), expected);
}

#[test]
fn the_command_does_not_start_with_a_bad_seed_and_says_where_it_is_bad() {
    let (_home, path) = file("users.ndjson", "{\"id\": \"1\"}\n{\"id\": 2}\n");
    let output = binary(&["--port", "0", "--seed"], &path).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let errors = errors(&output);
    assert!(
        errors.contains("users.ndjson, line 2: Invalid id"),
        "{errors}"
    );
    assert_eq!(errors.lines().count(), 1, "{errors}");
}
