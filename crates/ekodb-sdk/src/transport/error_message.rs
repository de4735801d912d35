//! The server's own words in a reply that is an error.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::scrub::scrub;
use crate::codec::OF_ERRORS;

/// How much of the body of an error is read. A longer body with a status of success is no error.
pub(super) const MAX_BYTES: usize = 64 * 1024;

/// What the body of an error says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// The words for a person: of JSON the members that have any, of other text the text itself.
    /// Never a page of HTML.
    pub(super) message: Option<String>,
    /// Whether it is ekoDB that said so, as far as the form tells, and not a proxy before it.
    pub(super) by_ekodb: bool,
}

impl Said {
    /// Reads a body, of which only the beginning may be there.
    pub(super) fn of<'a>(
        content_type: Option<&str>,
        body: &[u8],
        secrets: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let text = text(body);
        let text = text.trim();
        let (words, by_ekodb) = match json(text) {
            // What was cut off is not trusted: whoever wrote it, it did not end well.
            Some((Value::Object(members), is_whole)) => {
                (words_of(&members, 0), is_whole && is_envelope(&members))
            }
            Some((value @ (Value::Array(_) | Value::String(_)), _)) => (words(&value, 0), false),
            Some((Value::Null, _)) => (None, false),
            _ if is_plain(content_type) && !text.starts_with('<') => {
                (Some(text.to_owned()), TEXTS.contains(&text))
            }
            _ => (None, false),
        };
        Self {
            message: words.and_then(|words| scrub(&words, secrets)),
            by_ekodb,
        }
    }
}

/// Whether a body with a status of success is an error all the same: an object of nothing but
/// members that errors have, in one of ekoDB's forms or with `success` that is `false`.
pub(super) fn is_error(body: &[u8]) -> bool {
    // Nearly all other replies are told by their first byte and the name after it.
    let name = body.trim_ascii_start().strip_prefix(b"{");
    let name = name.and_then(|members| members.trim_ascii_start().strip_prefix(b"\""));
    let begins = |of_errors: &&str| {
        let rest = name.and_then(|name| name.strip_prefix(of_errors.as_bytes()));
        rest.is_some_and(|rest| rest.starts_with(b"\""))
    };
    if body.len() > MAX_BYTES || !OF_ERRORS.iter().any(begins) {
        return false;
    }
    serde_json::from_slice::<Map<String, Value>>(body).is_ok_and(|members| {
        let only_of_errors = members.keys().all(|name| OF_ERRORS.contains(&&**name));
        let has_failed = members.get("success") == Some(&Value::Bool(false));
        only_of_errors && (has_failed || is_envelope(&members))
    })
}

/// What ekoDB says of a record that there is none of, where it says it without JSON.
const TEXTS: [&str; 3] = [
    "Record not found",
    "Record not found (expired)",
    "Record has been deleted",
];

/// Whether JSON is one of the two forms of ekoDB's errors: `error` with a text, or `code` with a
/// number and `message` with a text. Frameworks of gateways have similar ones, which say more.
fn is_envelope(members: &Map<String, Value>) -> bool {
    const FOREIGN: [&str; 5] = ["path", "timestamp", "title", "trace", "type"];
    let is_text = |name: &str| members.get(name).is_some_and(Value::is_string);
    let has_code = members.get("code").is_some_and(Value::is_number);
    (is_text("error") || is_text("message") && has_code)
        && !FOREIGN.iter().any(|name| members.contains_key(*name))
}

/// The members that hold words, the best first: in lower case, and without underscores.
const WORDS: [&str; 20] = [
    "message",
    "error",
    "detail",
    "errordescription",
    "errormessage",
    "title",
    "description",
    "reason",
    "msg",
    "text",
    "fault",
    "faultstring",
    "exception",
    "cause",
    "info",
    "status",
    "data",
    "response",
    "result",
    "body",
];

/// The members that hold what is wrong with each part of a request.
const PARTS: [&str; 4] = ["errors", "details", "errormessages", "violations"];

/// How deep words are looked for, and how many parts are listed.
const DEEPEST: usize = 6;
const MOST_PARTS: usize = 8;

fn words_of(members: &Map<String, Value>, depth: usize) -> Option<String> {
    let member = |wanted: &str| {
        let is_wanted = |name: &str| {
            let letters = name.bytes().filter(|byte| *byte != b'_');
            letters
                .map(|byte| byte.to_ascii_lowercase())
                .eq(wanted.bytes())
        };
        let exact = members.get(wanted);
        exact.or_else(|| Some(members.iter().find(|(name, _)| is_wanted(name))?.1))
    };
    let of = |name: &&str| words(member(name)?, depth + 1);
    let whole = WORDS.iter().find_map(of);
    let parts = PARTS.iter().find_map(of);
    match (whole, parts) {
        (Some(whole), Some(parts)) if !whole.contains(&parts) => Some(format!("{whole}: {parts}")),
        (whole, parts) => whole.or(parts),
    }
}

fn words(value: &Value, depth: usize) -> Option<String> {
    if depth > DEEPEST {
        return None;
    }
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Array(items) => list(items.iter().filter_map(|item| words(item, depth + 1))),
        Value::Object(members) => {
            words_of(members, depth).or_else(|| {
                // What is wrong with each field, by its name.
                list(members.iter().filter_map(|(name, value)| {
                    Some(format!("{name}: {}", words(value, depth + 1)?))
                }))
            })
        }
        _ => None,
    }
}

fn list(parts: impl Iterator<Item = String>) -> Option<String> {
    let parts: Vec<String> = parts.take(MOST_PARTS).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The text of a body, whatever its encoding. What cannot be read of it is replaced.
fn text(body: &[u8]) -> Cow<'_, str> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (units, _) = bytes.as_chunks();
        let units: Vec<u16> = units.iter().map(|pair| unit(*pair)).collect();
        Cow::Owned(String::from_utf16_lossy(&units))
    };
    match body {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        _ => String::from_utf8_lossy(body),
    }
}

/// The JSON of a text, and whether it is whole. If that ends too early, as much of it as is there.
fn json(text: &str) -> Option<(Value, bool)> {
    match serde_json::from_str(text) {
        Ok(value) => Some((value, true)),
        Err(error) if error.is_eof() && text.starts_with(['{', '[', '"']) => {
            let completed = completions(text);
            let mut values = completed.iter().map(|text| serde_json::from_str(text));
            Some((values.find_map(Result::ok).unwrap_or_default(), false))
        }
        Err(_) => None,
    }
}

/// Two ways to complete JSON that was cut off: with what closes the text and everything else that
/// is open, or only after the last value that is whole.
fn completions(text: &str) -> [String; 2] {
    let mut closing: Vec<char> = Vec::new();
    let mut whole = (0, 0);
    let (mut in_text, mut escaped) = (false, false);
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if in_text => escaped = true,
            '"' => in_text = !in_text,
            _ if in_text => {}
            '{' => closing.push('}'),
            '[' => closing.push(']'),
            '}' | ']' => {
                closing.pop();
            }
            ',' => whole = (at, closing.len()),
            _ => {}
        }
    }
    let close = |text: &str, open: usize| -> String {
        let closing = closing.iter().take(open).rev();
        text.chars().chain(closing.copied()).collect()
    };
    let mut ended = text.to_owned();
    if in_text {
        // An escape may be cut off too.
        if let Some(start) = text.rfind('\\').filter(|start| text.len() - start < 6) {
            ended.truncate(start);
        }
        ended.push('"');
    }
    [
        close(&ended, closing.len()),
        close(&text[..whole.0], whole.1),
    ]
}

/// Whether a body of this type may be words, if it is not JSON: whatever is no markup and no file.
fn is_plain(content_type: Option<&str>) -> bool {
    content_type.is_none_or(|media_type| {
        matches!(media_type, "" | "text/plain" | "text/json") || media_type.ends_with("json")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(content_type: &str, body: impl AsRef<[u8]>) -> Option<String> {
        Said::of(Some(content_type), body.as_ref(), []).message
    }

    #[test]
    fn message_comes_before_error() {
        let json = "application/json";
        for (body, expected) in [
            (r#"{"error":"Record not found"}"#, Some("Record not found")),
            (r#"{"code":401,"message":"Invalid"}"#, Some("Invalid")),
            (r#"{"message":"a","error":"b"}"#, Some("a")),
            (r#"{"message":7,"error":"b"}"#, Some("b")),
            (r#"{"message":" ","error":"b"}"#, Some("b")),
            (r#"{"message":{"text":"a"}}"#, Some("a")),
            (r#"{}"#, None),
            ("", None),
        ] {
            assert_eq!(said(json, body).as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn words_are_found_in_every_form() {
        let problem = "application/problem+json";
        for (body, expected) in [
            (r#"{"error":{"code":"v1","message":"bad age"}}"#, "bad age"),
            (r#"{"error":{"error":{"message":"bad age"}}}"#, "bad age"),
            (
                r#"{"type":"about:blank","title":"Bad","detail":"bad age"}"#,
                "bad age",
            ),
            (
                r#"{"type":"about:blank","title":"Bad age","status":400}"#,
                "Bad age",
            ),
            (r#"{"errors":["bad age"]}"#, "bad age"),
            (
                r#"{"errors":[{"message":"bad age"},{"msg":"no name"}]}"#,
                "bad age; no name",
            ),
            (
                r#"{"errors":{"age":["is bad"],"name":["is missing"]}}"#,
                "age: is bad; name: is missing",
            ),
            (
                r#"{"message":"Invalid","errors":["bad age"]}"#,
                "Invalid: bad age",
            ),
            (
                r#"{"detail":[{"loc":["body","age"],"msg":"bad age","type":"int"}]}"#,
                "bad age",
            ),
            (
                r#"{"error":"invalid","error_description":"bad age"}"#,
                "invalid",
            ),
            (r#"{"__type":"Bad","Message":"bad age"}"#, "bad age"),
            (r#"{"Error":{"Message":"bad age"}}"#, "bad age"),
            (r#"{"error_message":"bad age"}"#, "bad age"),
            (r#"{"success":false,"data":{"error":"bad age"}}"#, "bad age"),
            (
                r#"{"message":["bad age","no name"],"error":"Bad"}"#,
                "bad age; no name",
            ),
            (r#"["bad age"]"#, "bad age"),
            (r#"[{"message":"bad age"}]"#, "bad age"),
            (r#""bad age""#, "bad age"),
            ("bad age", "bad age"),
            ("[warning] bad age", "[warning] bad age"),
            ("{bad age}", "{bad age}"),
        ] {
            assert_eq!(said(problem, body).as_deref(), Some(expected), "{body}");
        }
        let deep = format!("{}\"a\"{}", "[".repeat(100), "]".repeat(100));
        assert_eq!(said(problem, deep), None);
    }

    #[test]
    fn words_are_found_in_what_was_cut_off() {
        for (body, expected) in [
            (r#"{"message":"cut o"#, "cut o"),
            (r#"{"message":"bad age","record":"xxx"#, "bad age"),
            (r#"{"message":"bad age","rec"#, "bad age"),
            (r#"{"message":"bad age","record":"#, "bad age"),
            (
                r#"{"message":"bad age","record":{"a":[1,{"b":"x\u00"#,
                "bad age",
            ),
            (r#"{"message":"bad age","n":tr"#, "bad age"),
            (r#"{"errors":["bad age","no na"#, "bad age; no na"),
            (r#"{"error":{"message":"bad age\"#, "bad age"),
            (r#""bad a"#, "bad a"),
        ] {
            let words = said("application/json", body);
            assert_eq!(words.as_deref(), Some(expected), "{body}");
        }
        for body in ["{", "[", "{\"", "{\"a", "{\"a\":", "[[", "\""] {
            assert_eq!(said("application/json", body), None, "{body}");
        }
    }

    #[test]
    fn words_are_found_in_every_encoding() {
        let utf16 = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            "\u{feff}{\"error\":\"bad age\"}"
                .encode_utf16()
                .flat_map(bytes)
                .collect()
        };
        for body in [
            b"\xef\xbb\xbf{\"error\":\"bad age\"}".to_vec(),
            b"\xef\xbb\xbf bad age".to_vec(),
            utf16(u16::to_le_bytes),
            utf16(u16::to_be_bytes),
        ] {
            assert_eq!(said("application/json", &body).as_deref(), Some("bad age"));
        }
        for body in [&b"{\"error\":\"bad age \xe9\"}"[..], b"bad age \xe9"] {
            let words = said("text/plain", body);
            assert_eq!(words.as_deref(), Some("bad age \u{fffd}"));
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
        assert_eq!(Said::of(None, b"gone", []).message.as_deref(), Some("gone"));
        assert_eq!(said("text/html", "<h1>Bad gateway</h1>"), None);
        assert_eq!(said("text/html", "Bad gateway"), None);
        assert_eq!(said("text/plain", "<html>Bad gateway</html>"), None);
        assert_eq!(Said::of(None, &[0xff, 0xfe], []).message, None);
    }

    #[test]
    fn only_ekodbs_own_forms_are_taken_for_its_words() {
        for (body, by_ekodb) in [
            (r#"{"error":"Record not found"}"#, true),
            (r#"{"code":404,"message":"Record not found"}"#, true),
            ("Record not found", true),
            ("Record not found (expired)\n", true),
            ("Record has been deleted", true),
            ("404 page not found", false),
            ("Not Found", false),
            (r#"{"message":"no Route matched with those values"}"#, false),
            (r#"{"detail":"Not Found"}"#, false),
            (r#"{"error":{"code":404,"message":"Not Found"}}"#, false),
            (
                r#"{"timestamp":"2026","status":404,"error":"Not Found","path":"/"}"#,
                false,
            ),
            (r#"{"type":"about:blank","title":"Not Found"}"#, false),
            (r#"["Record not found"]"#, false),
            (r#"{"error":"Record not fo"#, false),
            ("<h1>Record not found</h1>", false),
            ("{}", false),
            ("", false),
        ] {
            let said = Said::of(Some("text/plain"), body.as_bytes(), []);
            assert_eq!(said.by_ekodb, by_ekodb, "{body}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_body_panics(body in proptest::collection::vec(proptest::num::u8::ANY, 0..60)) {
            let said = Said::of(None, &body, []);
            proptest::prop_assert!(said.message.is_none_or(|text| !text.is_empty()));
        }

        #[test]
        fn the_beginning_of_an_error_is_enough(text in "[a-zé\\\\\"\n]{1,20}", cut in 0_usize..40) {
            let whole = serde_json::json!({"error": text, "more": [1, {"a": null}]}).to_string();
            let start = &whole.as_bytes()[..cut.min(whole.len())];
            let said = Said::of(Some("application/json"), start, []);
            proptest::prop_assert_eq!(said.by_ekodb, start.len() == whole.len());
        }
    }

    mod fuzz {
        use super::*;

        #[test]
        fn no_body_of_an_error_brings_a_secret_into_its_words() {
            const SECRET: &str = "ek-0123456789abcdef";
            let words = [&ekodb_fuzz::WORDS[..], &[SECRET, "details", "code"]].concat();
            ekodb_fuzz::check!(|input: &[u8]| {
                for document in ekodb_fuzz::documents(input, &words) {
                    for content_type in [None, Some("application/json"), Some("text/plain")] {
                        let said = Said::of(content_type, &document, [SECRET]);
                        assert!(said.message.is_none_or(|words| !words.contains(SECRET)));
                    }
                }
            });
        }
    }
}
