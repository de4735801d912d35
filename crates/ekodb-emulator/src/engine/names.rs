//! Names of collections, records and keys.

use ekodb_api::{SegmentError, check_segment};

/// What the names of the server's own collections contain.
pub(crate) const INTERNAL_MARKER: &str = "__ek0_";

/// Why a name cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NameError {
    #[error("Invalid {what}: it {problem}")]
    Segment {
        what: &'static str,
        problem: SegmentError,
    },
    #[error("Invalid collection name: '{INTERNAL_MARKER}' marks internal collections")]
    Internal,
    #[error(
        "Invalid collection name: with --strict-names it may only have the characters a-z, 0-9 and _"
    )]
    UnlikeRecorded,
}

/// Checks a name that appears in paths and grants. `what` names it in the error.
pub(crate) fn check_name(what: &'static str, name: &str) -> Result<(), NameError> {
    check_segment(name).map_err(|problem| NameError::Segment { what, problem })
}

/// Checks the name of a collection that clients create.
pub(crate) fn check_collection_name(name: &str) -> Result<(), NameError> {
    check_name("collection name", name)?;
    if is_internal(name) {
        return Err(NameError::Internal);
    }
    Ok(())
}

/// Whether a name is one of the server's own collections.
pub(crate) fn is_internal(name: &str) -> bool {
    name.contains(INTERNAL_MARKER)
}

/// Whether the name of a collection has only the characters that were seen in names on live
/// servers.
pub(crate) fn is_like_recorded(name: &str) -> bool {
    let seen = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
    name.bytes().all(seen)
}
