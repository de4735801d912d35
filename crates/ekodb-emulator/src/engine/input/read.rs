//! Reading a document into a type.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{ObjectOnly, UnknownMember, UnknownMembers};

/// Why a document is not a `T`.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InputError {
    #[error("Invalid request: {0}")]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Unknown(#[from] UnknownMember),
}

/// Reads a `T`, and beside it the first member that a `T` does not have, if such members are
/// refused.
pub(crate) fn read<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    reader: D,
    unknown: UnknownMembers,
) -> Result<(T, Result<(), UnknownMember>), D::Error> {
    if unknown == UnknownMembers::Ignored {
        return Ok((T::deserialize(reader)?, Ok(())));
    }
    let mut first = None;
    let value = serde_ignored::deserialize(reader, |path| {
        // `?` stands for an optional value on the path, which the sender does not see.
        first.get_or_insert_with(|| UnknownMember(path.to_string().replace(".?", "")));
    })?;
    Ok((value, first.map_or(Ok(()), Err)))
}

/// Reads a `T` from a part of a document.
pub(crate) fn read_value<T: DeserializeOwned>(
    value: Value,
    unknown: UnknownMembers,
) -> Result<T, InputError> {
    let (value, known) = read(ObjectOnly(value), unknown)?;
    known?;
    Ok(value)
}

/// Deserializes a member that may be left out but is not `null`.
pub(crate) fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}
