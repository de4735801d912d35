//! Reading and writing files, with errors that name them.

use std::{
    fmt::Display,
    fs, io,
    path::{Path, PathBuf},
};

/// The text of a file.
pub(crate) fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| failed("read", path, &error))
}

/// Writes a file, and creates its folder if there is none.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| failed("written", path, &error))
}

/// Adds the hand-written files with these extensions; none where there is no such folder.
pub(crate) fn collect(
    folder: &Path,
    extensions: &[&str],
    files: &mut Vec<PathBuf>,
) -> Result<(), String> {
    let failed = |error| failed("read", folder, &error);
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(failed)?,
    };
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        let text = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().display().to_string();
        let (name, extension) = (text(path.file_name()), text(path.extension()));
        if path.is_dir() {
            if !["target", "generated", "node_modules"].contains(&name.as_str())
                && !name.starts_with('.')
            {
                collect(&path, extensions, files)?;
            }
        } else if extensions.contains(&extension.as_str()) && !name.starts_with("generated") {
            files.push(path);
        }
    }
    Ok(())
}

/// The error of something that could not be done with a path.
pub(crate) fn failed(what: &str, path: &Path, error: &dyn Display) -> String {
    format!("{} cannot be {what}: {error}", path.display())
}
