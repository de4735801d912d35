//! How an emulator is set up.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ekodb_api::SecretString;
use http::HeaderValue;
use http::uri::Authority;

use super::error::{Cause, Error};
use super::handle::Emulator;
use crate::engine::{Database, Durability, RecordOrder, Rules, Seed, UnknownMembers, is_weak_key};
use crate::http::{
    AppState, Counters, Faults, Generation, Limits, Origins, RateLimit, Settings, Tokens,
};

/// Sets up an [`Emulator`]; made by [`Emulator::builder`].
///
/// Without further settings it listens on a free port of the loopback address, keeps its data in
/// memory, makes an admin key of its own and issues tokens that live for an hour.
#[derive(Clone)]
#[must_use = "a builder does nothing before `start`"]
pub struct EmulatorBuilder {
    address: SocketAddr,
    data_dir: Option<PathBuf>,
    durability: Durability,
    admin_key: Option<SecretString>,
    rate_limit: Option<u64>,
    cors_origins: Option<Vec<String>>,
    rules: Rules,
    settings: Settings,
    seeds: Vec<Seed>,
}

impl Emulator {
    /// Returns a builder with default settings.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder {
            address: SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0),
            data_dir: None,
            durability: Durability::default(),
            admin_key: None,
            rate_limit: None,
            cors_origins: None,
            rules: Rules::default(),
            settings: Settings::default(),
            seeds: Vec::new(),
        }
    }
}

impl EmulatorBuilder {
    /// The address to listen on (default: `127.0.0.1`). Anything else lets others on the network
    /// in, over plain HTTP.
    pub fn host(mut self, host: IpAddr) -> Self {
        self.address.set_ip(host);
        self
    }

    /// The port to listen on (default: 0, any free one).
    pub fn port(mut self, port: u16) -> Self {
        self.address.set_port(port);
        self
    }

    /// Keeps the data in a directory, made if it is not there, readable by its owner only and
    /// locked against a second emulator (default: in memory, gone with the emulator).
    pub fn data_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.data_dir = Some(directory.into());
        self
    }

    /// When a write to the data directory is acknowledged (default: [`Durability::Immediate`]).
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// A key that becomes an admin key, registered if it is not there (default: the store's own,
    /// made at its first start). Any visible ASCII text is accepted. With one that is too weak to
    /// be registered (less than 32 characters, or less than 8 different ones) a warning is logged,
    /// and no web page of another origin may call the emulator.
    pub fn admin_key(mut self, key: impl Into<String>) -> Self {
        self.admin_key = Some(SecretString::new(key));
        self
    }

    /// How long tokens live (default: one hour, the shorter of the two figures documented for
    /// ekoDB). Tokens expire at whole seconds, so this is rounded up.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.token_lifetime = lifetime;
        self
    }

    /// Stands for a server before 0.80: the permission resources by key id are unknown routes
    /// (405), and health tells version 0.79.2 (default: off).
    pub fn legacy_permissions(mut self, legacy: bool) -> Self {
        self.settings.generation = if legacy {
            Generation::Legacy
        } else {
            Generation::Modern
        };
        self
    }

    /// Names that list among the collections as the server's own do, such as `audit__ek0_testing`
    /// (default: none).
    pub fn internal_collections<I>(mut self, names: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.settings.internal_collections = names.into_iter().map(Into::into).collect();
        self
    }

    /// How many requests a minute, of all keys together, are served before 429 (default: no limit).
    pub fn rate_limit(mut self, per_minute: u64) -> Self {
        self.rate_limit = Some(per_minute);
        self
    }

    /// The largest body that is read (default: 16 MiB); a larger one is answered with 413.
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.settings.limits.body.bytes = bytes;
        self
    }

    /// How long a body may take to arrive (default: 30 seconds); a slower one is answered with 408.
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        self.settings.limits.body.timeout = timeout;
        self
    }

    /// How long a connection may take over the head of a request before it is closed, idle between
    /// two included (default: 60 seconds).
    pub fn head_timeout(mut self, timeout: Duration) -> Self {
        self.settings.limits.head_timeout = timeout;
        self
    }

    /// How long a client may take to read 64 KiB of a reply before it is cut off (default: 30
    /// seconds): until its end a reply holds the state of the store that it shows, which makes the
    /// data directory grow under writes.
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.settings.limits.write_timeout = timeout;
        self
    }

    /// The origins whose pages a browser lets call the emulator, such as `https://app.example.com`;
    /// `*` is any, an empty list none (default: pages served from this machine: `localhost` and
    /// loopback addresses, any port).
    pub fn cors_origins<I>(mut self, origins: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.cors_origins = Some(origins.into_iter().map(Into::into).collect());
        self
    }

    /// Names that requests may have as their `Host`, besides addresses, `localhost` and names
    /// without a dot; `*` is any (default: none). Other requests are answered with 421, so that no
    /// web page whose name resolves to this machine reaches the emulator.
    pub fn allow_hosts<I>(mut self, names: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.settings.allowed_hosts = names.into_iter().map(Into::into).collect();
        self
    }

    /// Lets pass what the API does not have: members of bodies, and parameters where it takes some
    /// (default: off, they are answered with 400, since they are mistakes most of the time).
    /// Records may have any members.
    pub fn loose(mut self, on: bool) -> Self {
        self.rules.unknown_members = match on {
            true => UnknownMembers::Ignored,
            false => UnknownMembers::Refused,
        };
        self
    }

    /// Answers a batch of which a part failed with 207, as the documentation says (default: 200, as
    /// recorded).
    pub fn multi_status(mut self, on: bool) -> Self {
        self.settings.multi_status = on;
        self
    }

    /// Answers 404 for reading, searching or deleting a collection that is not there (default: off,
    /// as recorded: an empty schema, no records, success). Inserting makes it all the same.
    pub fn refuse_unknown_collections(mut self, on: bool) -> Self {
        self.rules.refuse_unknown_collections = on;
        self
    }

    /// Answers restores as a later recording does: the mark of deletion goes and the record does
    /// not come back; the reply has `"status": "success"` and `"restored": false` (default: off, it
    /// comes back as documented).
    pub fn restore_clears_only(mut self, on: bool) -> Self {
        self.rules.restore_clears_only = on;
        self
    }

    /// Refuses names of collections with other characters than `a-z`, `0-9` and `_` with 400: every
    /// name that was recorded has only these (default: off, such a request is answered with a
    /// `Warning` header, and a new collection is logged).
    pub fn strict_names(mut self, on: bool) -> Self {
        self.rules.strict_names = on;
        self
    }

    /// Returns records that a find does not sort, or sorts as equal, in an order made from `seed`
    /// instead of the order of insertion (default: off). It stays while the emulator runs, so pages
    /// lose nothing.
    pub fn shuffle(mut self, seed: u64) -> Self {
        self.rules.order = RecordOrder::shuffled(seed);
        self
    }

    /// Answers 403 to a limited key that lists collections (default: off, it sees those it has any
    /// right on).
    pub fn admin_only_listing(mut self, on: bool) -> Self {
        self.settings.admin_only_listing = on;
        self
    }

    /// Takes a KV key in a path as it was sent, without decoding it, as recordings of the server
    /// show (default: off): `a%3Ab` is then a key of five characters, another one than `a:b`.
    pub fn raw_kv_keys(mut self, on: bool) -> Self {
        self.settings.raw_kv_keys = on;
        self
    }

    /// Answers 200 with `"deleted": false` to deleting a KV key that does not exist (default: off,
    /// 404). The sources do not agree on it.
    pub fn idempotent_kv_delete(mut self, on: bool) -> Self {
        self.settings.idempotent_kv_delete = on;
        self
    }

    /// Shows the contract as a page at `/docs`, from which this server can be called (default: on).
    /// It holds no secret, loads nothing from elsewhere, and its requests are neither counted nor
    /// limited.
    pub fn docs(mut self, on: bool) -> Self {
        self.settings.docs = on;
        self
    }

    /// Offers the routes under `/emulator/`, with which a test in another process does what the
    /// handle does in this one: reset, snapshots, export, the clock, tokens and faults (default:
    /// off). They are for clients on this machine that send the admin key as their bearer.
    pub fn control_routes(mut self, on: bool) -> Self {
        self.settings.control = on;
        self
    }

    /// Collections and records to begin with; more than one seed are stored in the order in which
    /// they were given. What is in the data directory already is seeded again: see [`Seed`].
    pub fn seed(mut self, seed: Seed) -> Self {
        self.seeds.push(seed);
        self
    }

    /// Seeds from a `.json`, `.ndjson` or `.jsonl` file, or a directory of them: see
    /// [`Seed::path`].
    pub fn seed_file(self, path: impl Into<PathBuf>) -> Self {
        self.seed(Seed::path(path))
    }

    /// Opens the store, seeds it, listens and serves on the current Tokio runtime. The emulator
    /// answers once this returns.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Setting`](crate::ErrorKind::Setting) for a setting that cannot be used,
    /// [`Listen`](crate::ErrorKind::Listen) when the address is taken,
    /// [`DataDirectory`](crate::ErrorKind::DataDirectory) and [`Locked`](crate::ErrorKind::Locked)
    /// when the directory cannot be used, [`Store`](crate::ErrorKind::Store) when the store cannot
    /// be opened, [`Seed`](crate::ErrorKind::Seed) when a seed cannot be stored.
    pub async fn start(self) -> Result<Emulator, Error> {
        self.check()?;
        let mut settings = self.settings;
        settings.origins = origins(self.cors_origins.as_deref())?;
        if self.admin_key.as_ref().is_some_and(is_weak_key) {
            tracing::warn!(
                "the admin key is easy to guess: web pages of other origins may not call the emulator; give one of \
                 at least 32 characters, 8 of them different"
            );
            settings.origins = Origins::These(Vec::new());
        }
        let database = match &self.data_dir {
            Some(directory) => Database::in_directory(directory, self.durability, self.rules)?,
            None => Database::in_memory(self.rules)?,
        };
        let identity = database.identity(self.admin_key.clone()).await?;
        for seed in self.seeds {
            database.seed(seed).await?;
        }
        let tokens = Tokens::new(
            &identity.signing_secret.0,
            settings.token_lifetime,
            identity.token_epoch,
        );
        let state = AppState {
            database: Arc::new(database),
            tokens: Arc::new(tokens),
            counters: Arc::new(Counters::default()),
            rate: Arc::new(RateLimit::new(self.rate_limit)),
            faults: Arc::new(Faults::default()),
            admin_key: Arc::new(identity.admin_key),
            settings: Arc::new(settings),
            started: Instant::now(),
        };
        Ok(Emulator::listen(state, self.address).await?)
    }

    fn check(&self) -> Result<(), Cause> {
        if let Some(key) = &self.admin_key {
            let key = key.expose();
            if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(Cause::setting(
                    "the admin key",
                    "must be visible ASCII characters, at least one, without spaces",
                ));
            }
        }
        let Limits {
            body,
            head_timeout,
            write_timeout,
        } = self.settings.limits;
        if [body.timeout, head_timeout, write_timeout].contains(&Duration::ZERO) {
            return Err(Cause::setting(
                "a timeout",
                "is zero: no request could ever be answered",
            ));
        }
        if self.settings.token_lifetime.is_zero() {
            return Err(Cause::setting(
                "the token lifetime",
                "is zero: no token could ever be used",
            ));
        }
        Ok(())
    }
}

impl fmt::Debug for EmulatorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmulatorBuilder")
            .field("address", &self.address)
            .field("data_dir", &self.data_dir)
            .finish_non_exhaustive()
    }
}

fn origins(wanted: Option<&[String]>) -> Result<Origins, Cause> {
    let Some(wanted) = wanted else {
        return Ok(Origins::Loopback);
    };
    if wanted.iter().any(|origin| origin == "*") {
        return Ok(Origins::Any);
    }
    let parsed = wanted.iter().map(|origin| {
        let (scheme, authority) = origin.split_once("://")?;
        let is_origin =
            matches!(scheme, "http" | "https") && Authority::try_from(authority).is_ok();
        HeaderValue::from_str(origin).ok().filter(|_| is_origin)
    });
    parsed.collect::<Option<_>>().map(Origins::These).ok_or_else(|| {
        Cause::setting(
            "an origin for CORS",
            "must be a scheme and a host, such as https://app.example.com, without a path; or *",
        )
    })
}
