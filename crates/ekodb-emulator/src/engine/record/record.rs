//! A record as it is stored.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ttl::Ttl;
use crate::engine::value::{Operand, Typed, memory_size};

/// A record of a collection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) fields: BTreeMap<String, Typed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ttl: Option<Ttl>,
}

impl Record {
    /// An id such as the server makes: 512 random bits in 86 characters.
    pub(crate) fn new_id() -> Result<String, getrandom::Error> {
        let mut random = [0; 64];
        getrandom::fill(&mut random)?;
        Ok(URL_SAFE_NO_PAD.encode(random))
    }

    /// How many bytes of memory it takes, roughly.
    pub(crate) fn memory_size(&self) -> usize {
        let fields = self.fields.iter();
        fields
            .map(|(name, typed)| name.len() + memory_size(&typed.value))
            .sum()
    }

    /// Whether its time to live is over at a moment, in Unix milliseconds.
    pub(crate) fn is_expired(&self, now: i64) -> bool {
        self.ttl.is_some_and(|ttl| ttl.expires_at <= now)
    }

    /// The value at a path for comparison: a field of that very name, else a path with dots into
    /// objects. What is not there is `null`. `alias` is the name under which the id appears.
    pub(crate) fn operand(&self, path: &str, alias: &str) -> Operand<'_> {
        if path == "id" || path == alias {
            return Operand::Text(&self.id);
        }
        if let Some(value) = self.fields.get(path) {
            return Operand::typed(value);
        }
        self.inner(path).map_or(Operand::Null, Operand::plain)
    }

    /// The value at a path, as [`Record::operand`] finds it; `None` for what is not there or
    /// `null`.
    pub(crate) fn value(&self, path: &str, alias: &str) -> Option<Typed> {
        if path == "id" || path == alias {
            return Some(Typed::inferred(Value::String(self.id.clone())));
        }
        let found = match self.fields.get(path) {
            Some(value) => value.clone(),
            None => Typed::inferred(self.inner(path)?.clone()),
        };
        Some(found).filter(|value| !value.is_null())
    }

    fn inner(&self, path: &str) -> Option<&Value> {
        let (field, rest) = path.split_once('.')?;
        let mut value = &self.fields.get(field)?.value;
        for name in rest.split('.') {
            value = value.get(name)?;
        }
        Some(value)
    }
}
