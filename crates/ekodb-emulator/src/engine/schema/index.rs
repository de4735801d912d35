//! How a field is indexed: the stored form, and what a request may say of it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::SchemaError;
use crate::engine::input::UnknownMembers;

/// How a field is indexed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(crate) enum FieldIndex {
    Text {
        #[serde(default = "english")]
        language: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        analyzer: Option<String>,
    },
    Vector {
        #[serde(default)]
        algorithm: VectorAlgorithm,
        #[serde(default)]
        metric: VectorMetric,
        #[serde(default = "default_m")]
        m: u32,
        #[serde(default = "default_ef_construction")]
        ef_construction: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ef_search: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dimension: Option<std::num::NonZeroU32>,
    },
    #[serde(rename = "btree")]
    BTree,
    Hash,
}

impl FieldIndex {
    /// The names of the members that it can have on the wire.
    pub(crate) fn members(&self) -> &'static [&'static str] {
        match self {
            Self::Text { .. } => &["type", "language", "analyzer"],
            Self::Vector { .. } => &[
                "type",
                "algorithm",
                "metric",
                "m",
                "ef_construction",
                "ef_search",
                "dimension",
            ],
            Self::BTree | Self::Hash => &["type"],
        }
    }

    /// Whether it serves search (text, vector) rather than queries.
    pub(crate) fn is_for_search(&self) -> bool {
        matches!(self, Self::Text { .. } | Self::Vector { .. })
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum VectorAlgorithm {
    #[default]
    Flat,
    Hnsw,
    Ivf,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum VectorMetric {
    #[default]
    Cosine,
    Euclidean,
    DotProduct,
}

fn english() -> String {
    "english".to_owned()
}

fn default_m() -> u32 {
    16
}

fn default_ef_construction() -> u32 {
    200
}

/// An index and the names of its members: which of them it can have depends on its type.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub(super) struct IndexRequest {
    index: FieldIndex,
    members: Vec<String>,
}

impl TryFrom<Map<String, Value>> for IndexRequest {
    type Error = serde_json::Error;

    fn try_from(index: Map<String, Value>) -> Result<Self, serde_json::Error> {
        Ok(Self {
            members: index.keys().cloned().collect(),
            index: serde_json::from_value(Value::Object(index))?,
        })
    }
}

impl IndexRequest {
    pub(super) fn into_index(
        self,
        field: &str,
        unknown: UnknownMembers,
    ) -> Result<FieldIndex, SchemaError> {
        match unknown.first_refused(&self.members, self.index.members()) {
            Some(member) => Err(SchemaError::IndexMember {
                field: field.to_owned(),
                member: member.to_owned(),
            }),
            None => Ok(self.index),
        }
    }
}
