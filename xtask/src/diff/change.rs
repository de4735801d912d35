//! What a comparison finds: a change, the rule it falls under, and where it is.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

/// How much a change matters to those who use the contract. Ordered from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// Only words changed.
    Documentation,
    /// The contract changed, and whatever worked still works.
    Compatible,
    /// Something that worked may fail.
    Breaking,
}

impl Level {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Documentation => "documentation",
            Self::Compatible => "compatible",
            Self::Breaking => "breaking",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One way in which a contract can change. Its name says which level it has.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    pub(crate) level: Level,
    /// For whom it breaks and why, or why it does not.
    pub(crate) why: &'static str,
    /// What to do about it.
    pub(crate) fix: &'static str,
}

/// A change of a schema, which means one thing to what clients send and another to what they
/// receive.
#[derive(Debug)]
pub(crate) struct Sided {
    pub(crate) request: Rule,
    pub(crate) response: Rule,
}

impl Sided {
    pub(crate) fn on(&self, side: Side) -> &Rule {
        match side {
            Side::Request => &self.request,
            Side::Response => &self.response,
        }
    }
}

/// The direction in which a value travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Side {
    Request,
    Response,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "request",
            Self::Response => "response",
        })
    }
}

/// The document that a pointer leads into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Which {
    /// The older document: the place is gone from the newer one.
    Base,
    /// The newer document.
    Revision,
}

/// Where a change is, and whom it reaches.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Place {
    /// The document that `pointer` leads into.
    pub(crate) document: Which,
    /// A JSON pointer. In a shared component it leads there, since that is where the change was
    /// made.
    pub(crate) pointer: String,
    /// Whether it changes what is sent or what is received, if it is either.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) side: Option<Side>,
    /// The operations it reaches, by operation id. Empty if it is about the whole document.
    pub(crate) operations: Vec<String>,
}

/// One change.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Change {
    #[serde(serialize_with = "rule_name")]
    pub(crate) rule: &'static Rule,
    pub(crate) level: Level,
    #[serde(flatten)]
    pub(crate) place: Place,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<Value>,
    pub(crate) why: &'static str,
    pub(crate) fix: &'static str,
}

fn rule_name<S: serde::Serializer>(rule: &Rule, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(rule.name)
}
