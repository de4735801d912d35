//! Makes foreign text fit to be shown: without secrets, without control characters, of bounded
//! length.

use super::redact::{REDACTED, redact};

/// The longest text that is kept of what a server says.
const MAX_CHARS: usize = 512;

/// How much is looked at of what a server says.
const MAX_BYTES: usize = 8 * 1024;

/// Prepares a server's text for an error. `secrets` are those the server may know and repeat; what
/// looks like a JWT is taken out in any case. `None` if nothing is left.
pub(super) fn scrub<'a>(text: &str, secrets: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let looked_at = text.chars().scan(0, |bytes, character| {
        *bytes += character.len_utf8();
        (*bytes <= MAX_BYTES).then_some(character)
    });
    let text: String = looked_at.collect();
    let text = without_tokens(&redact(&text, secrets));
    let text = bound(&printable(&text));
    (!text.is_empty()).then_some(text)
}

/// Takes out what looks like a JWT.
fn without_tokens(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_token_char) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c| !is_token_char(c)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        clean.push_str(before);
        clean.push_str(if looks_like_a_token(word) {
            REDACTED
        } else {
            word
        });
        rest = after;
    }
    clean.push_str(rest);
    clean
}

fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// The header of a JWT is a JSON object, which in base64 always begins like this. The points
/// between its parts may be encoded.
fn looks_like_a_token(word: &str) -> bool {
    let least = if word.contains('.') { 12 } else { 20 };
    word.contains("eyJ") && word.len() >= least
}

/// Puts one space for each run of white space, control and invisible characters, and none at the
/// ends.
fn printable(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || is_invisible(c)) {
        if !word.is_empty() {
            if !clean.is_empty() {
                clean.push(' ');
            }
            clean.push_str(word);
        }
    }
    clean
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

fn bound(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARS) {
        None => text.to_owned(),
        Some(_) => {
            let mut short: String = text.chars().take(MAX_CHARS - 1).collect();
            short.push('…');
            short
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(text: &str) -> Option<String> {
        scrub(text, [])
    }

    #[test]
    fn a_secret_that_the_server_repeats_is_taken_out() {
        let text = "no key ek-live-123 and no ek-live-123!";
        let clean = scrub(text, ["ek-live-123"]);
        assert_eq!(clean.unwrap(), "no key [redacted] and no [redacted]!");
    }

    #[test]
    fn what_looks_like_a_jwt_is_taken_out() {
        let text =
            "token `eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjF9.c2ln` is dead (eyJhbGciOiJIUzI1NiJ9.x)";
        let expected = "token `[redacted]` is dead ([redacted])";
        assert_eq!(clean(text).unwrap(), expected);
        let encoded = "eyJhbGciOiJIUzI1NiJ9%2EeyJleHAiOjE3MDAwMDAwMDB9%2Ec2ln";
        assert_eq!(clean(encoded).unwrap(), "[redacted]%[redacted]%2Ec2ln");
        assert_eq!(clean("v1.2.3 at a.b").as_deref(), Some("v1.2.3 at a.b"));
    }

    #[test]
    fn control_and_invisible_characters_are_taken_out() {
        let text = " a\r\nb\u{1b}[31m\u{202e}c\0 ";
        assert_eq!(clean(text).unwrap(), "a b [31m c");
        assert_eq!(clean(" \n\0\u{200b} "), None);
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        let long = clean(&"雪".repeat(2_000)).unwrap();
        assert_eq!(long.chars().count(), MAX_CHARS);
        assert!(long.ends_with('…'));
        assert_eq!(clean(&"雪".repeat(512)).unwrap().chars().count(), 512);
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_server_says_comes_out_short_printable_and_without_the_secret(
            before in ".{0,600}",
            after in ".{0,600}",
        ) {
            let secret = "ek-live-0123456789";
            let text = format!("{before}{secret}{after}");
            if let Some(clean) = scrub(&text, [secret]) {
                proptest::prop_assert!(!clean.contains(secret));
                proptest::prop_assert!(clean.chars().count() <= MAX_CHARS);
                proptest::prop_assert!(!clean.chars().any(is_invisible));
            }
        }
    }
}
