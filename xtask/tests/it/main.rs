//! The tooling as a person uses it: run as a command on a repository of its own.

mod codegen;
mod lint;
mod spec;
mod surface;
mod tidy;
mod traps;

use std::{
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

/// A repository that holds nothing but a document.
fn repository(spec: &str) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("spec")).unwrap();
    std::fs::write(root.path().join("spec/ekodb.yaml"), spec).unwrap();
    root
}

fn xtask(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .arg("--root")
        .arg(root)
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A small document in which nothing is wrong.
const GOOD: &str = include_str!("../fixtures/good.yaml");
