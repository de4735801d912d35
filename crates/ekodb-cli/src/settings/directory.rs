//! The folder of the settings, and files that only their owner reads.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use etcetera::{AppStrategy, AppStrategyArgs};
use tempfile::NamedTempFile;

use crate::failure::Failure;

const VARIABLE: &str = "EKODB_CONFIG_DIR";

/// The folder that holds the settings.
#[derive(Clone, Debug)]
pub(crate) struct Directory(PathBuf);

impl Directory {
    /// The folder named by `EKODB_CONFIG_DIR`, or the one that the platform has for settings.
    pub(crate) fn find() -> Result<Self, Failure> {
        if let Some(path) = std::env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
            return Ok(Self(path.into()));
        }
        Ok(Self(platform()?.config_dir()))
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The text of a file; `None` if there is none.
    pub(super) fn read(&self, name: &str) -> Result<Option<String>, Failure> {
        let path = self.file(name);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::io(
                format_args!("cannot read {}", path.display()),
                &error,
            )),
        }
    }

    /// Replaces a file, which only its owner may read.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.file(name);
        create_private(&self.0)
            .and_then(|()| write_atomically(&path, text.as_bytes()))
            .map_err(|error| Failure::io(format_args!("cannot write {}", path.display()), &error))
    }
}

/// The folder that the platform has for what programs remember from run to run.
pub(crate) fn state_folder(name: &str) -> Result<PathBuf, Failure> {
    let platform = platform()?;
    let folder = platform.state_dir().unwrap_or_else(|| platform.data_dir());
    Ok(folder.join(name))
}

fn platform() -> Result<impl AppStrategy, Failure> {
    let names = AppStrategyArgs {
        top_level_domain: "io".to_owned(),
        author: "ekodb".to_owned(),
        app_name: "ekodb".to_owned(),
    };
    etcetera::choose_app_strategy(names).map_err(|_| {
        Failure::failed("no home directory is known for the settings")
            .hint(format!("set {VARIABLE} to a directory"))
    })
}

/// Replaces a file as a whole: a reader, or a crash, never sees half of it. Only its owner may read
/// it.
pub(crate) fn write_atomically(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // The file of `tempfile` is private from the moment it exists.
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    file.persist(path)?;
    Ok(())
}

#[cfg(unix)]
fn create_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;

    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(not(unix))]
fn create_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}
