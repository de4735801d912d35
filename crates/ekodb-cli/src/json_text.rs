//! JSON as a person or another program has written it.

use serde_json::Value as Json;

/// Reads JSON, or says what the text is instead. A whole number beyond 64 bits is refused: read as
/// a float it would be another number.
pub(crate) fn parse(text: &[u8]) -> Result<Json, String> {
    let value = serde_json::from_slice(text).map_err(|error| format!("not valid JSON: {error}"))?;
    match beyond_64_bits(text) {
        None => Ok(value),
        Some(number) => Err(format!(
            "out of range: the whole number {number} has more than 64 bits; write it as a text in quotes"
        )),
    }
}

/// The first whole number in valid JSON that has more than 64 bits.
fn beyond_64_bits(json: &[u8]) -> Option<&str> {
    let mut rest = json;
    while let Some((first, after)) = rest.split_first() {
        rest = match first {
            b'"' => after_text(after),
            b'-' | b'0'..=b'9' => {
                let is_inside = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
                let end = rest.iter().position(|byte| !is_inside(byte));
                let (number, after) = rest.split_at(end.unwrap_or(rest.len()));
                let number = str::from_utf8(number).ok()?;
                if !is_exact(number) {
                    return Some(number);
                }
                after
            }
            _ => after,
        };
    }
    None
}

/// What follows the quote that ends a text.
fn after_text(mut rest: &[u8]) -> &[u8] {
    while let Some((first, after)) = rest.split_first() {
        rest = match first {
            b'"' => return after,
            b'\\' => after.get(1..).unwrap_or_default(),
            _ => after,
        };
    }
    rest
}

/// Whether a number is not whole, or has at most 64 bits.
pub(crate) fn is_exact(number: &str) -> bool {
    number.contains(['.', 'e', 'E'])
        || number.parse::<i64>().is_ok()
        || number.parse::<u64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_beyond_64_bits_is_refused_wherever_it_is() {
        for number in ["18446744073709551616", "-9223372036854775809"] {
            for text in [
                number.to_owned(),
                format!(r#"{{"a": [1, {number}]}}"#),
                format!(r#"["\"", {number}]"#),
            ] {
                let reason = parse(text.as_bytes()).expect_err("it has more than 64 bits");
                assert!(reason.contains(number), "{text}: {reason}");
            }
        }
    }

    #[test]
    fn other_numbers_and_texts_are_read() {
        for text in [
            "18446744073709551615",
            "-9223372036854775808",
            "1e30",
            "18446744073709551616.5",
            r#"{"18446744073709551616": "18446744073709551616 \" 18446744073709551616"}"#,
        ] {
            let value: Json = serde_json::from_str(text).expect("it is JSON");
            assert_eq!(parse(text.as_bytes()), Ok(value));
        }
    }
}
