//! The file of the profiles: names and URLs, and no secret.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Directory, KeyPlace};
use crate::failure::{Exit, Failure};

const FILE: &str = "profiles.toml";

/// All profiles, and which one is used where none is named.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Profiles {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) current: Option<String>,
    #[serde(default)]
    pub(crate) profiles: BTreeMap<String, Profile>,
}

/// A server and where the key for it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Profile {
    pub(crate) url: String,
    pub(crate) key: KeyPlace,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) deployment: Option<String>,
}

impl Profiles {
    pub(crate) fn load(directory: &Directory) -> Result<Self, Failure> {
        let Some(text) = directory.read(FILE)? else {
            return Ok(Self::default());
        };
        toml::from_str(&text).map_err(|error| {
            let path = directory.file(FILE);
            // The parser ends its text with a line end.
            let error = error.to_string();
            Failure::usage(format!(
                "{} cannot be read: {}",
                path.display(),
                error.trim_end()
            ))
            .hint("correct the file, or remove it and use `ekodb login`")
        })
    }

    pub(crate) fn save(&self, directory: &Directory) -> Result<(), Failure> {
        let text = toml::to_string(self)
            .map_err(|error| Failure::failed(format!("the profiles cannot be written: {error}")))?;
        directory.write(FILE, &text)
    }

    /// The profile of a name, which must exist.
    pub(crate) fn get(&self, name: &str) -> Result<&Profile, Failure> {
        self.profiles.get(name).ok_or_else(|| {
            Failure::new(Exit::NotFound, format!("there is no profile `{name}`")).hint(
                "`ekodb profile list` shows the profiles, `ekodb login --profile NAME` makes one",
            )
        })
    }
}
