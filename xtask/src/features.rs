//! `cargo xtask features`: the client with none of its features, the default ones, each alone, and
//! all of them.

use std::path::Path;

use crate::{command, metadata, terminal::print_line};

/// Whether clippy passes for each published crate that has features, in each selection of them.
/// Tests are left out: their dependencies would turn features on.
pub(crate) fn run(root: &Path) -> Result<bool, String> {
    let metadata = metadata::read(root)?;
    let mut passed = true;
    for package in metadata::published(&metadata) {
        for selection in selections(package.features.keys().map(String::as_str)) {
            print_line(format_args!(
                "\n== {} {}",
                package.name,
                selection.join(" ")
            ));
            let status = command::cargo(root)
                .args(["clippy", "--locked", "--lib", "-p", package.name.as_str()])
                .args(selection)
                .args(["--", "-D", "warnings"])
                .status()
                .map_err(|error| format!("cargo cannot be run: {error}"))?;
            passed &= status.success();
        }
    }
    Ok(passed)
}

/// The arguments of cargo for each selection. A feature whose name begins with two underscores is
/// for other features alone.
fn selections<'a>(features: impl Iterator<Item = &'a str>) -> Vec<Vec<&'a str>> {
    let own: Vec<&str> = features
        .filter(|feature| *feature != "default" && !feature.starts_with("__"))
        .collect();
    if own.is_empty() {
        return Vec::new();
    }
    let mut selections = vec![
        vec!["--no-default-features"],
        vec![],
        vec!["--all-features"],
    ];
    let alone = own.iter();
    selections.extend(alone.map(|feature| vec!["--no-default-features", "--features", feature]));
    selections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_checked_together_and_alone_but_for_those_of_other_features() {
        let features = ["__tls", "a", "b", "default"];
        let expected: [&[&str]; 5] = [
            &["--no-default-features"],
            &[],
            &["--all-features"],
            &["--no-default-features", "--features", "a"],
            &["--no-default-features", "--features", "b"],
        ];
        assert_eq!(selections(features.into_iter()), expected);
        assert!(selections(["default"].into_iter()).is_empty());
    }
}
