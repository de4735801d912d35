//! `cargo xtask package`: what is published of the crates.

use std::path::Path;

use cargo_metadata::Package;

use crate::{command, metadata, terminal::print_line};

/// Each package has these.
const NEEDED: [&str; 4] = ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];

/// Written by cargo.
const ADDED: [&str; 3] = [".cargo_vcs_info.json", "Cargo.lock", "Cargo.toml.orig"];

/// What `src` may hold: code, and what code includes.
const SOURCES: [&str; 6] = ["css", "html", "js", "rs", "txt", "yaml"];

/// Names what is wrong with the list of files or the manifest of a package; if nothing is, builds
/// each published crate from its package and those of the others. Returns whether all is well.
pub(crate) fn run(root: &Path) -> Result<bool, String> {
    let metadata = metadata::read(root)?;
    let mut well = true;
    let mut packaging = command::cargo(root);
    // What is not committed is packaged too. The packages share what is built of the dependencies.
    packaging
        .args(["package", "--locked", "--allow-dirty"])
        .env("CARGO_TARGET_DIR", root.join("target/package"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    for package in metadata::published(&metadata) {
        packaging.args(["-p", package.name.as_str()]);
        let list = command::run(command::cargo(root).args([
            "package",
            "--locked",
            "--allow-dirty",
            "--list",
            "-p",
            package.name.as_str(),
        ]))?;
        let findings = [wrong_files(&list), missing_members(package)].concat();
        for finding in &findings {
            print_line(format_args!("{}: {finding}", package.name));
        }
        well &= findings.is_empty();
    }
    if !well {
        return Ok(false);
    }
    let status = packaging
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    Ok(status.success())
}

/// What is wrong with the files of a package, as `cargo package --list` prints them.
fn wrong_files(list: &str) -> Vec<String> {
    let is_source = |file: &str| {
        let extension = file.rsplit_once('.').map(|(_, extension)| extension);
        file.starts_with("src/") && extension.is_some_and(|extension| SOURCES.contains(&extension))
    };
    let files: Vec<&str> = list
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let missing = NEEDED.iter().filter(|file| !files.contains(file));
    let strange = files
        .iter()
        .filter(|file| !NEEDED.contains(file) && !ADDED.contains(file) && !is_source(file));
    missing
        .map(|file| format!("{file} is not in the package"))
        .chain(strange.map(|file| format!("{file} is in the package: exclude it in its `include`")))
        .collect()
}

/// What a registry shows of a package and its manifest does not say.
fn missing_members(package: &Package) -> Vec<String> {
    [
        ("description", package.description.is_none()),
        ("documentation", package.documentation.is_none()),
        ("keywords", package.keywords.is_empty()),
        ("categories", package.categories.is_empty()),
        ("license", package.license.is_none()),
        ("rust-version", package.rust_version.is_none()),
        (
            "package.metadata.docs.rs, which says what features are documented",
            !package.features.is_empty() && package.metadata["docs"]["rs"].is_null(),
        ),
    ]
    .into_iter()
    .filter(|(_, is_missing)| *is_missing)
    .map(|(member, _)| format!("the manifest has no {member}"))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_has_its_licences_and_sources_and_nothing_else() {
        let whole = "Cargo.lock\nCargo.toml\nLICENSE-APACHE\nLICENSE-MIT\nREADME.md\nsrc/lib.rs\n";
        assert!(wrong_files(whole).is_empty());
        let wrong = "Cargo.toml\nLICENSE-MIT\nREADME.md\nsrc/a/snapshots/b.snap\ntests/it/main.rs";
        let expected = [
            "LICENSE-APACHE is not in the package",
            "src/a/snapshots/b.snap is in the package: exclude it in its `include`",
            "tests/it/main.rs is in the package: exclude it in its `include`",
        ];
        assert_eq!(wrong_files(wrong), expected);
    }
}
