//! `cargo xtask spec`.

use std::{fs, path::Path};

use tempfile::TempDir;

use crate::{GOOD, repository, stderr, stdout, xtask};

/// A repository whose document is released, and then changed.
fn changed(from: &str, to: &str) -> TempDir {
    let root = repository(GOOD);
    assert!(xtask(root.path(), &["spec", "release"]).status.success());
    write(root.path(), &GOOD.replacen(from, to, 1));
    root
}

fn write(root: &Path, spec: &str) {
    assert_ne!(spec, GOOD, "the change has found its place");
    fs::write(root.join("spec/ekodb.yaml"), spec).unwrap();
}

#[test]
fn a_breaking_change_without_a_new_version_ends_with_1() {
    let root = changed("operationId: get_thing", "operationId: read_thing");
    let output = xtask(root.path(), &["spec", "diff"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(stdout(&output));
}

#[test]
fn a_breaking_change_with_a_new_version_ends_with_0() {
    let root = changed("operationId: get_thing", "operationId: read_thing");
    let spec = fs::read_to_string(root.path().join("spec/ekodb.yaml")).unwrap();
    write(
        root.path(),
        &spec.replace("version: 0.1.0", "version: 0.2.0"),
    );
    let output = xtask(root.path(), &["spec", "diff"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
}

#[test]
fn a_compatible_change_ends_with_0() {
    let root = changed(
        "required: true\n        content",
        "required: false\n        content",
    );
    let output = xtask(root.path(), &["spec", "diff"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).contains("request-body-became-optional"));
}

#[test]
fn a_base_that_is_not_there_ends_with_2() {
    let root = repository(GOOD);
    let output = xtask(root.path(), &["spec", "diff", "0.9.0"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("`0.9.0` is neither a released version nor a file"));
}

#[test]
fn an_unknown_format_ends_with_2() {
    let root = repository(GOOD);
    let output = xtask(root.path(), &["spec", "diff", "--format", "xml"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_document_that_is_no_yaml_ends_with_2() {
    let root = changed("openapi: 3.0.3", "openapi: [");
    assert_eq!(xtask(root.path(), &["spec", "diff"]).status.code(), Some(2));
}

#[test]
fn colours_are_for_terminals_only() {
    let root = changed("operationId: get_thing", "operationId: read_thing");
    assert!(!stdout(&xtask(root.path(), &["spec", "diff"])).contains('\u{1b}'));
}

#[test]
fn the_formats_are_text_json_and_markdown() {
    let root = changed("operationId: get_thing", "operationId: read_thing");
    let written = |format| stdout(&xtask(root.path(), &["spec", "diff", "--format", format]));
    assert_eq!(
        written("text"),
        stdout(&xtask(root.path(), &["spec", "diff"]))
    );
    assert!(written("markdown").starts_with("# The contract from 0.1.0 to 0.1.0"));
    let json: serde_json::Value = serde_json::from_str(&written("json")).unwrap();
    assert_eq!(json["changes"][0]["rule"], "operation-id-changed");
}

#[test]
fn a_release_that_needs_a_higher_version_ends_with_1_and_writes_nothing() {
    let root = changed("operationId: get_thing", "operationId: read_thing");
    let spec = fs::read_to_string(root.path().join("spec/ekodb.yaml")).unwrap();
    write(
        root.path(),
        &spec.replace("version: 0.1.0", "version: 0.1.1"),
    );
    let output = xtask(root.path(), &["spec", "release"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("Write `version: 0.2.0` or higher"));
    assert!(!root.path().join("spec/releases/ekodb-0.1.1.yaml").exists());
}

#[test]
fn a_document_with_faults_is_not_released() {
    let root = repository(&GOOD.replace("x-ekodb-privilege: read", "x-ekodb-privilege: some"));
    let output = xtask(root.path(), &["spec", "release"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("x-ekodb-privilege"));
    assert!(stdout(&output).contains("nothing was released"));
    assert!(!root.path().join("spec/releases").exists());
}

#[test]
fn json_is_json_however_it_ends() {
    let json = |root: &Path, arguments: &[&str]| {
        let output = xtask(
            root,
            &[&["spec", "diff", "--format", "json"], arguments].concat(),
        );
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), value)
    };
    let root = repository(GOOD);
    let (code, value) = json(root.path(), &[]);
    assert_eq!(
        (code, value["changes"].as_array().unwrap().len()),
        (Some(0), 0)
    );
    let (code, value) = json(root.path(), &["9.9.9"]);
    assert_eq!(code, Some(2));
    assert!(
        value["error"].as_str().unwrap().contains("9.9.9"),
        "{value}"
    );
    let root = changed("openapi: 3.0.3", "openapi: 3.1.0");
    let (code, value) = json(root.path(), &[]);
    assert_eq!(code, Some(2));
    assert!(
        value["error"]
            .as_str()
            .unwrap()
            .contains("only versions 3.0.x"),
        "{value}"
    );
    let root = changed("operationId: get_thing", "operationId: read_thing");
    let (code, value) = json(root.path(), &[]);
    assert_eq!(code, Some(1));
    assert_eq!(value["changes"][0]["rule"], "operation-id-changed");
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_cannot_be_written_is_an_error() {
    let root = repository(GOOD);
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["spec", "diff", "spec/ekodb.yaml", "--root"])
        .arg(root.path())
        .current_dir(root.path())
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("the report cannot be written"),
        "{}",
        stderr(&output)
    );
}
