//! Tables for people, JSON, NDJSON and CSV for programs.

use insta::assert_snapshot;
use serde_json::json;

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn each_format_prints_the_same_records() {
    let world = World::with_users().await;
    let mut texts = Vec::new();
    for format in ["table", "json", "ndjson", "csv"] {
        texts.push(world.ok(format!("records find users --sort id --output {format}")));
    }
    texts.push(world.ok("records get users cyd"));
    assert_snapshot!(texts.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_found_is_an_empty_table_list_or_document() {
    let world = World::with_users().await;
    let find = |format| world.ok(format!("records find users 'age > 1000' --output {format}"));
    assert_eq!(
        ["table", "json", "ndjson", "csv"].map(find),
        ["", "[]\n", "", "id\n"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn values_cannot_command_the_terminal_and_csv_is_quoted() {
    let world = World::new().await;
    let text = "a\u{1b}[31m,\"q\"\nend";
    world.seed("t", [json!({"id": "1", "text": text})]).await;
    assert_eq!(
        world.ok("records find t"),
        "ID  TEXT\n1   a\\u{1b}[31m,\"q\"\\nend\n"
    );
    let csv = world.ok("records find t --output csv");
    assert_eq!(csv, "id,text\n1,\"a\u{1b}[31m,\"\"q\"\"\nend\"\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_no_colour_but_on_a_terminal() {
    let world = World::with_users().await;
    let run = world.run("records find users");
    assert!(!run.stdout.contains('\u{1b}'), "{run:?}");
    let run = world.run("records get users absent");
    assert!(!run.stderr.contains('\u{1b}'), "{run:?}");
}
