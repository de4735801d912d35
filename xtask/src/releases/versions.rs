//! The released contracts, one file for each version.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use semver::Version;

use crate::files::failed;

const DIRECTORY: &str = "spec/releases";

/// The path of a release, relative to the root.
pub(super) fn path(version: &Version) -> PathBuf {
    Path::new(DIRECTORY).join(format!("ekodb-{version}.yaml"))
}

/// The highest released version, if any.
pub(super) fn last(root: &Path) -> Result<Option<Version>, String> {
    let directory = root.join(DIRECTORY);
    let entries = match fs::read_dir(&directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", &directory, &error)),
    };
    let versions =
        entries.filter_map(|entry| version(&entry.ok()?.file_name().into_string().ok()?));
    Ok(versions.max())
}

fn version(file: &str) -> Option<Version> {
    file.strip_prefix("ekodb-")?
        .strip_suffix(".yaml")?
        .parse()
        .ok()
}
