//! Results as they are printed.

use serde_json::{Map, Value as Json};

/// The members of one result.
pub(crate) type Object = Map<String, Json>;

/// A value as people read it. A control character would reach the terminal, and is escaped.
pub(super) fn text(value: Option<&Json>) -> String {
    let text = match value {
        None | Some(Json::Null) => return String::new(),
        Some(Json::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    if text.chars().any(char::is_control) {
        text.chars().map(visible).collect()
    } else {
        text
    }
}

fn visible(character: char) -> String {
    if character.is_control() {
        character.escape_default().collect()
    } else {
        character.into()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_cannot_send_commands_to_the_terminal() {
        let value = json!("a\u{1b}[2Jb\nc");
        assert_eq!(text(Some(&value)), "a\\u{1b}[2Jb\\nc");
    }

    #[test]
    fn nothing_and_null_are_empty_and_nested_values_are_json() {
        assert_eq!(text(None), "");
        assert_eq!(text(Some(&json!(null))), "");
        assert_eq!(text(Some(&json!({"a": [1, 2]}))), r#"{"a":[1,2]}"#);
    }
}
