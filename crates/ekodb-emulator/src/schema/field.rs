//! One field of a schema.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The types a field can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FieldType {
    String,
    Integer,
    Float,
    Boolean,
    DateTime,
    #[serde(rename = "UUID")]
    Uuid,
    Array,
    Object,
    Decimal,
    Bytes,
    Null,
    Number,
    Set,
    Vector,
    Binary,
    Duration,
}

impl FieldType {
    /// Every type, in the order in which the server names them.
    const ALL: [Self; 16] = [
        Self::String,
        Self::Integer,
        Self::Float,
        Self::Boolean,
        Self::DateTime,
        Self::Uuid,
        Self::Array,
        Self::Object,
        Self::Decimal,
        Self::Bytes,
        Self::Null,
        Self::Number,
        Self::Set,
        Self::Vector,
        Self::Binary,
        Self::Duration,
    ];

    /// The type's name on the wire.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Integer => "Integer",
            Self::Float => "Float",
            Self::Boolean => "Boolean",
            Self::DateTime => "DateTime",
            Self::Uuid => "UUID",
            Self::Array => "Array",
            Self::Object => "Object",
            Self::Decimal => "Decimal",
            Self::Bytes => "Bytes",
            Self::Null => "Null",
            Self::Number => "Number",
            Self::Set => "Set",
            Self::Vector => "Vector",
            Self::Binary => "Binary",
            Self::Duration => "Duration",
        }
    }

    /// The type of this name; names are case-sensitive.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// All names, as an error text lists them.
    pub(crate) fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }
}

impl fmt::Display for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a schema says of one field. `max` and `min` stay as they were sent, plain or typed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FieldSchema {
    pub(crate) field_type: FieldType,
    pub(crate) default: Value,
    pub(crate) unique: bool,
    pub(crate) required: bool,
    pub(crate) enums: Vec<Value>,
    pub(crate) max: Value,
    pub(crate) min: Value,
    pub(crate) regex: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) index: Option<FieldIndex>,
}

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
