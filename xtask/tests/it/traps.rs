//! What `cargo xtask codegen` accepts compiles, and its examples pass: a document made of
//! everything that is easily generated wrongly.

use std::{fs, path::Path, process::Command};

use crate::Repository;

const TRAPS: &str = include_str!("../fixtures/traps.yaml");

/// A workspace with the crates that hold generated code, and nothing generated yet.
fn workspace() -> Repository {
    let root = Repository::new(TRAPS);
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let manifest = fs::read_to_string(repository.join("Cargo.toml")).unwrap();
    let (_, rest) = manifest.split_once("[workspace.package]").unwrap();
    let head = "[workspace]\nresolver = \"3\"\nmembers = [\"crates/ekodb-api\", \"crates/ekodb-httpmock\"]\n\n";
    root.write("Cargo.toml", format!("{head}[workspace.package]{rest}"));
    fs::copy(repository.join("Cargo.lock"), root.path("Cargo.lock")).unwrap();
    for name in ["ekodb-api", "ekodb-httpmock"] {
        let folder = format!("crates/{name}");
        let (from, to) = (repository.join(&folder), root.path(&folder));
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
    let mocks = "mod generated;\nmod path;\nmod query;\npub use ekodb_api::KeyId;\npub use generated::{MockServerExt, operations};\n";
    root.write("crates/ekodb-httpmock/src/lib.rs", mocks);
    let round_trip = "crates/ekodb-api/tests/it/round_trip.rs";
    fs::copy(repository.join(round_trip), root.path(round_trip)).unwrap();
    let tests = "mod generated_examples;\nmod round_trip;\n";
    root.write("crates/ekodb-api/tests/it/main.rs", tests);
    root
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
        "{arguments:?}\n{}\n{}",
        String::from_utf8_lossy(&output.stderr),
        String::from_utf8_lossy(&output.stdout)
    );
}

#[test]
fn what_is_accepted_compiles_and_its_examples_pass() {
    let root = workspace();
    let folder = root.path("");
    root.ok("spec lint");
    root.ok("codegen");
    cargo(&folder, &["test", "--package", "ekodb-api", "--test", "it"]);
    cargo(&folder, &["check", "--package", "ekodb-httpmock"]);
}
