//! Names of the files beside a file that is imported or exported.

use std::path::{Path, PathBuf};

/// The file with more at the end of its name.
pub(super) fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    file.with_file_name(name)
}
