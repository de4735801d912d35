//! Results as a terminal shows them: what it would interpret is escaped.

use serde_json::Value as Json;

use super::csv;

/// A value as people read it. A control character would reach the terminal, and is escaped.
pub(super) fn text(value: Option<&Json>) -> String {
    let text = csv::cell(value);
    if !text.contains(is_interpreted) {
        return text;
    }
    let escaped = |character: char| match is_interpreted(character) {
        true => character.escape_default().collect(),
        false => String::from(character),
    };
    text.chars().map(escaped).collect()
}

/// An equal document of JSON in which the characters that a terminal interprets are escaped.
pub(super) fn escape_json(document: String) -> String {
    // serde_json has escaped those below U+0020 in texts; the others of the document are line ends.
    let is_left = |character: char| character >= '\u{7f}' && is_interpreted(character);
    if !document.contains(is_left) {
        return document;
    }
    let escaped = |character: char| match is_left(character) {
        // All of them are one unit of UTF-16.
        true => format!("\\u{:04x}", u32::from(character)),
        false => String::from(character),
    };
    document.chars().map(escaped).collect()
}

/// Control characters, and those that change the direction in which the others are shown.
fn is_interpreted(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}')
        || ('\u{202a}'..='\u{202e}').contains(&character)
        || ('\u{2066}'..='\u{2069}').contains(&character)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_cannot_send_commands_to_the_terminal() {
        let value = json!("a\u{1b}[2Jb\nc");
        assert_eq!(text(Some(&value)), "a\\u{1b}[2Jb\\nc");
        assert_eq!(text(Some(&json!("a\u{202e}b"))), "a\\u{202e}b");
    }

    #[test]
    fn a_document_cannot_either_and_is_the_same_document() {
        let value = json!({"a\u{9b}": ["é\u{202e}\u{7f}\u{1b}\n日", 1]});
        let document = escape_json(serde_json::to_string_pretty(&value).expect("it is JSON"));
        assert!(
            !document.contains(|c: char| is_interpreted(c) && c != '\n'),
            "{document:?}"
        );
        assert!(
            document.contains("é\\u202e\\u007f\\u001b\\n日"),
            "{document}"
        );
        let read: Json = serde_json::from_str(&document).expect("it is JSON");
        assert_eq!(read, value);
    }

    #[test]
    fn nothing_and_null_are_empty_and_nested_values_are_json() {
        assert_eq!(text(None), "");
        assert_eq!(text(Some(&json!(null))), "");
        assert_eq!(text(Some(&json!({"a": [1, 2]}))), r#"{"a":[1,2]}"#);
    }
}
