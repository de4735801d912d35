//! What a client adds to the smallest program that uses it.

use std::{collections::HashSet, fmt::Write as _, fs, path::Path};

use crate::command;

/// The weight of one client.
pub(super) struct Weight {
    client: &'static str,
    dependencies: usize,
    bytes: u64,
    /// Seconds of the processor, all cores together.
    build: f64,
}

/// Each is a feature of the package, with a program of its own.
const CLIENTS: [&str; 3] = ["sdk", "official", "reqwest"];

/// Builds the programs from nothing, one after the other, in the same session: the build times of
/// two sessions do not compare.
pub(super) fn measure(root: &Path) -> Result<Vec<Weight>, String> {
    command::run(command::cargo(root).args(["fetch", "--locked"]))?;
    CLIENTS
        .iter()
        .map(|client| {
            let dependencies = dependencies(root, client)?;
            let folder = root.join("target/bench/weight");
            // What is left of another time is not built again.
            if folder.exists() {
                fs::remove_dir_all(&folder)
                    .map_err(|error| format!("{}: {error}", folder.display()))?;
            }
            let before = command::processor_seconds()?;
            let program = command::build(
                root,
                "release",
                &[
                    "-p",
                    "ekodb-bench-hello",
                    "--features",
                    client,
                    "--bin",
                    &format!("hello-{client}"),
                    "--config",
                    "profile.release.strip=\"symbols\"",
                    "--target-dir",
                    &folder.display().to_string(),
                ],
            )?;
            let build = command::processor_seconds()? - before;
            let bytes = fs::metadata(&program)
                .map_err(|error| format!("{}: {error}", program.display()))?
                .len();
            Ok(Weight {
                client,
                dependencies,
                bytes,
                build,
            })
        })
        .collect()
}

/// How many packages are compiled for the program, itself not counted.
pub(super) fn dependencies(root: &Path, client: &str) -> Result<usize, String> {
    let tree = command::run(command::cargo(root).args([
        "tree",
        "-p",
        "ekodb-bench-hello",
        "--features",
        client,
        "--edges",
        "normal,build",
        "--prefix",
        "none",
        "--locked",
    ]))?;
    Ok(count_packages(&tree) - 1)
}

/// The lines of `cargo tree` that name different packages, as `name version` and perhaps more.
fn count_packages(tree: &str) -> usize {
    let packages: HashSet<(&str, &str)> = tree
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            Some((words.next()?, words.next()?))
        })
        .collect();
    packages.len()
}

/// The table, in Markdown.
pub(super) fn table(weights: &[Weight]) -> String {
    let mut text = "\
| the smallest program with | dependencies | MB, stripped | build, seconds of the processor | × |
| --- | --: | --: | --: | --: |
"
    .to_owned();
    let official = weights.iter().find(|weight| weight.client == "official");
    for weight in weights {
        #[allow(clippy::cast_precision_loss, reason = "a program is not that large")]
        let megabytes = weight.bytes as f64 / 1e6;
        let ratio = official.map_or(f64::NAN, |official| weight.build / official.build);
        let _ = writeln!(
            text,
            "| {} | {} | {megabytes:.2} | {:.0} | {ratio:.2} |",
            weight.client, weight.dependencies, weight.build
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_counted_once() {
        let tree = "hello v0.1.0 (/here)\nbytes v1.0.0\nsyn v2.0.0 (proc-macro)\nsyn v3.0.0\nbytes v1.0.0 (*)\n\n";
        assert_eq!(count_packages(tree), 4);
    }
}
