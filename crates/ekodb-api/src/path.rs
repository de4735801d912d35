//! Values in the path of a URL: what may stand there, and how it is written.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Writes a value as one segment of a path: all but `A-Za-z0-9-._~` percent-encoded, so that `/`, `?`, `#`,
/// `%`, `\`, spaces and other alphabets arrive as they are.
///
/// The values that no encoding can carry are refused by [`check_segment`].
pub fn encode_path(segment: &str) -> String {
    utf8_percent_encode(segment, RESERVED).to_string()
}

/// Why a value cannot be a segment of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SegmentError {
    /// The value is empty: the request would reach the parent resource.
    Empty,
    /// The value is `.` or `..`: URL parsers fold it, so the request would reach another resource.
    DotSegment,
    /// The value has a control or invisible character.
    Invisible(char),
}

impl fmt::Display for SegmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("is empty"),
            Self::DotSegment => {
                f.write_str("is a dot segment (`.` or `..`), which cannot travel in a URL")
            }
            Self::Invisible(c) => {
                write!(
                    f,
                    "has the control or invisible character U+{:04X}",
                    u32::from(*c)
                )
            }
        }
    }
}

impl std::error::Error for SegmentError {}

/// Checks a value that is to stand in a path: a collection, a record id, a key id, a grant's name or prefix.
///
/// # Errors
///
/// [`SegmentError`] for an empty value, a dot segment, and control or invisible characters (the set that
/// ekoDB's clients refuse in the names of grants).
pub fn check_segment(segment: &str) -> Result<(), SegmentError> {
    match segment {
        "" => Err(SegmentError::Empty),
        "." | ".." => Err(SegmentError::DotSegment),
        _ => match segment.chars().find(|c| is_invisible(*c)) {
            Some(c) => Err(SegmentError::Invisible(c)),
            None => Ok(()),
        },
    }
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{FEFF}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}')
}

/// Whether the path of a URL is the template's with every parameter filled by exactly one segment.
///
/// `base` is the path of the base URL. This is the last check before a request leaves: whatever value was
/// given for a parameter, it must not reach another resource.
pub(crate) fn matches_template(path: &str, base: &str, template: &str) -> bool {
    let Some(rest) = path.strip_prefix(base.trim_end_matches('/')) else {
        return false;
    };
    let mut actual = rest.split('/');
    for expected in template.split('/') {
        match actual.next() {
            None => return false,
            Some(segment) if expected.starts_with('{') => {
                if matches!(segment, "" | "." | "..") {
                    return false;
                }
            }
            Some(segment) if segment != expected => return false,
            Some(_) => {}
        }
    }
    actual.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_written_so_that_it_arrives_as_it_is() {
        for (value, written) in [
            ("users", "users"),
            ("a/b", "a%2Fb"),
            ("a b", "a%20b"),
            ("a\\b", "a%5Cb"),
            ("%2F", "%252F"),
            ("?#", "%3F%23"),
            ("users:", "users%3A"),
            ("雪", "%E9%9B%AA"),
            ("-._~", "-._~"),
        ] {
            assert_eq!(encode_path(value), written);
        }
    }

    #[test]
    fn what_no_encoding_can_carry_is_refused() {
        assert_eq!(check_segment(""), Err(SegmentError::Empty));
        assert_eq!(check_segment("."), Err(SegmentError::DotSegment));
        assert_eq!(check_segment(".."), Err(SegmentError::DotSegment));
        assert_eq!(check_segment("a\nb"), Err(SegmentError::Invisible('\n')));
        assert_eq!(
            check_segment("a\u{200B}"),
            Err(SegmentError::Invisible('\u{200B}'))
        );
        assert_eq!(
            check_segment("\u{7F}"),
            Err(SegmentError::Invisible('\u{7F}'))
        );
    }

    #[test]
    fn other_alphabets_punctuation_and_dots_inside_are_allowed() {
        for value in [
            "my collection",
            "a/b",
            "users:",
            "...",
            "a..b",
            "雪",
            "\u{FFFD}",
        ] {
            assert_eq!(check_segment(value), Ok(()));
        }
    }

    #[test]
    fn a_path_must_be_its_template_with_one_segment_for_each_parameter() {
        let template = "/api/auth/keys/{key_id}/permissions";
        for (path, base, expected) in [
            ("/api/auth/keys/me/permissions", "/", true),
            ("/api/auth/keys/a%2Fb/permissions", "", true),
            ("/eko/api/auth/keys/me/permissions", "/eko", true),
            ("/eko/api/auth/keys/me/permissions", "/eko/", true),
            ("/api/auth/permissions", "/", false),
            ("/api/auth/keys//permissions", "/", false),
            ("/api/auth/keys/a/b/permissions", "/", false),
            ("/api/auth/keys/me/permissions/", "/", false),
            ("/api/auth/keys/me/permissions", "/eko", false),
        ] {
            assert_eq!(
                matches_template(path, base, template),
                expected,
                "{path} under {base}"
            );
        }
    }
}
