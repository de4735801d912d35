//! What the handlers of one emulator share.

use std::time::{Duration, Instant};

use ekodb_api::SecretString;
use http::HeaderValue;

use crate::access::Tokens;
use crate::clock::Clock;
use crate::control::Faults;
use crate::meter::{Counters, RateLimit};
use crate::store::Store;
use crate::wire::{ApiError, Unknown};

/// The state behind every route.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) tokens: Tokens,
    /// How long tokens live unless a test sets it otherwise.
    pub(crate) token_lifetime: Duration,
    pub(crate) admin_key: SecretString,
    pub(crate) clock: Clock,
    pub(crate) counters: Counters,
    pub(crate) rate: RateLimit,
    pub(crate) faults: Faults,
    /// Whether there are routes under `/emulator/`.
    pub(crate) control: bool,
    pub(crate) limits: Limits,
    pub(crate) generation: Generation,
    pub(crate) behaviour: Behaviour,
    pub(crate) origins: Origins,
    /// Whether the contract is shown at `/docs`.
    pub(crate) docs: bool,
    pub(crate) internal_collections: Vec<String>,
    pub(crate) started: Instant,
}

/// Bounds on what a request may bring.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) body_bytes: usize,
    /// How long a client may take to send a body.
    pub(crate) body_timeout: Duration,
    /// How long a connection may take over the head of a request, idle between two included.
    pub(crate) head_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 16 * 1024 * 1024,
            body_timeout: Duration::from_secs(30),
            head_timeout: Duration::from_secs(60),
        }
    }
}

/// Which server the emulator stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Generation {
    /// With permission resources by key id.
    Modern,
    /// With the legacy pair only.
    Legacy,
}

impl Generation {
    /// The version that health tells an admin.
    pub(crate) fn version(self) -> &'static str {
        match self {
            Self::Modern => "0.80.0",
            Self::Legacy => "0.79.2",
        }
    }
}

/// What the emulator does where the evidence about the server says two things. All off: what was recorded.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Behaviour {
    pub(crate) unknown: Unknown,
    pub(crate) multi_status: bool,
    pub(crate) refuse_unknown_collections: bool,
    pub(crate) admin_only_listing: bool,
}

impl Behaviour {
    /// What comes of a collection that is not there: what `otherwise` makes, or a refusal.
    pub(crate) fn without_collection<T>(
        self,
        name: &str,
        otherwise: impl FnOnce() -> T,
    ) -> Result<T, ApiError> {
        if self.refuse_unknown_collections {
            return Err(ApiError::unknown_collection(name));
        }
        Ok(otherwise())
    }
}

/// Where the pages come from that may call the emulator.
#[derive(Clone, Debug, Default)]
pub(crate) enum Origins {
    /// From this machine.
    #[default]
    Loopback,
    Any,
    These(Vec<HeaderValue>),
}
