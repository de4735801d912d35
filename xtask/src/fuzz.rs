//! `cargo xtask fuzz`: the fuzz tests on random inputs, for as long as they are given.

use std::{path::Path, process::Command};

use crate::{command, terminal::print_line};

/// The fuzz tests are the tests in modules of this name.
const MODULE: &str = "fuzz::";

/// Runs the fuzz tests whose names contain `name`, each for so many seconds. Returns whether all
/// passed.
pub(crate) fn run(root: &Path, seconds: u64, name: &str) -> Result<bool, String> {
    let tests = tests(root, name)?;
    if tests.is_empty() {
        return Err(format!("no fuzz test has '{name}' in its name"));
    }
    let milliseconds = seconds.saturating_mul(1_000).to_string();
    let mut passed = true;
    for test in tests {
        print_line(format_args!("\n== {test}"));
        let status = cargo_test(root)
            .args([&test, "--", "--exact", "--nocapture"])
            .env("BOLERO_RANDOM_ITERATIONS", usize::MAX.to_string())
            .env("BOLERO_RANDOM_TEST_TIME_MS", &milliseconds)
            .status()
            .map_err(|error| format!("cargo cannot be run: {error}"))?;
        passed &= status.success();
    }
    Ok(passed)
}

fn tests(root: &Path, name: &str) -> Result<Vec<String>, String> {
    let output = cargo_test(root)
        .args([MODULE, "--", "--list", "--format=terse"])
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !output.status.success() {
        return Err("the tests cannot be built".to_owned());
    }
    let list = String::from_utf8_lossy(&output.stdout);
    Ok(list
        .lines()
        .filter_map(|line| line.strip_suffix(": test"))
        .filter(|test| test.contains(name))
        .map(str::to_owned)
        .collect())
}

/// The same packages each time, so that they are built once.
fn cargo_test(root: &Path) -> Command {
    let mut command = command::cargo(root);
    command
        .args(["test", "--quiet", "--locked", "--all-features"])
        .args(["-p", "ekodb-sdk", "-p", "ekodb-emulator", "-p", "ekodb-cli"])
        .args(["--lib", "--test=it"]);
    command
}
