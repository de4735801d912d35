//! Which server is called with which key: flags win over the environment, which wins over the
//! profile.

use std::{
    fmt,
    io::{self, BufRead},
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;
use ekodb_client::{ApiKey, Client};

use crate::{
    failure::{Exit, Failure},
    settings::{Directory, Profiles},
};

/// The name of this package, then the one that ekoDB's own clients and examples read.
const URL_VARIABLES: [&str; 2] = ["EKODB_API_URL", "EKODB_BASE_URL"];
const KEY_VARIABLE: &str = "EKODB_API_KEY";
const PROFILE_VARIABLE: &str = "EKODB_PROFILE";
const DEFAULT_PROFILE: &str = "default";

/// The server and the key.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectionArgs {
    /// The URL of the server [env: EKODB_API_URL, EKODB_BASE_URL]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) url: Option<String>,

    /// Read the API key from the first line of this file; `-` is standard input [env:
    /// EKODB_API_KEY]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,

    /// The profile that `ekodb login` made [env: EKODB_PROFILE]
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,

    /// End a call that takes longer than this many seconds
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,

    /// Allow plain HTTP to another machine: it shows the key to everyone on the way
    #[arg(long, global = true)]
    allow_insecure_http: bool,

    /// The server and the key of `ekodb quickstart`.
    #[arg(skip)]
    pub(crate) preset: Option<(String, ApiKey)>,
}

/// A value and where it came from.
#[derive(Clone, Debug)]
pub(crate) struct Sourced<T> {
    pub(crate) value: T,
    pub(crate) source: Source,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Flag(&'static str),
    Environment(&'static str),
    Profile(String),
}

impl Source {
    fn gives<T>(self, value: T) -> Sourced<T> {
        Sourced {
            value,
            source: self,
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => write!(f, "the flag {name}"),
            Self::Environment(name) => write!(f, "the environment variable {name}"),
            Self::Profile(name) => write!(f, "the profile {name}"),
        }
    }
}

/// The server and the key that a command uses.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    pub(crate) url: Sourced<String>,
    pub(crate) key: Sourced<ApiKey>,
}

impl ConnectionArgs {
    /// A client of the server that is named.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        let Connection { url, key } = self.resolve()?;
        self.client_for(&url.value, key.value)
    }

    pub(crate) fn client_for(&self, url: &str, key: ApiKey) -> Result<Client, Failure> {
        Ok(Client::builder()
            .base_url(url)
            .api_key(key)
            .timeout(Duration::from_secs(self.timeout))
            .allow_insecure_http(self.allow_insecure_http)
            .user_agent(concat!("ekodb-cli/", env!("CARGO_PKG_VERSION")))
            .build()?)
    }

    /// The URL and the key, each from the first source that has it.
    pub(crate) fn resolve(&self) -> Result<Connection, Failure> {
        if let Some((url, key)) = &self.preset {
            return Ok(Connection {
                url: Source::Flag("--url").gives(url.clone()),
                key: Source::Flag("--url").gives(key.clone()),
            });
        }
        let directory = Directory::find()?;
        let profiles = Profiles::load(&directory)?;
        let name = self.profile_name(&profiles);
        // A profile that is named must exist; the current one need not be there.
        let profile = match (self.named_profile(), profiles.profiles.get(&name)) {
            (Some(name), None) => return Err(profiles.get(&name).err().unwrap_or_else(no_url)),
            (_, profile) => profile,
        };
        let url = self
            .url_outside_profiles()?
            .or_else(|| Some(Source::Profile(name.clone()).gives(profile?.url.clone())))
            .ok_or_else(no_url)?;
        if let Some(key) = self.key_outside_profiles()? {
            return Ok(Connection { url, key });
        }
        let profile = profile.ok_or_else(no_key)?;
        if !same_server(&profile.url, &url.value) {
            return Err(Failure::new(
                Exit::Usage,
                format!(
                    "the key of the profile `{name}` is for {}, and {} names another server",
                    profile.url, url.source
                ),
            )
            .hint("give the key of that server by EKODB_API_KEY or --key-file, or make a profile for it with `ekodb login`"));
        }
        let key = profile.key.load(&directory, &name)?;
        let key = Source::Profile(name).gives(key);
        Ok(Connection { url, key })
    }

    /// The profile that is used, or that `login` makes.
    pub(crate) fn profile_name(&self, profiles: &Profiles) -> String {
        self.named_profile()
            .or_else(|| profiles.current.clone())
            .unwrap_or_else(|| DEFAULT_PROFILE.to_owned())
    }

    fn named_profile(&self) -> Option<String> {
        self.profile
            .clone()
            .or_else(|| std::env::var(PROFILE_VARIABLE).ok())
            .filter(|name| !name.is_empty())
    }

    fn url_outside_profiles(&self) -> Result<Option<Sourced<String>>, Failure> {
        if let Some(url) = &self.url {
            return Ok(Some(Source::Flag("--url").gives(url.clone())));
        }
        for name in URL_VARIABLES {
            if let Some(value) = variable(name)? {
                return Ok(Some(Source::Environment(name).gives(value)));
            }
        }
        Ok(None)
    }

    fn key_outside_profiles(&self) -> Result<Option<Sourced<ApiKey>>, Failure> {
        if let Some(path) = &self.key_file {
            return Ok(Some(Source::Flag("--key-file").gives(key_from(path)?)));
        }
        let key = variable(KEY_VARIABLE)?.map(ApiKey::new);
        Ok(key.map(|key| Source::Environment(KEY_VARIABLE).gives(key)))
    }
}

/// The key in the first line of a file, or of standard input.
pub(crate) fn key_from(path: &Path) -> Result<ApiKey, Failure> {
    let line = if path == Path::new("-") {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map(|_| line)
    } else {
        std::fs::read_to_string(path)
    };
    let line = line.map_err(|error| {
        Failure::io(
            format_args!("cannot read the key from {}", path.display()),
            &error,
        )
    })?;
    match line
        .lines()
        .next()
        .map(str::trim)
        .filter(|key| !key.is_empty())
    {
        Some(key) => Ok(ApiKey::new(key)),
        None => Err(Failure::usage(format!(
            "the first line of {} is empty: it must hold the API key",
            path.display()
        ))),
    }
}

/// What is left to see of a key: enough to tell two apart, too little to use.
pub(crate) fn masked(key: &ApiKey) -> String {
    let key: Vec<char> = key.expose().chars().collect();
    let shown = if key.len() >= 24 { 4 } else { 0 };
    let end: String = key[key.len() - shown..].iter().collect();
    format!("…{end}")
}

fn variable(name: &'static str) -> Result<Option<String>, Failure> {
    match std::env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(Failure::usage(format!(
            "the environment variable {name} is not UTF-8"
        ))),
    }
}

/// Whether two URLs lead to the same server and path.
fn same_server(left: &str, right: &str) -> bool {
    let parsed = |url: &str| url::Url::parse(url.trim_end_matches('/')).ok();
    parsed(left).is_some_and(|left| Some(left) == parsed(right))
}

fn no_url() -> Failure {
    Failure::usage("no server is named")
        .hint("use `ekodb login`, or set EKODB_API_URL and EKODB_API_KEY; `ekodb emulator` starts a local server")
}

fn no_key() -> Failure {
    Failure::new(Exit::Authentication, "no API key is named")
        .hint("use `ekodb login`, or set EKODB_API_KEY; `ekodb dashboard` shows where keys are")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_key_shows_four_characters_of_a_long_key_and_none_of_a_short_one() {
        assert_eq!(
            masked(&ApiKey::new("0123456789abcdef0123456789abcdef")),
            "…cdef"
        );
        assert_eq!(masked(&ApiKey::new("short-key")), "…");
        assert_eq!(masked(&ApiKey::new("")), "…");
    }

    #[test]
    fn the_same_server_is_told_from_another() {
        assert!(same_server("https://a.ekodb.io", "https://A.ekodb.io:443/"));
        for other in [
            "https://b.ekodb.io",
            "http://a.ekodb.io",
            "https://a.ekodb.io:1",
            "a",
        ] {
            assert!(!same_server("https://a.ekodb.io", other), "{other}");
        }
    }
}
