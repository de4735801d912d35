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

    /// What the restrictions of a grant leave. They name whole fields: a name with a dot, which is
    /// refused since, hides the whole of its field.
    pub(crate) fn of_restrictions(select: Option<&[String]>, exclude: Option<&[String]>) -> Self {
        let mut projection = Self::new(select, exclude);
        if let Some(select) = &mut projection.select {
            select.retain(|name| !name.contains('.'));
        }
        projection.exclude = projection
            .exclude
            .iter()
            .map(|name| first_segment(name).to_owned())
            .collect();
        projection
    }

    /// Whether every field may be seen.
    pub(crate) fn shows_all(&self) -> bool {
        self.select.is_none() && self.exclude.is_empty()
    }

    /// Whether a field may be seen; of a path with dots, whether what it starts with may.
    pub(crate) fn shows(&self, path: &str) -> bool {
        let field = first_segment(path);
        let named = |fields: &HashSet<String>| fields.contains(path) || fields.contains(field);
        self.select.as_ref().is_none_or(named) && !named(&self.exclude)
    }
}

fn first_segment(path: &str) -> &str {
    path.split_once('.').map_or(path, |(first, _)| first)
}

/// How records are shown: which fields (all projections must agree), wrapped or plain, the id by
/// what name.
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
