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
