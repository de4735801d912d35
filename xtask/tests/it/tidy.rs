//! `cargo xtask tidy`.

use std::{fs, path::Path};

use crate::{stdout, xtask};

/// What is said of a repository with one module, and the exit code.
fn tidy(path: &str, text: &str) -> (String, Option<i32>) {
    let root = tempfile::tempdir().unwrap();
    for part in ["crates", "xtask", "tests"] {
        fs::create_dir(root.path().join(part)).unwrap();
    }
    fs::write(
        root.path().join("Cargo.toml"),
        "[package]\nname = \"a\"\nrust-version = \"1.90\"\n[lib]\npath = \"lib.rs\"\n",
    )
    .unwrap();
    fs::write(
        root.path().join("Cargo.lock"),
        "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"0.0.0\"\n",
    )
    .unwrap();
    let file = root.path().join(path);
    fs::create_dir_all(file.parent().unwrap_or(Path::new(""))).unwrap();
    fs::write(file, text).unwrap();
    let output = xtask(root.path(), &["tidy"]);
    (stdout(&output), output.status.code())
}

#[test]
fn a_module_of_more_than_300_lines_is_named_and_allowed() {
    let (shown, code) = tidy("crates/a/src/lib.rs", &"//\n".repeat(301));
    assert!(shown.contains("crates/a/src/lib.rs: 301 lines"), "{shown}");
    assert_eq!(code, Some(0));
}

#[test]
fn a_module_of_more_than_500_lines_is_refused() {
    let (shown, code) = tidy("crates/a/src/lib.rs", &"//\n".repeat(501));
    assert!(shown.contains("501 lines before its tests"), "{shown}");
    assert_eq!(code, Some(1));
}

#[test]
fn the_tests_of_a_module_are_not_counted() {
    let text = format!("//\n#[cfg(test)]\nmod tests {{\n{}}}\n", "//\n".repeat(600));
    let (shown, code) = tidy("crates/a/src/lib.rs", &text);
    assert!(!shown.contains("crates/a"), "{shown}");
    assert_eq!(code, Some(0));
}

#[test]
fn an_item_for_tests_at_the_head_of_a_module_does_not_hide_its_length() {
    let text = format!("#[cfg(test)]\nuse std::fmt;\n{}", "//\n".repeat(501));
    let (shown, code) = tidy("crates/a/src/lib.rs", &text);
    assert!(shown.contains("503 lines"), "{shown}");
    assert_eq!(code, Some(1));
}

#[test]
fn generated_files_may_be_long() {
    let (shown, code) = tidy("crates/a/src/generated.rs", &"//\n".repeat(5000));
    assert!(!shown.contains("crates/a"), "{shown}");
    assert_eq!(code, Some(0));
}

#[test]
fn what_was_left_to_do_is_refused_with_its_line() {
    // Put together here, so that the tool does not find it in this file.
    let leftover = format!("{}!(", "todo");
    let text = format!("fn a() {{\n    {leftover})\n}}\n");
    let (shown, code) = tidy("crates/a/src/lib.rs", &text);
    assert!(
        shown.contains(&format!("crates/a/src/lib.rs:2: `{leftover}`")),
        "{shown}"
    );
    assert_eq!(code, Some(1));
}
