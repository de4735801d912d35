//! The key-value store.

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::json;

use crate::support::{World, run, run_with};

#[tokio::test(flavor = "multi_thread")]
async fn a_value_comes_from_an_argument_a_file_or_standard_input_and_is_printed_as_json() {
    let world = World::new().await;
    world.write("value.json", r#"{"user": "ada", "roles": [1, null]}"#);
    for key in ["a", "odd/key é", "sessions:1"] {
        let set = run(world.command(format!("kv set '{key}' @value.json")));
        assert_eq!((set.code, set.stdout.as_str()), (Some(0), ""), "{set:?}");
        assert_eq!(set.stderr, format!("set the key {key}\n"));
        let value = world.json(format!("kv get '{key}'"));
        assert_eq!(value, json!({"user": "ada", "roles": [1, null]}), "{key}");
    }
    let run = run_with(world.command("kv set a -"), "[1.5, \"x\"]");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(world.ok("kv get a -o ndjson"), "[1.5,\"x\"]\n");
    assert_eq!(
        world.ok("kv get a -o csv"),
        "key,value\na,\"[1.5,\"\"x\"\"]\"\n"
    );
    world.ok("kv set a -5");
    assert_eq!(world.ok("kv get a"), "-5\n");
    // A null is a value.
    world.ok("kv set a null");
    assert_eq!(world.ok("kv get a"), "null\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn text_needs_no_quotes_where_it_is_asked_for() {
    let world = World::new().await;
    let refused = world.fails("kv set greeting hello", 2);
    assert!(refused.contains("add --text"), "{refused}");
    let absent = world.fails("kv set greeting @absent", 1);
    assert!(!absent.contains("--text"), "{absent}");
    world.ok(r#"kv set greeting 'hello "you"' --text"#);
    assert_eq!(world.ok("kv get greeting"), "\"hello \\\"you\\\"\"\n");
    assert_eq!(world.ok("kv get greeting --text"), "hello \"you\"\n");
    world.ok("kv set greeting 7");
    assert_eq!(world.ok("kv get greeting --text"), "7\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_expires_after_its_time_to_live_and_can_still_be_found() {
    let world = World::new().await;
    world.ok("kv set short 1 --ttl 90s");
    world.ok("kv set long 2 --ttl '1h 30m'");
    world.ok("kv set ever 3");
    world.emulator.advance(Duration::from_secs(91));
    world.fails("kv get short", 5);
    assert_eq!(world.ok("kv find -q"), "ever\nlong\n");
    assert_eq!(
        world.ok("kv find --include-expired -q"),
        "ever\nlong\nshort\n"
    );
    for wrong in ["0s", "90", "soon", "-1s"] {
        let option = format!("--ttl={wrong}");
        let message = world.fails(format!("kv set k 1 {option}"), 2);
        assert!(message.contains("--ttl"), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_found_by_a_pattern_in_their_order_up_to_a_limit() {
    let world = World::new().await;
    for (key, value) in [
        ("s:2", r#"{"user": "bob"}"#),
        ("s:1", r#""ada""#),
        ("s:3", "3"),
        ("other", "null"),
    ] {
        world.ok(format!("kv set {key} '{value}'"));
    }
    let mut shown = Vec::new();
    for format in ["table", "json", "ndjson", "csv"] {
        shown.push(world.ok(format!("kv find '^s:' -o {format}")));
    }
    assert_snapshot!(shown.join("\n"));
    let limited = world.run("kv find --limit 2 -q");
    assert_eq!(limited.stdout, "other\ns:1\n");
    let all = world.run("kv find --all -q");
    assert_eq!(all.stdout.lines().count(), 4);
    let more = world.run("kv find --limit 3").stderr;
    assert_eq!(
        more,
        "there are more than 3 keys: add --all, or a larger --limit\n"
    );
    assert_eq!(world.run("kv find --limit 4").stderr, "");
    let refused = world.fails("kv find '('", 1);
    assert!(refused.contains("unclosed group"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_or_several_are_deleted_and_what_was_not_there_is_named() {
    let world = World::new().await;
    for key in ["a", "b", "c", "d/e"] {
        world.ok(format!("kv set {key} 1"));
    }
    // Nobody can be asked.
    world.fails("kv delete a", 2);
    assert_eq!(world.run("kv delete a --yes").stderr, "deleted 1 key\n");
    let again = world.fails("kv delete a --yes", 5);
    assert_eq!(again, "error: there is no key `a`\n");
    let several = world.fails("kv delete a b c x --yes", 5);
    assert_eq!(
        several,
        "deleted 2 keys\nerror: there are no keys `a`, `x`\n"
    );
    world.ok("kv delete d/e --yes");
    assert_eq!(world.ok("kv find -q"), "");
    let absent = world.fails("kv get a", 5);
    assert_eq!(absent, "error: there is no key `a`\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_has_no_right_on_a_prefix_may_not_read_or_write_there() {
    let world = World::new().await;
    world.ok("kv set carts:1 1");
    let key = world.ok("keys register shop --kv-read sessions:,carts: --kv-write sessions: -q");
    let code = |line| world.run_as(&key, line).code;
    assert_eq!(code("kv set sessions:1 1"), Some(0));
    assert_eq!(code("kv get sessions:1"), Some(0));
    assert_eq!(code("kv get carts:1"), Some(0));
    assert_eq!(code("kv set carts:1 2"), Some(4));
    assert_eq!(code("kv delete carts:1 --yes"), Some(4));
    assert_eq!(code("kv get other:1"), Some(4));
}
