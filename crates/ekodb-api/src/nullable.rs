//! A member with three states: left out, `null`, or a value.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A member of a request whose absence, whose `null` and whose value mean different things.
///
/// In a partial update of a grant an absent restriction is kept, `null` clears it, and a list (even
/// an empty one) replaces it. A plain `Option` cannot say all three.
///
/// In a struct, give the member `#[serde(default, skip_serializing_if = "Nullable::is_absent")]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Nullable<T> {
    /// The member is left out.
    #[default]
    Absent,
    /// The member is `null`.
    Null,
    /// The member has a value.
    Value(T),
}

impl<T> Nullable<T> {
    /// Whether the member is left out.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The member as a pair of options: the outer one says whether it is present, the inner one
    /// whether it is other than `null`.
    pub fn into_option(self) -> Option<Option<T>> {
        match self {
            Self::Absent => None,
            Self::Null => Some(None),
            Self::Value(value) => Some(Some(value)),
        }
    }
}

impl<T> From<Option<Option<T>>> for Nullable<T> {
    fn from(member: Option<Option<T>>) -> Self {
        match member {
            None => Self::Absent,
            Some(None) => Self::Null,
            Some(Some(value)) => Self::Value(value),
        }
    }
}

impl<T> From<T> for Nullable<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<T: Serialize> Serialize for Nullable<T> {
    /// Writes `null` for an absent member too: leaving it out is the struct's part.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Nullable<T> {
    /// A member that is present is `null` or a value; absence is the struct's `default`.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Option::deserialize(deserializer)? {
            None => Self::Null,
            Some(value) => Self::Value(value),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Patch {
        #[serde(default, skip_serializing_if = "Nullable::is_absent")]
        fields: Nullable<Vec<String>>,
    }

    #[test]
    fn absent_null_and_value_survive_a_round_trip() {
        for (json, fields) in [
            ("{}", Nullable::Absent),
            (r#"{"fields":null}"#, Nullable::Null),
            (r#"{"fields":[]}"#, Nullable::Value(vec![])),
            (r#"{"fields":["a"]}"#, Nullable::Value(vec!["a".to_owned()])),
        ] {
            let patch: Patch = serde_json::from_str(json).unwrap();
            assert_eq!(patch, Patch { fields });
            assert_eq!(serde_json::to_string(&patch).unwrap(), json);
        }
    }
}
