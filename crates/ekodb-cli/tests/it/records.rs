//! Records, one or a few at a time.

use serde_json::json;

use crate::support::{World, run_with};

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_inserted_read_changed_counted_and_deleted() {
    let world = World::new().await;
    let id = world.ok(r#"records insert teas '{"name": "Assam", "price": {"type": "Decimal", "value": "3.50"}}' -q"#);
    let id = id.trim();
    let record = world.json(format!("records get teas {id} --json"));
    assert_eq!(record, json!({"id": id, "name": "Assam", "price": "3.50"}));
    // It is stored with its type, not as an object.
    let stored = &world.records("teas").await[0];
    assert!(matches!(
        stored.get("price"),
        Some(ekodb_client::Value::Decimal(_))
    ));

    let changed = world.json(format!(
        r#"records update teas {id} '{{"price": 4}}' --json"#
    ));
    assert_eq!(changed["name"], "Assam");
    let selected = world.json(format!("records get teas {id} --select name --json"));
    assert_eq!(selected, json!({"id": id, "name": "Assam"}));
    assert_eq!(world.ok("records count teas"), "1\n");
    world.ok(format!("records delete teas {id} --yes"));
    world.fails(format!("records get teas {id}"), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_records_come_from_a_file_or_from_standard_input() {
    let world = World::new().await;
    world.write(
        "users.json",
        r#"[{"id": "a", "n": 1}, {"id": "b", "n": 2}]"#,
    );
    assert_eq!(world.ok("records insert users @users.json -q"), "a\nb\n");
    let run = run_with(world.command("records insert users - -q"), r#"{"id": "c"}"#);
    assert_eq!(run.stdout, "c\n", "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_number_beyond_64_bits_is_refused_and_nothing_is_stored() {
    let world = World::new().await;
    let number = "123456789012345678901234";
    let record = format!(r#"{{"id": "a", "n": {number}}}"#);
    for error in [
        world.fails(format!("records insert t '{record}'"), 2),
        world.fails(format!("records update t a '{record}'"), 2),
        world.fails(format!("kv set k {number}"), 2),
        world.fails(format!("api POST /api/insert/t -d '{record}'"), 2),
    ] {
        assert!(
            error.contains(&format!("{number} has more than 64 bits")),
            "{error}"
        );
    }
    let error = world.fails(format!("records count t 'n = {number}'"), 2);
    assert!(error.contains("at most 64 bits"), "{error}");
    assert_eq!(world.emulator.token_requests(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_are_not_there_to_be_deleted_are_named() {
    let world = World::with_users().await;
    let one = world.fails("records delete users x --yes", 5);
    assert!(one.contains("Record not found"), "{one}");
    let some = world.fails("records delete users ada x y --yes", 5);
    assert_eq!(
        some,
        "deleted 1 record\nerror: there are no records `x`, `y`\n"
    );
    assert_eq!(world.ok("records count users"), "2\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_selects_and_sort_limit_and_skip_order() {
    let world = World::with_users().await;
    let ids = |options: &str| {
        let found = world.ok(format!("records find users --quiet {options}"));
        found
            .split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(r#"'age >= 18 and status in ("new", "open")'"#), ["ada"]);
    assert_eq!(ids(r#""tags contains 'x' or age < 10""#), ["bob", "cyd"]);
    assert_eq!(
        ids(r#""not (name starts_with 'A')" --sort -age"#),
        ["cyd", "bob"]
    );
    assert_eq!(ids("'tags is null' --sort name"), ["ada", "bob"]);
    assert_eq!(ids("--sort age --limit 1 --skip 1"), ["ada"]);
    assert_eq!(world.ok("records count users 'age > 10'"), "2\n");
    world.ok("records delete users --filter 'age > 10' --yes");
    assert_eq!(ids(""), ["bob"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_records_than_the_limit_are_mentioned_and_all_of_them_can_be_had() {
    let world = World::new().await;
    world
        .seed(
            "n",
            (0..1203).map(|n| json!({"id": format!("{n:04}"), "n": n})),
        )
        .await;
    let run = world.run("records find n --output ndjson");
    assert_eq!(run.stdout.lines().count(), 100);
    assert_eq!(
        run.stderr,
        "there are more than 100 records: add --all, or a larger --limit\n"
    );
    let all = world.run("records find n --all --json");
    let records: Vec<serde_json::Value> = serde_json::from_str(&all.stdout).expect("it is JSON");
    assert_eq!(records.len(), 1203);
    assert_eq!(all.stderr, "");
}
