//! Files that an import or export keeps next to its file: the checkpoint, the refused records.

use std::path::{Path, PathBuf};

/// The path of a sidecar file: that of `file` with `suffix` at the end of its name.
pub(super) fn sidecar(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    file.with_file_name(name)
}
