//! `cargo xtask spec`.

use crate::{GOOD, Repository, SPEC};

/// A repository whose document is released, and then changed.
fn changed(from: &str, to: &str) -> Repository {
    let root = Repository::new(GOOD);
    root.ok("spec release");
    change(&root, from, to);
    root
}

fn change(root: &Repository, from: &str, to: &str) {
    let before = root.read(SPEC);
    let after = before.replacen(from, to, 1);
    assert_ne!(after, before, "the change has found its place");
    root.write(SPEC, after);
}

#[test]
fn a_breaking_change_without_a_new_version_ends_with_1() {
    let root = changed("operationId: get_thing", "operationId: read_thing");
    let run = root.ends("spec diff", 1);
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn a_breaking_change_with_a_new_version_ends_with_0() {
    let root = changed("operationId: get_thing", "operationId: read_thing");
    change(&root, "version: 0.1.0", "version: 0.2.0");
    root.ends("spec diff", 0);
}

#[test]
fn a_compatible_change_ends_with_0() {
    let root = changed(
        "required: true\n        content",
        "required: false\n        content",
    );
    root.ends("spec diff", 0)
        .stdout_has("request-body-became-optional");
}

#[test]
fn a_base_that_is_not_there_ends_with_2() {
    let root = Repository::new(GOOD);
    root.ends("spec diff 0.9.0", 2)
        .stderr_has("`0.9.0` is neither a released version nor a file");
}

#[test]
fn an_unknown_format_ends_with_2() {
    let root = Repository::new(GOOD);
    root.ends("spec diff --format xml", 2);
}

#[test]
fn a_document_that_is_no_yaml_ends_with_2() {
    let root = changed("openapi: 3.0.3", "openapi: [");
    root.ends("spec diff", 2);
}

#[test]
fn colours_are_for_terminals_only() {
    let root = changed("operationId: get_thing", "operationId: read_thing");
    assert!(!root.run("spec diff").stdout.contains('\u{1b}'));
}

#[test]
fn the_formats_are_text_json_and_markdown() {
    let root = changed("operationId: get_thing", "operationId: read_thing");
    let written = |format: &str| root.run(&format!("spec diff --format {format}")).stdout;
    assert_eq!(written("text"), root.run("spec diff").stdout);
    assert!(written("markdown").starts_with("# The contract from 0.1.0 to 0.1.0"));
    let json: serde_json::Value = serde_json::from_str(&written("json")).unwrap();
    assert_eq!(json["changes"][0]["rule"], "operation-id-changed");
}

#[test]
fn a_release_that_needs_a_higher_version_ends_with_1_and_writes_nothing() {
    let root = changed("operationId: get_thing", "operationId: read_thing");
    change(&root, "version: 0.1.0", "version: 0.1.1");
    root.ends("spec release", 1)
        .stdout_has("Write `version: 0.2.0` or higher");
    assert!(!root.path("spec/releases/ekodb-0.1.1.yaml").exists());
}

#[test]
fn a_document_with_faults_is_not_released() {
    let root = Repository::new(&GOOD.replace("x-ekodb-privilege: read", "x-ekodb-privilege: some"));
    let run = root.ends("spec release", 1);
    run.stderr_has("x-ekodb-privilege");
    run.stdout_has("nothing was released");
    assert!(!root.path("spec/releases").exists());
}

#[test]
fn json_is_json_however_it_ends() {
    let json = |root: &Repository, base: &str, code| -> serde_json::Value {
        let run = root.ends(&format!("spec diff --format json{base}"), code);
        serde_json::from_str(&run.stdout).unwrap()
    };
    let error = |value: &serde_json::Value| value["error"].as_str().unwrap().to_owned();
    let root = Repository::new(GOOD);
    let value = json(&root, "", 0);
    assert_eq!(value["changes"].as_array().unwrap().len(), 0);
    let value = json(&root, " 9.9.9", 2);
    assert!(error(&value).contains("9.9.9"), "{value}");
    let root = changed("openapi: 3.0.3", "openapi: 3.1.0");
    let value = json(&root, "", 2);
    assert!(error(&value).contains("only versions 3.0.x"), "{value}");
    let root = changed("operationId: get_thing", "operationId: read_thing");
    let value = json(&root, "", 1);
    assert_eq!(value["changes"][0]["rule"], "operation-id-changed");
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_cannot_be_written_is_an_error() {
    let root = Repository::new(GOOD);
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["spec", "diff", "spec/ekodb.yaml", "--root"])
        .arg(root.path(""))
        .current_dir(root.path(""))
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("the report cannot be written"), "{said}");
}
