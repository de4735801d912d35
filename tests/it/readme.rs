//! The first program of the README, as a newcomer tries it: in a crate outside this repository.

use std::{
    fs,
    path::{Path, PathBuf},
};

use ekodb_emulator::Emulator;
use tokio::process::Command;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// The first block of code in this language after a heading.
fn block<'a>(readme: &'a str, heading: &str, language: &str) -> &'a str {
    let (_, section) = readme.split_once(heading).unwrap();
    let (_, code) = section.split_once(&format!("```{language}\n")).unwrap();
    code.split_once("```").unwrap().0
}

#[tokio::test]
async fn the_first_program_of_the_readme_runs_in_an_empty_crate() {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let heading = "## A first program";
    let sdk = repository().join("crates/ekodb-sdk");
    let dependencies = block(&readme, heading, "toml").replace(
        "\"../ekodb-rust/crates/ekodb-sdk\"",
        &format!("{:?}", sdk.display().to_string()),
    );
    assert!(
        dependencies.contains(&sdk.display().to_string()),
        "{dependencies}"
    );

    let shop = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(shop.path().join(name), text).unwrap();
    fs::create_dir(shop.path().join("src")).unwrap();
    write("src/main.rs", block(&readme, heading, "rust"));
    write(
        "Cargo.toml",
        &format!(
            "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n{dependencies}\n\
             [profile.dev]\ndebug = false\n"
        ),
    );
    // The versions that the repository is tested with, all of which are on this machine.
    let lock = fs::read(repository().join("Cargo.lock")).unwrap();
    fs::write(shop.path().join("Cargo.lock"), lock).unwrap();

    let emulator = Emulator::builder().start().await.unwrap();
    let run = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline"])
        .current_dir(shop.path())
        .env("CARGO_TARGET_DIR", repository().join("target/readme"))
        .env("EKODB_API_URL", emulator.url())
        .env("EKODB_API_KEY", emulator.admin_key())
        .output()
        .await
        .unwrap();
    let printed = String::from_utf8(run.stdout).unwrap();
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{printed}{said}");
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines.len(), 3, "{printed}");
    assert_eq!(lines[2], "tea costs 3.5");
}
