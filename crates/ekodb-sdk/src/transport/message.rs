//! The server's own words in a reply that is an error.

use serde_json::Value;

use super::scrub::scrub;

/// What the server said: `message`, else `error`, else the text itself if it is plain. Never a page of HTML.
pub(super) fn message<'a>(
    content_type: Option<&str>,
    body: &[u8],
    secrets: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    if let Ok(Value::Object(members)) = serde_json::from_slice(body) {
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        return scrub(text("message").or_else(|| text("error"))?, secrets);
    }
    let text = std::str::from_utf8(body).ok()?.trim();
    if is_plain(content_type) && !text.starts_with(['<', '{', '[']) {
        return scrub(text, secrets);
    }
    None
}

/// Whether a body has the form of ekoDB's errors: an object with `message` or `error`.
pub(super) fn is_envelope(body: &[u8]) -> bool {
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => ["message", "error"]
            .iter()
            .any(|name| members.get(*name).is_some_and(Value::is_string)),
        _ => false,
    }
}

fn is_plain(content_type: Option<&str>) -> bool {
    content_type.is_none_or(|media_type| matches!(media_type, "" | "text/plain"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(content_type: &str, body: &str) -> Option<String> {
        message(Some(content_type), body.as_bytes(), [])
    }

    #[test]
    fn message_comes_before_error() {
        let json = "application/json";
        for (body, expected) in [
            (r#"{"error":"Record not found"}"#, Some("Record not found")),
            (r#"{"code":401,"message":"Invalid"}"#, Some("Invalid")),
            (r#"{"message":"a","error":"b"}"#, Some("a")),
            (r#"{"message":7,"error":"b"}"#, Some("b")),
            (r#"{"message":{"text":"a"}}"#, None),
            (r#"{}"#, None),
            (r#"["a"]"#, None),
            (r#"{"message":"cut o"#, None),
            ("", None),
        ] {
            assert_eq!(said(json, body).as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn the_content_type_of_json_does_not_matter() {
        for content_type in ["text/plain", "text/html", ""] {
            let said = said(content_type, r#"{"error":"Record not found"}"#);
            assert_eq!(said.as_deref(), Some("Record not found"));
        }
    }

    #[test]
    fn plain_text_is_kept_and_a_page_is_not() {
        assert_eq!(said("text/plain", " gone \n").as_deref(), Some("gone"));
        assert_eq!(message(None, b"gone", []).as_deref(), Some("gone"));
        assert_eq!(said("text/html", "<h1>Bad gateway</h1>"), None);
        assert_eq!(said("text/plain", "<html>Bad gateway</html>"), None);
        assert_eq!(message(None, &[0xff, 0xfe], []), None);
    }
}
