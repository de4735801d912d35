//! A record as a reply has it.

use std::collections::HashSet;

use chrono::DateTime;
use serde_json::{Map, Value};

use super::record::Record;
use crate::engine::clock::rfc3339;

/// Which fields may be seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Projection {
    select: Option<HashSet<String>>,
    exclude: HashSet<String>,
}

impl Projection {
    pub(crate) fn new(select: Option<&[String]>, exclude: Option<&[String]>) -> Self {
        let set = |fields: &[String]| fields.iter().cloned().collect();
        Self {
            select: select.map(set),
            exclude: exclude.map(set).unwrap_or_default(),
        }
    }

    /// Whether a field may be seen; of a path with dots, whether what it starts with may.
    pub(crate) fn shows(&self, path: &str) -> bool {
        let field = path.split('.').next().unwrap_or(path);
        let named = |fields: &HashSet<String>| fields.contains(path) || fields.contains(field);
        self.select.as_ref().is_none_or(named) && !named(&self.exclude)
    }
}

/// How records are shown: which fields (all projections must agree), wrapped or plain, the id by what name.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) typed: bool,
    pub(crate) id_name: String,
    pub(crate) projections: Vec<Projection>,
}

impl View {
    /// The record's JSON form. The id is always in it.
    pub(crate) fn render(&self, record: Record) -> Map<String, Value> {
        let mut shown = Map::new();
        shown.insert(self.id_name.clone(), Value::String(record.id));
        for (name, value) in record.fields {
            if self.shows(&name) {
                shown.insert(name, value.into_reply(self.typed));
            }
        }
        if let Some(ttl) = record.ttl
            && self.shows("ttl")
            && let Some(expires) = DateTime::from_timestamp_millis(ttl.expires_at)
        {
            shown.insert("ttl".to_owned(), Value::String(rfc3339(expires)));
        }
        shown
    }

    fn shows(&self, field: &str) -> bool {
        self.projections.iter().all(|one| one.shows(field))
    }
}
