//! Imports: each record is stored once or reported, however often the import is killed.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    process::{Command, Stdio},
};

use serde_json::{Value as Json, json};

use crate::support::{World, run, run_with};

/// The lines of the report of an import.
fn report(world: &World, file: &str) -> Vec<Json> {
    let report = world.read(&format!("{file}.refused.ndjson"));
    let lines = report.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("it is JSON"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_reported_with_its_line_and_stops_nothing_else() {
    let world = World::with_users().await;
    world.ok("collections create p --field age:Integer:required --field mail:String:unique");
    world.write(
        "p.ndjson",
        concat!(
            "{\"id\": \"1\", \"age\": 1, \"mail\": \"a\"}\n",
            "\n",
            "{\"id\": \"2\", \"age\": \"old\"}\n",
            "{broken\n",
            "[1]\n",
            "{\"id\": \"3\"}\n",
            "{\"id\": \"4\", \"age\": 4, \"mail\": \"a\"}\n",
            "{\"id\": \"1\", \"age\": 1}\n",
            "{\"id\": \"5\", \"age\": 5}\n",
        ),
    );
    let imported = world.run("import p.ndjson --json");
    assert_eq!(imported.code, Some(8), "{imported:?}");
    insta::assert_snapshot!(world.stable(&format!("{}{}", imported.stdout, imported.stderr)));
    let report = report(&world, "p.ndjson");
    let lines: BTreeSet<u64> = report
        .iter()
        .filter_map(|line| line["line"].as_u64())
        .collect();
    assert_eq!(lines, BTreeSet::from([3, 4, 5, 6, 7, 8]));
    let second = report
        .iter()
        .find(|line| line["line"] == 3)
        .expect("it is there");
    assert_eq!(second["record"], json!({"id": "2", "age": "old"}));
    let broken = report.iter().find(|line| line["line"] == 4);
    assert_eq!(broken.expect("it is there")["record"], "{broken");
    let ids: Vec<_> = world
        .records("p")
        .await
        .iter()
        .filter_map(|record| record.id().map(str::to_owned))
        .collect();
    assert_eq!(ids, ["1", "5"]);
    assert!(!world.path("p.ndjson.import-checkpoint").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_exists_is_refused_skipped_or_updated() {
    let world = World::with_users().await;
    world.write(
        "users.json",
        r#"[{"id": "ada", "age": 37}, {"id": "new", "age": 1}]"#,
    );
    let skipped = world.json("import users.json --if-exists skip --json");
    assert_eq!(
        skipped,
        json!({"stored": 1, "updated": 0, "skipped": 1, "refused": 0})
    );
    let updated = world.json("import users.json --if-exists update --json");
    assert_eq!(
        updated,
        json!({"stored": 0, "updated": 2, "skipped": 0, "refused": 0})
    );
    let ada = world.json("records get users ada --json");
    assert_eq!(
        ada,
        json!({"id": "ada", "age": 37, "name": "Ada", "status": "new"})
    );
    let refused = world.run("import users.json --json");
    assert_eq!(refused.code, Some(8), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn csv_is_read_by_the_schema() {
    let world = World::new().await;
    world.ok("collections create c --field zip:String --field price:Decimal --field n:Float");
    world.write(
        "c.csv",
        "id,zip,price,n,free,empty\n1,0123,1.50,2,true,\n2,99,3,0.5,\"a, b\",x\n",
    );
    world.ok("import c.csv");
    let records = world.json("records find c --sort id --json");
    assert_eq!(
        records,
        json!([
            {"id": "1", "zip": "0123", "price": "1.50", "n": 2.0, "free": true},
            {"id": "2", "zip": "99", "price": "3", "n": 0.5, "free": "a, b", "empty": "x"},
        ])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_refused_is_reported_with_its_cells() {
    let world = World::new().await;
    world.ok("collections create c --field n:Integer");
    let big = "123456789012345678901234";
    world.write("c.csv", format!("id,n\n1,2\n2\n3,{big}\n4,x,y\n"));
    world.fails("import c.csv", 8);
    let report = report(&world, "c.csv");
    let records: Vec<(&Json, &Json)> = report
        .iter()
        .map(|line| (&line["line"], &line["record"]))
        .collect();
    let expected = [
        (&json!(3), &json!(["2"])),
        (&json!(5), &json!(["4", "x", "y"])),
        (&json!(4), &json!({"id": "3", "n": big})),
    ];
    assert_eq!(records, expected);
    assert_eq!(world.ok("records count c"), "1\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn standard_input_is_imported_too() {
    let world = World::new().await;
    let import = world.command("import - notes --json");
    let imported = run_with(import, "{\"text\": \"a\"}\n{\"text\": \"b\"}\n");
    assert_eq!(imported.code, Some(0), "{imported:?}");
    assert_eq!(world.records("notes").await.len(), 2);
    let import = world.command("import - notes --format csv");
    let imported = run_with(import, "\u{feff}id,text\r\nc,\"x, y\"\r\n");
    assert_eq!(imported.code, Some(0), "{imported:?}");
    let import = world.command("import - notes --format json");
    assert_eq!(run_with(import, "[{\"id\": \"d\"}]").code, Some(0));
    let note = world.json("records get notes c --json");
    assert_eq!(note, json!({"id": "c", "text": "x, y"}));
    assert_eq!(world.records("notes").await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_of_another_file_or_server_is_not_followed() {
    let world = World::new().await;
    world.write("n.ndjson", "{\"n\": 1}\n");
    let checkpoint = json!({
        "url": world.client().base_url(), "collection": null, "format": "ndjson", "length": 1,
        "digest": "00000000-0000-0000-0000-000000000000", "run": "00000000-0000-0000-0000-000000000000",
        "done": {"offset": 0, "lines": 0}, "sent": 0, "report_bytes": 0,
        "counts": {"stored": 0, "updated": 0, "skipped": 0, "refused": 0},
    });
    world.write("n.ndjson.import-checkpoint", checkpoint.to_string());
    let refused = world.fails("import n.ndjson", 2);
    assert!(refused.contains("the file has changed since"), "{refused}");
    world.ok("import n.ndjson --restart");
    assert_eq!(world.records("n").await.len(), 1);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_pipe_is_read_once_and_whole() {
    let world = World::new().await;
    let lines: String = (0..5000)
        .map(|n| format!("{}\n", json!({"id": n.to_string(), "n": n})))
        .collect();
    assert!(
        lines.len() > 1 << 16,
        "it is longer than what a file is told by"
    );
    let import = world.command("import /dev/stdin piped --format ndjson -q");
    let imported = run_with(import, &lines);
    assert_eq!(
        (imported.code, imported.stdout.as_str()),
        (Some(0), "5000\n")
    );
    let import = world.command("import /dev/stdin rows --format csv -q");
    let imported = run_with(import, "id,n\n1,2\n3,4\n");
    assert_eq!((imported.code, imported.stdout.as_str()), (Some(0), "2\n"));
}

/// The records of a large import: with ids and without, and one in a thousand that is refused.
fn file(count: usize) -> String {
    let mut text = String::new();
    for n in 0..count {
        let line = match n % 1000 {
            500 => format!("{{\"n\": \"no number {n}\"}}"),
            _ if n % 2 == 0 => format!("{{\"id\": \"r{n}\", \"n\": {n}}}"),
            _ => format!("{{\"n\": {n}}}"),
        };
        writeln!(text, "{line}").expect("a string takes it");
    }
    text
}

/// Kills an import once its checkpoint has passed a place in the file. Returns whether it was still
/// running.
fn kill_after(world: &World, mut command: Command, bytes: u64) -> bool {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    tokio::task::block_in_place(|| {
        loop {
            if child.try_wait().expect("it can be waited for").is_some() {
                return false;
            }
            let checkpoint = std::fs::read(world.path("big.ndjson.import-checkpoint"));
            let sent = checkpoint
                .ok()
                .and_then(|text| serde_json::from_slice::<Json>(&text).ok())
                .and_then(|checkpoint| checkpoint["sent"].as_u64());
            if sent.is_some_and(|sent| sent >= bytes) {
                child.kill().expect("it can be killed");
                child.wait().expect("it can be waited for");
                return true;
            }
            std::thread::yield_now();
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_of_100_000_records_that_is_killed_ten_times_stores_each_once() {
    const COUNT: usize = 100_000;
    let world = World::new().await;
    world.ok("collections create big --field n:Integer:required");
    let text = file(COUNT);
    world.write("big.ndjson", &text);
    let import = || world.command("import big.ndjson --json");
    for kill in 1..=10 {
        // Where the batches end does not matter: a checkpoint is passed somewhere in each part.
        let place = text.len() * kill / 11;
        assert!(
            kill_after(&world, import(), place as u64),
            "it ended before kill {kill}"
        );
    }
    let last = run(import());
    assert_eq!(last.code, Some(8), "{last:?}");
    let counts: Json = serde_json::from_str(&last.stdout).expect("it is JSON");
    assert_eq!(
        (&counts["stored"], &counts["refused"]),
        (&json!(99_900), &json!(100)),
        "{last:?}"
    );

    let report = report(&world, "big.ndjson");
    let refused: Vec<u64> = report
        .iter()
        .filter_map(|line| line["line"].as_u64())
        .collect();
    let expected: Vec<u64> = (0..100).map(|n| n * 1000 + 501).collect();
    assert_eq!(refused, expected);

    let export = world.ok("export big");
    let mut seen = BTreeSet::new();
    for line in export.lines() {
        let record: Json = serde_json::from_str(line).expect("it is JSON");
        let n = record["n"].as_u64().expect("it has a number");
        if n.is_multiple_of(2) {
            assert_eq!(record["id"], format!("r{n}"));
        }
        assert!(seen.insert(n), "{n} is stored twice");
    }
    assert_eq!(seen.len(), 99_900);
}
