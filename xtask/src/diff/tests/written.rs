//! How a comparison reads.

use anstream::adapter::strip_str;
use serde_json::{Value, json};

use super::document;
use crate::diff::Comparison;
use crate::diff::render::{Format, render};

fn sample() -> Comparison {
    let make = |version: &str, id: &str, limit: u32, summary: &str| {
        document(
            version,
            &json!({
                "paths": { "/users": { "get": {
                    "operationId": id,
                    "summary": summary,
                    "parameters": [{ "in": "query", "name": "limit", "schema": { "type": "integer", "maximum": limit } }],
                } } },
            }),
        )
    };
    let (base, revision) = (
        make("0.1.0", "list_users", 10, "List the users"),
        make("0.1.1", "list_all_users", 20, "List all `users`"),
    );
    Comparison::new(&base, &revision).expect("both documents are sound")
}

#[test]
fn text_says_what_why_and_what_to_do() {
    insta::assert_snapshot!(strip_str(&render(&sample(), Format::Text)));
}

#[test]
fn text_has_colour_for_a_terminal() {
    assert!(render(&sample(), Format::Text).contains("\u{1b}["));
}

#[test]
fn markdown_sorts_by_level() {
    insta::assert_snapshot!(render(&sample(), Format::Markdown));
}

#[test]
fn json_holds_everything() {
    insta::assert_snapshot!(render(&sample(), Format::Json));
}

#[test]
fn json_can_be_read_back() {
    let output: Value = serde_json::from_str(&render(&sample(), Format::Json)).expect("it is JSON");
    assert_eq!(output["changes"].as_array().map(Vec::len), Some(3));
}

#[test]
fn nothing_changed_reads_as_that() {
    let same = || document("0.1.0", &json!({}));
    let comparison = Comparison::new(&same(), &same()).expect("both documents are sound");
    insta::assert_snapshot!(strip_str(&render(&comparison, Format::Text)), @r"
    0.1.0 to 0.1.0: no changes

    nothing to release
    ");
}

/// What is shown of a value before and after.
fn shown(before: &str, after: &str) -> Vec<String> {
    let make = |summary: &str| {
        let operation = json!({ "operationId": "a", "summary": summary });
        document("1.0.0", &json!({ "paths": { "/a": { "get": operation } } }))
    };
    let comparison =
        Comparison::new(&make(before), &make(after)).expect("both documents are sound");
    let text = strip_str(&render(&comparison, Format::Text)).to_string();
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| line.starts_with("before") || line.starts_with("after"));
    lines.map(|line| line[7..].to_owned()).collect()
}

#[test]
fn of_long_values_the_part_that_differs_is_shown() {
    let long = "é".repeat(300);
    let [before, after] = &*shown(&format!("{long} one"), &format!("{long} two")) else {
        panic!("one change is shown");
    };
    assert_eq!(*before, format!("…{} one", "é".repeat(19)));
    assert_eq!(*after, format!("…{} two", "é".repeat(19)));
}

#[test]
fn of_values_that_differ_early_the_beginning_is_shown() {
    let rest = "x".repeat(300);
    let lines = shown(&format!("one {rest}"), &format!("two {rest}"));
    assert_eq!(lines[0], format!("one {}…", "x".repeat(96)));
}

#[test]
fn white_space_is_shown_where_nothing_else_differs() {
    assert_eq!(shown("a b", "a\nb"), [r#""a b""#, r#""a\nb""#]);
}

#[test]
fn many_operations_are_counted_after_the_first() {
    let paths = |required: bool| {
        let body = json!({ "required": required, "content": {} });
        let paths: serde_json::Map<_, _> = (0..9)
            .map(|n| {
                let operation =
                    json!({ "operationId": format!("make_{n}"), "requestBody": { "$ref": "#/components/requestBodies/All" } });
                (format!("/{n}"), json!({ "post": operation }))
            })
            .collect();
        document(
            "1.0.0",
            &json!({ "paths": paths, "components": { "requestBodies": { "All": body } } }),
        )
    };
    let comparison =
        Comparison::new(&paths(false), &paths(true)).expect("both documents are sound");
    let text = render(&comparison, Format::Text);
    assert!(
        text.contains("(request of make_0, make_1, make_2, make_3 and 5 more)"),
        "{text}"
    );
}
