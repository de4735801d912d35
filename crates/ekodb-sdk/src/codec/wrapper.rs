//! Values that are written with their type: `{"type": "Decimal", "value": "12.50"}`.

use std::ops::Range;

use super::{cursor::Cursor, read_error::ReadError};
use crate::value::{kind::Kind, typed_json};

/// Where a wrapper has its content.
#[derive(Clone, Debug)]
pub(super) struct Wrapper {
    pub(super) kind: Kind,
    pub(super) content: Range<usize>,
    /// After its last byte.
    pub(super) end: usize,
}

impl Wrapper {
    /// The wrapper that comes next, if one does: an object of exactly the two members `type` and
    /// `value`, with a known name.
    pub(super) fn at(cursor: &Cursor<'_>) -> Result<Option<Self>, ReadError> {
        let mut cursor = cursor.clone();
        if cursor.peek() != Some(b'{') {
            return Ok(None);
        }
        cursor.enter()?;
        let (mut kind, mut content) = (None, None);
        for second in [false, true] {
            if !cursor.next(!second, b'}')? {
                return Ok(None);
            }
            match &*cursor.name()?.decoded()? {
                "type" if kind.is_none() => {
                    if cursor.peek() != Some(b'"') {
                        return Ok(None);
                    }
                    match Kind::by_name(&cursor.string()?.decoded()?) {
                        Some(known) => kind = Some(known),
                        None => return Ok(None),
                    }
                }
                "value" if content.is_none() => {
                    cursor.peek();
                    let start = cursor.at;
                    cursor.skip()?;
                    content = Some(start..cursor.at);
                }
                _ => return Ok(None),
            }
        }
        if cursor.next(false, b'}')? {
            return Ok(None);
        }
        cursor.leave(b'}')?;
        let end = cursor.at;
        Ok(kind
            .zip(content)
            .map(|(kind, content)| Self { kind, content, end }))
    }
}

/// Whether a target that takes anything has a value in its wrapper: see
/// [`typed_json`](crate::value::typed_json).
pub(super) fn keeps_type(kind: Kind, content: &str) -> bool {
    // Most content need not be read to be told.
    let may_be = match kind {
        Kind::String => content.as_bytes().get(5) == Some(&b'-'),
        Kind::Object => Wrapper::at(&Cursor::new(content, 0)).is_ok_and(|inner| inner.is_some()),
        kind => !kind.is_of_json(),
    };
    may_be
        && serde_json::from_str(content).is_ok_and(|content| typed_json::keeps_type(kind, &content))
}
