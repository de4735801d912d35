//! Values in the path of a URL: what may stand there, and how it is written.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{Error, Operation};

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Everything but what RFC 3986 lets stand in a segment of a path.
const NOT_IN_SEGMENT: &AsciiSet = &RESERVED
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// The characters to encode in the paths of an operation. Recordings show that servers do not
/// decode the keys of the KV store, so there everything stays as it is that may.
fn encoded_in(operation: &Operation) -> &'static AsciiSet {
    match operation.path.starts_with("/api/kv/") {
        true => NOT_IN_SEGMENT,
        false => RESERVED,
    }
}

/// Writes a value as one segment of a path: all but `A-Za-z0-9-._~` percent-encoded, so that `/`,
/// `?`, `#`, `%`, `\`, spaces and other alphabets arrive as they are.
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

/// Checks a value that is to stand in a path: a collection, a record id, a key id, a grant's name
/// or prefix.
///
/// # Errors
///
/// [`SegmentError`] for an empty value, a dot segment, and control or invisible characters (the set
/// that ekoDB's clients refuse in the names of grants).
pub fn check_segment(segment: &str) -> Result<(), SegmentError> {
    match segment {
        "" => Err(SegmentError::Empty),
        "." | ".." => Err(SegmentError::DotSegment),
        // Most are plain ASCII.
        _ if segment.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(()),
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

/// Writes the path of `operation`: its template, with each parameter replaced by an argument as one
/// segment.
pub(crate) fn fill(
    path: &mut String,
    operation: &Operation,
    arguments: &[&str],
) -> Result<(), Error> {
    let mut rest = operation.path;
    for argument in arguments {
        let Some((literal, tail)) = rest.split_once('{') else {
            break;
        };
        let (name, tail) = tail.split_once('}').unwrap_or((tail, ""));
        // What is invisible arrives as it is; the rest would lead to another resource.
        if let Err(problem @ (SegmentError::Empty | SegmentError::DotSegment)) =
            check_segment(argument)
        {
            return Err(Error::InvalidRequest(format!(
                "the argument `{name}` of `{}` {problem}",
                operation.id
            )));
        }
        path.push_str(literal);
        if argument.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            path.push_str(argument);
        } else {
            path.extend(utf8_percent_encode(argument, encoded_in(operation)));
        }
        rest = tail;
    }
    path.push_str(rest);
    Ok(())
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
    fn a_path_is_its_template_with_one_segment_for_each_parameter() {
        let operation = Operation::by_id("get_key_permissions").unwrap();
        let filled = |argument: &str| {
            let mut path = "/eko".to_owned();
            fill(&mut path, operation, &[argument]).map(|()| path)
        };
        for (argument, expected) in [
            ("me", "/eko/api/auth/keys/me/permissions"),
            ("a/b", "/eko/api/auth/keys/a%2Fb/permissions"),
            ("a\\b", "/eko/api/auth/keys/a%5Cb/permissions"),
            ("{key_id}", "/eko/api/auth/keys/%7Bkey_id%7D/permissions"),
        ] {
            assert_eq!(filled(argument).unwrap(), expected);
        }
        for argument in ["", ".", ".."] {
            let error = filled(argument).unwrap_err().to_string();
            assert!(
                error.contains("`key_id` of `get_key_permissions`"),
                "{error}"
            );
        }
    }
}
