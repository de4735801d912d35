//! The text of a setting, whatever way it comes in: an argument, a variable, a file or a provider.

use ekodb_api::{SegmentError, check_segment};

use crate::error::{Error, ErrorKind};

/// Returns `text` without the white space and line ends around it.
///
/// Files and secret stores often add a line end, so that one is no error. What else cannot be seen
/// is: it would be sent, and the server would only say that the value is wrong.
///
/// # Errors
///
/// [`ErrorKind::Configuration`] if nothing is left, and for quotes around the text, control
/// characters, byte order marks and other invisible characters. The error names the setting and
/// never repeats its text, which may be a secret.
pub(crate) fn trimmed<'a>(name: &str, text: &'a str, remedy: &str) -> Result<&'a str, Error> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(refuse(&format!("{name} is empty or blank"), remedy));
    }
    if trimmed.starts_with(QUOTES) || trimmed.ends_with(QUOTES) {
        return Err(refuse(
            &format!("{name} begins or ends with a quotation mark"),
            "write the value without quotation marks; env files of Docker keep them as they are",
        ));
    }
    if let Err(SegmentError::Invisible(character)) = check_segment(trimmed) {
        let problem = format!(
            "{name} has {} (U+{:04X})",
            description(character),
            u32::from(character)
        );
        return Err(refuse(&problem, ALONE));
    }
    let is_odd_space = |character: &char| character.is_whitespace() && *character != ' ';
    if let Some(space) = trimmed.chars().find(is_odd_space) {
        let code = u32::from(space);
        let problem = format!("{name} has a space inside that is not the usual one (U+{code:04X})");
        return Err(refuse(&problem, ALONE));
    }
    Ok(trimmed)
}

const ALONE: &str = "write the value alone, as one line of plain text";

/// Those of ASCII, and the typographic ones of the usual languages.
const QUOTES: [char; 18] = [
    '"', '\'', '`', '\u{B4}', '\u{AB}', '\u{BB}', '\u{2018}', '\u{2019}', '\u{201A}', '\u{201B}',
    '\u{201C}', '\u{201D}', '\u{201E}', '\u{201F}', '\u{2039}', '\u{203A}', '\u{300C}', '\u{300D}',
];

fn description(character: char) -> &'static str {
    match character {
        '\n' | '\r' => "a line break inside",
        '\u{FEFF}' => "a byte order mark",
        _ if character.is_control() => "a control character",
        _ => "an invisible character",
    }
}

/// The error of a setting: which one is wrong and how, and what to do.
pub(crate) fn refuse(problem: &str, remedy: &str) -> Error {
    Error::new(ErrorKind::Configuration, format!("{problem}; {remedy}"))
}

/// The remedy for a span of time that is zero.
pub(crate) const LONGER: &str = "allow some seconds";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_and_line_ends_around_a_value_are_removed() {
        for text in ["key", "key\n", "key\r\n", " \tkey ", "\u{A0}key\u{2003}"] {
            assert_eq!(trimmed("api_key", text, "").unwrap(), "key", "{text:?}");
        }
    }

    #[test]
    fn what_cannot_be_seen_and_quotation_marks_are_refused_with_their_name_and_without_the_value() {
        for (text, said) in [
            ("", "empty"),
            (" \n ", "empty"),
            ("\"secret\"", "quotation mark"),
            ("'secret", "quotation mark"),
            ("secret\u{201D}", "quotation mark"),
            ("\u{201E}secret", "quotation mark"),
            ("\u{BB}secret", "quotation mark"),
            ("\u{FEFF}secret", "byte order mark (U+FEFF)"),
            ("sec\u{200B}ret", "invisible character (U+200B)"),
            ("sec\nret", "line break inside (U+000A)"),
            (
                "sec\u{A0}ret",
                "space inside that is not the usual one (U+00A0)",
            ),
            (
                "sec\u{3000}ret",
                "space inside that is not the usual one (U+3000)",
            ),
            ("sec\0ret", "control character (U+0000)"),
        ] {
            let error = trimmed("api_key", text, "write it").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            let shown = error.to_string();
            assert!(
                shown.starts_with("api_key ") && shown.contains(said),
                "{text:?}: {shown}"
            );
            assert!(!shown.contains("secret"), "{shown}");
        }
    }
}
