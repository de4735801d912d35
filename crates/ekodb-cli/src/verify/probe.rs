//! The table of probes.

use ekodb_client::raw_api::Operation;
use serde::Deserialize;

use super::{expectation::Expectation, step::Step};
use crate::failure::Failure;

const PROBES: [&str; 6] = [
    include_str!("probes/basis.yaml"),
    include_str!("probes/grants.yaml"),
    include_str!("probes/records.yaml"),
    include_str!("probes/collections.yaml"),
    include_str!("probes/kv.yaml"),
    include_str!("probes/transactions.yaml"),
];

/// One claim about the server, and the request that decides it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Probe {
    pub(crate) name: String,
    /// `basis` if other probes build on it, `assumption` and `conflict` of the contract, or flags
    /// of the emulator.
    pub(crate) about: Vec<String>,
    /// The operation of the contract that it is about.
    pub(crate) operation: String,
    /// Why it could change something for others: it is asked by name only.
    #[serde(default)]
    pub(crate) global: Option<String>,
    /// Probes that must be confirmed, besides those of the operations that it uses.
    #[serde(default)]
    pub(crate) needs: Vec<String>,
    /// API keys to register: a name, and what they may do to `$c`.
    #[serde(default)]
    keys: Vec<String>,
    /// What is sent before.
    #[serde(default)]
    pub(crate) given: Vec<Step>,
    /// The request whose reply decides.
    pub(crate) ask: Step,
    /// What the reply may be like if the claim is true.
    pub(crate) confirms: Vec<Expectation>,
    /// The claim.
    pub(crate) says: String,
    /// What would refute it.
    pub(crate) otherwise: String,
    /// What to change in the contract then.
    pub(crate) edit: String,
}

/// What no probe asks about.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Untestable {
    pub(crate) about: String,
    pub(crate) because: String,
}

impl Probe {
    /// The keys to register, each with its rights on `$c`.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (&str, Vec<&str>)> {
        self.keys.iter().map(|key| match key.split_once(": ") {
            None => (key.as_str(), Vec::new()),
            Some((name, rights)) => (name, rights.split(',').collect()),
        })
    }

    /// All its requests, in their order.
    pub(crate) fn steps(&self) -> impl Iterator<Item = &Step> {
        self.given.iter().chain([&self.ask])
    }

    /// Whether it needs to register, change or revoke API keys.
    pub(crate) fn needs_keys(&self) -> bool {
        let about_keys = |operation: &Operation| operation.path.starts_with("/api/auth/keys");
        !self.keys.is_empty()
            || self
                .steps()
                .any(|step| step.operation.id == "register_key" || about_keys(step.operation))
    }

    /// Whether it is the one that says whether an operation works at all.
    pub(crate) fn is_basis_of(&self, operation: &str) -> bool {
        self.ask.operation.id == operation && self.about.iter().any(|about| about == "basis")
    }
}

/// All probes, in the order in which they are asked.
pub(crate) fn probes() -> Result<Vec<Probe>, Failure> {
    let mut all = Vec::new();
    for text in PROBES {
        all.extend(parse::<Probe>(text)?);
    }
    Ok(all)
}

/// What is not asked about, with the reasons.
pub(crate) fn untestable() -> Result<Vec<Untestable>, Failure> {
    parse(include_str!("probes/untestable.yaml"))
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<Vec<T>, Failure> {
    serde_saphyr::from_str(text).map_err(|error| {
        let message = format!("this is a bug of ekodb: the table of probes: {error}");
        Failure::failed(message)
    })
}
