//! The arguments, each of which can come from the environment too.

use std::ffi::OsString;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::seeding;
use crate::{Durability, Emulator, EmulatorBuilder};

/// A local ekoDB server for development and tests
///
/// It prints one line with its address once it answers, then lines to copy into a shell.
#[derive(Args, Debug)]
// All flags of the server are those of the subcommands too, before and after the subcommand.
#[command(mut_args(|argument| argument.global(true)))]
pub struct EmulatorArgs {
    #[command(flatten)]
    pub(super) arguments: Arguments,

    #[command(subcommand)]
    pub(super) action: Option<Action>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    /// Serve until a signal asks to stop (the default)
    Serve,
    /// Run a command with an emulator of its own, and exit as the command does
    ///
    /// The emulator takes a free port and keeps its data in memory unless told otherwise. The
    /// command finds it through EKODB_API_URL and EKODB_API_KEY, and has standard input and output
    /// to itself. Exits with the command's code, 128 and the signal's number if one killed it, 127
    /// if it was not found, 126 if it could not be run, 125 if the emulator failed.
    Exec {
        /// The command and its arguments, such as: -- cargo test
        #[arg(required = true, trailing_var_arg = true, value_name = "COMMAND")]
        command: Vec<OsString>,
    },
}

// The command `ekodb-emulator`.
/// A local ekoDB server for development and tests.
///
/// It prints one line with its address once it answers, then lines to copy into a shell.
#[derive(Parser)]
#[command(name = "ekodb-emulator", version)]
struct Cli {
    #[command(flatten)]
    emulator: EmulatorArgs,
}

impl EmulatorArgs {
    /// Reads the command line and the environment; ends the process when they are wrong.
    pub(super) fn read() -> Self {
        Cli::parse().emulator
    }
}

/// The flags of the server, whichever way it is started.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The address to listen on. Anything but loopback lets others on the network in, over plain
    /// HTTP
    #[arg(long, env = "EKODB_EMULATOR_HOST", default_value = "127.0.0.1")]
    host: IpAddr,

    /// The port to listen on; 0 is any free one [default: 8080; with exec 0]
    #[arg(long, env = "EKODB_EMULATOR_PORT")]
    port: Option<u16>,

    /// Write the port to this file once it answers
    #[arg(long, env = "EKODB_EMULATOR_PORT_FILE", value_name = "FILE")]
    pub(super) port_file: Option<PathBuf>,

    /// Keep the data in this directory
    #[arg(long, env = "EKODB_EMULATOR_DATA_DIR", value_name = "DIR")]
    pub(super) data_dir: Option<PathBuf>,

    /// Keep the data in memory until it stops (the default)
    #[arg(long, env = "EKODB_EMULATOR_MEMORY", conflicts_with = "data_dir", value_parser = FalseyValueParser::new())]
    memory: bool,

    /// When a write to the data directory is acknowledged
    #[arg(long, env = "EKODB_EMULATOR_DURABILITY", value_enum, default_value_t = WriteDurability::Immediate)]
    durability: WriteDurability,

    /// Store the collections and records of this .json or .ndjson file, or directory of such files,
    /// before it answers. Can be repeated, also with commas. Seeding twice has the same result as
    /// seeding once
    #[arg(
        long,
        env = "EKODB_EMULATOR_SEED",
        value_name = "PATH",
        value_delimiter = ','
    )]
    seed: Vec<PathBuf>,

    /// The admin key; otherwise one is created at the first start and kept with the data. On the
    /// command line other users of this machine can see it: give it in the environment or by
    /// --admin-key-file
    #[arg(
        long,
        env = "EKODB_EMULATOR_ADMIN_KEY",
        value_name = "KEY",
        hide_env_values = true
    )]
    admin_key: Option<Secret>,

    /// Read the admin key from this file
    #[arg(
        long,
        env = "EKODB_EMULATOR_ADMIN_KEY_FILE",
        value_name = "FILE",
        conflicts_with = "admin_key"
    )]
    admin_key_file: Option<PathBuf>,

    /// How long tokens live, such as 30s, 5m, 1h
    #[arg(long, env = "EKODB_EMULATOR_TOKEN_LIFETIME", value_name = "TIME", default_value = "1h", value_parser = duration)]
    token_lifetime: Duration,

    /// Emulate a server before 0.80, without permission resources by key id
    #[arg(long, env = "EKODB_EMULATOR_LEGACY_PERMISSIONS", value_parser = FalseyValueParser::new())]
    legacy_permissions: bool,

    /// The number of requests per minute before 429
    #[arg(long, env = "EKODB_EMULATOR_RATE_LIMIT", value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    rate_limit: Option<u64>,

    /// The largest body that is read
    #[arg(long, env = "EKODB_EMULATOR_MAX_BODY_BYTES", value_name = "BYTES", default_value_t = 16 * 1024 * 1024)]
    max_body_bytes: usize,

    /// How long a body may take to arrive before 408
    #[arg(long, env = "EKODB_EMULATOR_BODY_TIMEOUT", value_name = "TIME", default_value = "30s", value_parser = duration)]
    body_timeout: Duration,

    /// How long a connection may take to send the head of a request before it is closed
    #[arg(long, env = "EKODB_EMULATOR_HEAD_TIMEOUT", value_name = "TIME", default_value = "60s", value_parser = duration)]
    head_timeout: Duration,

    /// How long a client may take to read 64 KiB of a reply before it is cut off
    #[arg(long, env = "EKODB_EMULATOR_WRITE_TIMEOUT", value_name = "TIME", default_value = "30s", value_parser = duration)]
    write_timeout: Duration,

    /// Ignore members of bodies that the API does not have, instead of answering 400
    #[arg(long, env = "EKODB_EMULATOR_LOOSE", value_parser = FalseyValueParser::new())]
    loose: bool,

    /// Answer batches that failed partly with 207
    #[arg(long, env = "EKODB_EMULATOR_MULTI_STATUS", value_parser = FalseyValueParser::new())]
    multi_status: bool,

    /// Answer 404 for reading, searching or deleting a collection that does not exist
    #[arg(long, env = "EKODB_EMULATOR_REFUSE_UNKNOWN_COLLECTIONS", value_parser = FalseyValueParser::new())]
    refuse_unknown_collections: bool,

    /// Answer restores as a later recording of ekoDB does: the mark of deletion goes, the record
    /// does not come back
    #[arg(long, env = "EKODB_EMULATOR_RESTORE_CLEARS_ONLY", value_parser = FalseyValueParser::new())]
    restore_clears_only: bool,

    /// Refuse names of collections with other characters than a-z, 0-9 and _, instead of warning
    /// about them
    #[arg(long, env = "EKODB_EMULATOR_STRICT_NAMES", value_parser = FalseyValueParser::new())]
    strict_names: bool,

    /// Return records that a find does not sort in an order that differs from start to start and
    /// stays while the emulator runs, so that tests which rely on the order of insertion fail
    #[arg(long, env = "EKODB_EMULATOR_SHUFFLE", value_parser = FalseyValueParser::new())]
    shuffle: bool,

    /// Shuffle like an earlier start, which printed this number
    #[arg(long, env = "EKODB_EMULATOR_SHUFFLE_SEED", value_name = "NUMBER")]
    shuffle_seed: Option<u64>,

    /// Answer 403 to a limited key that lists collections
    #[arg(long, env = "EKODB_EMULATOR_ADMIN_ONLY_LISTING", value_parser = FalseyValueParser::new())]
    admin_only_listing: bool,

    /// Take KV keys in paths as they were sent, without decoding them
    #[arg(long, env = "EKODB_EMULATOR_RAW_KV_KEYS", value_parser = FalseyValueParser::new())]
    raw_kv_keys: bool,

    /// Answer 200 to deleting a KV key that does not exist, instead of 404
    #[arg(long, env = "EKODB_EMULATOR_IDEMPOTENT_KV_DELETE", value_parser = FalseyValueParser::new())]
    idempotent_kv_delete: bool,

    /// Offer the routes under /emulator/ to clients on this machine that send the admin key as
    /// their bearer
    #[arg(long, env = "EKODB_EMULATOR_CONTROL_ROUTES", value_parser = FalseyValueParser::new())]
    control_routes: bool,

    /// The origins whose pages may call the emulator from a browser; * is any, an empty value is
    /// none [default: those of this machine]
    #[arg(
        long,
        env = "EKODB_EMULATOR_CORS_ORIGINS",
        value_name = "ORIGIN,...",
        value_delimiter = ','
    )]
    cors_origins: Option<Vec<String>>,

    /// A name that requests may have as their Host, besides addresses, localhost and names without
    /// a dot; * is any. Other requests are answered with 421: no web page whose name resolves to
    /// this machine gets through
    #[arg(
        long,
        env = "EKODB_EMULATOR_ALLOW_HOST",
        value_name = "NAME",
        value_delimiter = ','
    )]
    allow_host: Vec<String>,

    /// Do not show the contract as a page at /docs
    #[arg(long, env = "EKODB_EMULATOR_NO_DOCS", value_parser = FalseyValueParser::new())]
    pub(super) no_docs: bool,

    /// What to log to standard error, such as info or ekodb_emulator=debug [default: RUST_LOG if it
    /// is set, else warn]
    #[arg(long, env = "EKODB_EMULATOR_LOG", value_name = "FILTER")]
    pub(super) log: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum WriteDurability {
    /// Once it is on disk
    Immediate,
    /// Once it is applied: a crash may lose the last quarter of a second
    Relaxed,
}

impl Arguments {
    /// The number that the order of records is made from, if they are to be shuffled.
    pub(super) fn shuffle_seed(&self) -> Result<Option<u64>, getrandom::Error> {
        match self.shuffle_seed {
            None if self.shuffle => getrandom::u64().map(Some),
            seed => Ok(seed),
        }
    }

    /// Refuses flags before and after a subcommand that exclude each other: each is looked at on
    /// its own side alone.
    fn check(&self) -> Result<(), String> {
        if self.memory && self.data_dir.is_some() {
            return Err("--memory and --data-dir cannot be used together".to_owned());
        }
        if self.admin_key.is_some() && self.admin_key_file.is_some() {
            return Err("--admin-key and --admin-key-file cannot be used together".to_owned());
        }
        Ok(())
    }

    /// The emulator they describe, on `default_port` unless they name one.
    pub(super) fn builder(&self, default_port: u16) -> Result<EmulatorBuilder, String> {
        self.check()?;
        let mut builder = Emulator::builder()
            .host(self.host)
            .port(self.port.unwrap_or(default_port))
            .token_lifetime(self.token_lifetime)
            .legacy_permissions(self.legacy_permissions)
            .max_body_bytes(self.max_body_bytes)
            .body_timeout(self.body_timeout)
            .head_timeout(self.head_timeout)
            .write_timeout(self.write_timeout)
            .loose(self.loose)
            .multi_status(self.multi_status)
            .refuse_unknown_collections(self.refuse_unknown_collections)
            .restore_clears_only(self.restore_clears_only)
            .strict_names(self.strict_names)
            .admin_only_listing(self.admin_only_listing)
            .raw_kv_keys(self.raw_kv_keys)
            .idempotent_kv_delete(self.idempotent_kv_delete)
            .docs(!self.no_docs)
            .control_routes(self.control_routes)
            .durability(match self.durability {
                WriteDurability::Immediate => Durability::Immediate,
                WriteDurability::Relaxed => Durability::Relaxed,
            });
        for path in &self.seed {
            builder = builder.seed(seeding::shown(path));
        }
        if let Some(directory) = &self.data_dir {
            builder = builder.data_dir(directory);
        }
        if let Some(Secret(key)) = &self.admin_key {
            builder = builder.admin_key(key);
        }
        if let Some(path) = &self.admin_key_file {
            let key = std::fs::read_to_string(path);
            let key = key.map_err(|error| {
                format!("cannot read the admin key from {}: {error}", path.display())
            })?;
            builder = builder.admin_key(key.trim_end());
        }
        if let Some(origins) = &self.cors_origins {
            let named = origins.iter().map(|origin| origin.trim());
            builder = builder.cors_origins(named.filter(|origin| !origin.is_empty()));
        }
        builder = builder.allow_hosts(&self.allow_host);
        if let Some(limit) = self.rate_limit {
            builder = builder.rate_limit(limit);
        }
        Ok(builder)
    }
}

/// A value that no help or debug text shows.
#[derive(Clone)]
struct Secret(String);

impl FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(secret: &str) -> Result<Self, Self::Err> {
        Ok(Self(secret.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// A number with a unit: `ms`, `s`, `m`, `h` or `d`.
fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err("expected a number with a unit, such as 30s, 5m or 1h".to_owned()),
    };
    number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(millis))
        .map(Duration::from_millis)
        .ok_or_else(|| "expected a number with a unit, such as 30s, 5m or 1h".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn every_argument_has_a_variable_in_the_environment_that_is_named_after_it() {
        let command = Cli::command();
        command.clone().debug_assert();
        for argument in command.get_arguments() {
            let name = argument.get_long().expect("no argument is positional");
            let variable = name.replace('-', "_").to_uppercase();
            let env = argument.get_env().and_then(|env| env.to_str());
            assert_eq!(env, Some(&*format!("EKODB_EMULATOR_{variable}")));
            assert!(argument.is_global_set(), "{name} is good with exec too");
        }
        // What a subcommand adds is the command to run and nothing else.
        for subcommand in command.get_subcommands() {
            assert!(subcommand.get_opts().next().is_none());
        }
    }

    #[test]
    fn no_help_shows_the_value_of_a_secret() {
        let command = Cli::command();
        let secrets = command.get_arguments().filter(|argument| {
            let name = argument.get_long().unwrap_or_default();
            ["key", "secret", "token", "password"]
                .contains(&name.rsplit('-').next().unwrap_or(name))
        });
        let hidden: Vec<_> = secrets
            .map(|secret| secret.is_hide_env_values_set())
            .collect();
        assert_eq!(hidden, [true], "the admin key, hidden");
    }

    #[test]
    fn a_duration_is_a_number_with_a_unit() {
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(duration("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(duration("5m"), Ok(Duration::from_secs(300)));
        assert_eq!(duration("24h"), Ok(Duration::from_secs(86_400)));
        assert_eq!(duration("2d"), Ok(Duration::from_secs(172_800)));
        for wrong in [
            "",
            "s",
            "5",
            "-5s",
            "1.5h",
            "5 m",
            "99999999999999999999s",
            "18446744073709551615d",
        ] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
