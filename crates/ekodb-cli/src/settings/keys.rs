//! Keys of profiles: in the system keyring where there is one, else in a private file.

use std::{collections::BTreeMap, path::Path};

use ekodb_client::ApiKey;
use serde::{Deserialize, Serialize};

use super::Directory;
use crate::failure::{Exit, Failure};

const SERVICE: &str = "ekodb";
const FILE: &str = "keys.toml";

/// Where the key of a profile is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum KeyPlace {
    Keyring,
    File,
}

impl KeyPlace {
    /// Stores a key, in the keyring if there is one. Returns the place.
    pub(crate) fn store(
        directory: &Directory,
        profile: &str,
        key: &ApiKey,
    ) -> Result<Self, Failure> {
        let stored = keyring::Entry::new(SERVICE, profile)
            .and_then(|entry| entry.set_password(key.expose()));
        if stored.is_ok() {
            return Ok(Self::Keyring);
        }
        let mut keys = read(directory)?;
        keys.insert(profile.to_owned(), key.expose().to_owned());
        write(directory, &keys)?;
        Ok(Self::File)
    }

    pub(crate) fn load(self, directory: &Directory, profile: &str) -> Result<ApiKey, Failure> {
        let key = match self {
            Self::Keyring => keyring::Entry::new(SERVICE, profile)
                .and_then(|entry| entry.get_password())
                .map_err(|error| unavailable(profile, &error))?,
            Self::File => read(directory)?
                .remove(profile)
                .ok_or_else(|| missing(profile, "the file of keys has none for it"))?,
        };
        Ok(ApiKey::new(key))
    }

    pub(crate) fn forget(self, directory: &Directory, profile: &str) -> Result<(), Failure> {
        match self {
            Self::Keyring => match keyring::Entry::new(SERVICE, profile)
                .and_then(|entry| entry.delete_credential())
            {
                Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
                Err(error) => Err(unavailable(profile, &error)),
            },
            Self::File => {
                let mut keys = read(directory)?;
                keys.remove(profile);
                write(directory, &keys)
            }
        }
    }

    /// The place in words.
    pub(crate) fn describe(self, directory: &Directory) -> String {
        match self {
            Self::Keyring => "the system keyring".to_owned(),
            Self::File => format!(
                "{}, which only you may read (this system has no keyring)",
                directory.file(FILE).display()
            ),
        }
    }
}

type Keys = BTreeMap<String, String>;

fn read(directory: &Directory) -> Result<Keys, Failure> {
    check_private(&directory.file(FILE))?;
    let text = directory.read(FILE)?.unwrap_or_default();
    // The error of the parser would quote the line, which holds a key.
    toml::from_str(&text).map_err(|_| {
        let path = directory.file(FILE);
        Failure::usage(format!("{} is not a file of keys", path.display()))
            .hint("remove it and use `ekodb login`")
    })
}

/// Refuses a file that others may read: its keys may be known to them.
#[cfg(unix)]
fn check_private(file: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;

    // A file that is not there has no keys; another error is that of reading it.
    let Ok(metadata) = file.metadata() else {
        return Ok(());
    };
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let path = file.display();
    Err(Failure::usage(format!(
        "{path} holds keys, and others may use it (mode {mode:04o})"
    ))
    .hint(format!(
        "`chmod 600 {path}`; revoke the keys in it if somebody may have read them"
    )))
}

#[cfg(not(unix))]
fn check_private(_: &Path) -> Result<(), Failure> {
    Ok(())
}

fn write(directory: &Directory, keys: &Keys) -> Result<(), Failure> {
    let text = toml::to_string(keys)
        .map_err(|_| Failure::failed("the keys cannot be written as a file"))?;
    directory.write(FILE, &text)
}

fn unavailable(profile: &str, error: &keyring::Error) -> Failure {
    match error {
        keyring::Error::NoEntry => missing(profile, "the system keyring has none for it"),
        // The text of other errors may hold what is stored.
        keyring::Error::NoDefaultStore | keyring::Error::NoStorageAccess(_) => {
            missing(profile, "the system keyring cannot be reached or is locked")
        }
        _ => missing(profile, "the system keyring failed"),
    }
}

fn missing(profile: &str, reason: &str) -> Failure {
    Failure::new(
        Exit::Authentication,
        format!("the key of the profile `{profile}` is not available: {reason}"),
    )
    .hint(format!(
        "`ekodb login --profile {profile}` stores it again, or set EKODB_API_KEY"
    ))
}
