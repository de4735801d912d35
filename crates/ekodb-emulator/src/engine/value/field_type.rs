//! The types that values have.

use std::fmt;

use serde::de::IntoDeserializer;
use serde::de::value::{self, StrDeserializer};
use serde::{Deserialize, Serialize};

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
    /// The names of all types on the wire, in the order of the server's error text.
    pub(crate) const NAMES: &str = "String, Integer, Float, Boolean, DateTime, UUID, Array, Object, \
        Decimal, Bytes, Null, Number, Set, Vector, Binary, Duration";

    /// The type of this name; names are case-sensitive.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        let name: StrDeserializer<'_, value::Error> = name.into_deserializer();
        Self::deserialize(name).ok()
    }
}

/// The type's name on the wire.
impl fmt::Display for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_that_of_its_type() {
        let types = FieldType::NAMES.split(", ").filter_map(FieldType::by_name);
        let types: Vec<_> = types.collect();
        assert_eq!(types.last(), Some(&FieldType::Duration));
        assert_eq!(types.len(), FieldType::Duration as usize + 1);
        let names: Vec<_> = types.iter().map(FieldType::to_string).collect();
        assert_eq!(names.join(", "), FieldType::NAMES);
    }
}
