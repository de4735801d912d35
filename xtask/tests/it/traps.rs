//! What `cargo xtask codegen` accepts compiles, and its examples pass: a document made of
//! everything that is easily generated wrongly.

use std::{fs, path::Path, process::Command};

use crate::{stderr, xtask};

const TRAPS: &str = include_str!("../fixtures/traps.yaml");

/// A workspace with the crates that hold generated code, and nothing generated yet.
fn workspace(root: &Path) {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let manifest = fs::read_to_string(repository.join("Cargo.toml")).unwrap();
    let (_, rest) = manifest.split_once("[workspace.package]").unwrap();
    let head = "[workspace]\nresolver = \"3\"\nmembers = [\"crates/ekodb-api\", \"crates/ekodb-httpmock\"]\n\n";
    fs::write(
        root.join("Cargo.toml"),
        format!("{head}[workspace.package]{rest}"),
    )
    .unwrap();
    fs::copy(repository.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    for name in ["ekodb-api", "ekodb-httpmock"] {
        let (from, to) = (
            repository.join("crates").join(name),
            root.join("crates").join(name),
        );
        fs::create_dir_all(to.join("src")).unwrap();
        fs::create_dir_all(to.join("tests/it")).unwrap();
        // What the crate's own tests need is no part of this.
        let manifest = fs::read_to_string(from.join("Cargo.toml")).unwrap();
        let (manifest, _) = manifest.split_once("[dev-dependencies]").unwrap();
        fs::write(to.join("Cargo.toml"), manifest).unwrap();
        // The documentation of the crate may be its README.
        if from.join("README.md").is_file() {
            fs::copy(from.join("README.md"), to.join("README.md")).unwrap();
        }
        for entry in fs::read_dir(from.join("src")).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                fs::copy(&path, to.join("src").join(path.file_name().unwrap())).unwrap();
            }
        }
    }
    // The helpers of the mocks are for ekoDB's own token route, which this document does not have.
    fs::write(
        root.join("crates/ekodb-httpmock/src/lib.rs"),
        "mod generated;\nmod path;\nmod query;\npub use ekodb_api::KeyId;\npub use generated::{MockServerExt, operations};\n",
    )
    .unwrap();
    let tests = root.join("crates/ekodb-api/tests/it");
    let round_trip = "crates/ekodb-api/tests/it/round_trip.rs";
    fs::copy(repository.join(round_trip), tests.join("round_trip.rs")).unwrap();
    fs::write(
        tests.join("main.rs"),
        "mod generated_examples;\nmod round_trip;\n",
    )
    .unwrap();
    fs::create_dir(root.join("spec")).unwrap();
    fs::write(root.join("spec/ekodb.yaml"), TRAPS).unwrap();
}

fn cargo(root: &Path, arguments: &[&str]) {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .arg("--offline")
        .current_dir(root)
        // The dependencies have been built there already.
        .env(
            "CARGO_TARGET_DIR",
            std::env::var_os("CARGO_TARGET_DIR").unwrap_or(target.into()),
        )
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{arguments:?}\n{}",
        stderr(&output)
    );
}

#[test]
fn what_is_accepted_compiles_and_its_examples_pass() {
    let root = tempfile::tempdir().unwrap();
    workspace(root.path());
    for command in ["spec lint", "codegen"] {
        let words: Vec<&str> = command.split(' ').collect();
        let output = xtask(root.path(), &words);
        assert!(output.status.success(), "{}", stderr(&output));
    }
    cargo(
        root.path(),
        &["test", "--package", "ekodb-api", "--test", "it"],
    );
    cargo(root.path(), &["check", "--package", "ekodb-httpmock"]);
}
