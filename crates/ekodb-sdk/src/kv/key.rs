//! Which operation a key is sent with: the one place that decides it.

use crate::{Error, argument};

/// How a key travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// In the path, as it is.
    Path(String),
    /// In the body of a batch operation.
    Body(String),
}

/// Chooses how a key travels. Refuses one that cannot travel at all.
pub(super) fn route(key: String) -> Result<Route, Error> {
    argument::segment("KV key", &key)?;
    Ok(match key.bytes().all(is_bare) {
        true => Route::Path(key),
        false => Route::Body(key),
    })
}

/// A key for an operation that has it in the path only.
pub(super) fn in_path(key: String) -> Result<String, Error> {
    match route(key)? {
        Route::Path(key) => Ok(key),
        Route::Body(key) => Err(Error::invalid_argument(format!(
            "the KV key `{}` has characters that a path cannot have, and there is no other way to name it here",
            key.escape_debug()
        ))),
    }
}

/// Whether RFC 3986 lets a character stand in a segment of a path as it is: unreserved, sub-delims,
/// `:` and `@`.
fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn a_key_travels_in_the_path_where_it_arrives_as_it_is() {
        for key in ["a", "sessions:1", "a@b.c", "x!$&'()*+,;=y", "-._~", "..."] {
            assert_eq!(route(key.to_owned()).unwrap(), Route::Path(key.to_owned()));
        }
        for key in [
            "a/b", "a b", "a?b", "a#b", "a%3Ab", "é", "a\\b", "a\"b", "[a]",
        ] {
            assert_eq!(route(key.to_owned()).unwrap(), Route::Body(key.to_owned()));
            assert!(in_path(key.to_owned()).is_err());
        }
        for key in ["", ".", "..", "a\u{200b}", "a\n"] {
            let error = route(key.to_owned()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{key:?}");
        }
    }
}
