//! The commands on a repository of their own.

use std::{fs, path::Path};

use xtask::contract::Document;

use super::outcome::Outcome;
use crate::diff::render::Format;

const SPEC: &str = "spec/ekodb.yaml";

/// A repository whose contract is released.
fn released() -> tempfile::TempDir {
    let root = repository();
    assert!(matches!(release(root.path()), Outcome::Done(_)));
    root
}

/// A repository whose contract has an operation with this id and summary.
fn repository() -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a directory for the test");
    write(root.path(), "0.1.0", "list_users", "List the users");
    root
}

fn write(root: &Path, version: &str, id: &str, summary: &str) {
    let text = format!(
        "openapi: 3.0.3\ninfo: {{ title: T, version: {version} }}\npaths:\n  /users:\n    get:\n      operationId: {id}\n      \
         summary: {summary}\n"
    );
    fs::create_dir_all(root.join("spec")).expect("a directory for the contract");
    fs::write(root.join(SPEC), text).expect("the contract is written");
}

fn diff(root: &Path, base: Option<&str>) -> Result<Outcome, String> {
    super::diff::diff(root, SPEC.as_ref(), base, Format::Text)
}

fn release(root: &Path) -> Outcome {
    let document = Document::load(root, SPEC.as_ref()).expect("the contract can be read");
    super::release::release(root, &document).expect("the releases can be read")
}

fn done(outcome: Result<Outcome, String>) -> String {
    match outcome.expect("both can be read") {
        Outcome::Done(text) => text,
        Outcome::Refused(text) => panic!("it was refused: {text}"),
    }
}

fn refused(outcome: Outcome) -> String {
    match outcome {
        Outcome::Refused(text) => text,
        Outcome::Done(text) => panic!("it was not refused: {text}"),
    }
}

#[test]
fn the_first_release_freezes_the_document_as_it_is() {
    let root = released();
    let frozen = fs::read(root.path().join("spec/releases/ekodb-0.1.0.yaml")).expect("it is there");
    assert_eq!(
        frozen,
        fs::read(root.path().join(SPEC)).expect("it is there")
    );
}

#[test]
fn releasing_the_same_twice_changes_nothing() {
    let root = released();
    assert_eq!(
        release(root.path()),
        Outcome::Done("version 0.1.0 is released already, as it is\n".to_owned())
    );
}

#[test]
fn a_released_version_cannot_get_other_content() {
    let root = released();
    write(root.path(), "0.1.0", "list_users", "List all users");
    insta::assert_snapshot!(refused(release(root.path())), @"version 0.1.0 is released already with other content, and the changes since are: 0 breaking, 0 compatible, 1 documentation. Write `version: 0.1.1` or higher under `info`, and see `cargo xtask spec diff`");
    let frozen = fs::read_to_string(root.path().join("spec/releases/ekodb-0.1.0.yaml"))
        .expect("it is there");
    assert!(frozen.contains("List the users"));
}

#[test]
fn a_comment_in_a_released_version_is_other_content() {
    let root = released();
    let text = fs::read_to_string(root.path().join(SPEC)).expect("it is there");
    fs::write(root.path().join(SPEC), format!("# Mine.\n{text}")).expect("it is written");
    assert!(refused(release(root.path())).contains("Write `version: 0.1.1`"));
}

#[test]
fn a_breaking_change_cannot_be_released_as_a_patch() {
    let root = released();
    write(root.path(), "0.1.1", "list_all", "List the users");
    assert!(refused(release(root.path())).contains("Write `version: 0.2.0` or higher"));
    assert!(!root.path().join("spec/releases/ekodb-0.1.1.yaml").exists());
}

#[test]
fn a_breaking_change_can_be_released_as_what_it_is() {
    let root = released();
    write(root.path(), "0.2.0", "list_all", "List the users");
    assert!(matches!(release(root.path()), Outcome::Done(_)));
}

#[test]
fn a_lower_version_than_the_last_cannot_be_released() {
    let root = released();
    write(root.path(), "0.0.9", "list_users", "List the users");
    assert!(refused(release(root.path())).contains("is too low after 0.1.0"));
}

#[test]
fn before_the_first_release_nothing_can_break() {
    let root = repository();
    assert!(done(diff(root.path(), None)).contains("released yet"));
}

#[test]
fn the_last_release_is_the_highest_version_and_not_the_last_name() {
    let root = repository();
    for version in ["0.9.0", "0.10.0"] {
        write(root.path(), version, "list_users", "List the users");
        release(root.path());
    }
    assert!(done(diff(root.path(), None)).contains("0.10.0 to 0.10.0"));
}

#[test]
fn a_breaking_change_without_a_new_version_is_refused() {
    let root = released();
    write(root.path(), "0.1.0", "list_all", "List the users");
    assert!(
        refused(diff(root.path(), None).expect("both can be read"))
            .contains("operation-id-changed")
    );
}

#[test]
fn a_breaking_change_with_a_new_version_is_told_and_accepted() {
    let root = released();
    write(root.path(), "0.2.0", "list_all", "List the users");
    assert!(done(diff(root.path(), None)).contains("operation-id-changed"));
}

#[test]
fn the_base_may_be_a_version() {
    let root = released();
    write(root.path(), "0.2.0", "list_users", "List the users");
    release(root.path());
    assert!(done(diff(root.path(), Some("0.1.0"))).contains("0.1.0 to 0.2.0"));
}

#[test]
fn the_base_may_be_a_file() {
    let root = repository();
    let other = root.path().join("other.yaml");
    fs::copy(root.path().join(SPEC), &other).expect("it is copied");
    let shown = done(diff(root.path(), Some(&other.display().to_string())));
    assert!(shown.contains("no changes"));
}

#[test]
fn a_base_that_is_neither_says_what_may_be_given() {
    let root = repository();
    insta::assert_snapshot!(diff(root.path(), Some("9.9.9")).expect_err("there is none"), @"`9.9.9` is neither a released version nor a file: give a version of spec/releases, a path, or nothing for the last release");
}
