//! What the handlers of one emulator share. Each handler extracts the part that it uses.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::FromRef;
use ekodb_api::SecretString;
use http::HeaderValue;

use super::access::Tokens;
use super::faults::Faults;
use super::meter::{Counters, RateLimit};
use super::wire::{BodyLimits, BodyRules, RawKvKeys};
use crate::engine::{Database, Error, UnknownMembers};

/// The state behind every route.
#[derive(Clone, Debug)]
pub(crate) struct AppState {
    pub(crate) database: Arc<Database>,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) rate: Arc<RateLimit>,
    pub(crate) faults: Arc<Faults>,
    pub(crate) admin_key: Arc<SecretString>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) started: Instant,
}

/// What the builder of an emulator sets, and does not change while it runs.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// How long tokens live unless a test changes it.
    pub(crate) token_lifetime: Duration,
    pub(crate) limits: Limits,
    pub(crate) generation: Generation,
    pub(crate) origins: Origins,
    /// Whether the contract is shown at `/docs`.
    pub(crate) docs: bool,
    /// Whether there are routes under `/emulator/`.
    pub(crate) control: bool,
    /// Whether a batch that failed in part is answered with 207.
    pub(crate) multi_status: bool,
    /// Whether a limited key may not list collections.
    pub(crate) admin_only_listing: bool,
    /// Whether KV keys in paths are taken as they were sent.
    pub(crate) raw_kv_keys: bool,
    /// Whether deleting a KV key that does not exist succeeds.
    pub(crate) idempotent_kv_delete: bool,
    pub(crate) internal_collections: Vec<String>,
    /// The names, besides its addresses and local names, that the emulator is called by.
    pub(crate) allowed_hosts: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            token_lifetime: Duration::from_secs(60 * 60),
            limits: Limits::default(),
            generation: Generation::Modern,
            origins: Origins::Loopback,
            docs: true,
            control: false,
            multi_status: false,
            admin_only_listing: false,
            raw_kv_keys: false,
            idempotent_kv_delete: false,
            internal_collections: Vec::new(),
            allowed_hosts: Vec::new(),
        }
    }
}

/// Bounds on what a client may send.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) body: BodyLimits,
    /// How long a connection may take to send the head of a request, idle time before it included.
    pub(crate) head_timeout: Duration,
    /// How long a client may take over 64 KiB of a reply.
    pub(crate) write_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: BodyLimits::default(),
            head_timeout: Duration::from_secs(60),
            write_timeout: Duration::from_secs(30),
        }
    }
}

/// The generation of the server that the emulator stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Generation {
    /// With permission resources by key id.
    Modern,
    /// With the legacy pair only.
    Legacy,
}

impl Generation {
    /// The version that health reports to an admin.
    pub(crate) fn version(self) -> &'static str {
        match self {
            Self::Modern => "0.80.0",
            Self::Legacy => "0.79.2",
        }
    }
}

/// The origins of the pages that may call the emulator.
#[derive(Clone, Debug)]
pub(crate) enum Origins {
    /// This machine.
    Loopback,
    Any,
    These(Vec<HeaderValue>),
}

impl AppState {
    /// Returns everything to how it was after the first start, except the admin key and the
    /// builder's settings.
    pub(crate) async fn reset(&self) -> Result<(), Error> {
        self.database.reset(&self.admin_key).await?;
        self.faults.clear();
        self.tokens.set_lifetime(self.settings.token_lifetime);
        self.counters.reset();
        self.rate.reset();
        Ok(())
    }

    /// Refuses every token issued so far, once that is stored.
    pub(crate) async fn expire_tokens(&self) -> Result<(), Error> {
        let epoch = self.tokens.epoch() + 1;
        self.database.set_token_epoch(epoch).await?;
        self.tokens.expire_before(epoch);
        Ok(())
    }

    /// Refuses every token issued so far at once, and stores that later.
    pub(crate) fn expire_tokens_now(&self) {
        let epoch = self.tokens.epoch() + 1;
        self.tokens.expire_before(epoch);
        self.database.set_token_epoch_later(epoch);
    }
}

macro_rules! parts_of_the_state {
    ($($part:ident: $of:ty),+ $(,)?) => {$(
        impl FromRef<AppState> for Arc<$of> {
            fn from_ref(state: &AppState) -> Self {
                Arc::clone(&state.$part)
            }
        }
    )+};
}

parts_of_the_state! {
    database: Database,
    tokens: Tokens,
    counters: Counters,
    faults: Faults,
    admin_key: SecretString,
    settings: Settings,
}

impl FromRef<AppState> for BodyRules {
    fn from_ref(state: &AppState) -> Self {
        Self {
            limits: state.settings.limits.body,
            unknown_members: UnknownMembers::from_ref(state),
        }
    }
}

impl FromRef<AppState> for UnknownMembers {
    fn from_ref(state: &AppState) -> Self {
        state.database.rules().unknown_members
    }
}

impl FromRef<AppState> for RawKvKeys {
    fn from_ref(state: &AppState) -> Self {
        Self(state.settings.raw_kv_keys)
    }
}
