//! Takes secrets out of a text, in whatever encoding they are repeated.

use std::ops::Range;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};

/// What replaces a secret.
pub(super) const REDACTED: &str = "[redacted]";

/// A secret of fewer bytes is none, and taking it out would garble the text.
const MIN_SECRET: usize = 4;

/// Of a secret that was cut off, fewer bytes may be a common word.
const MIN_CUT_OFF: usize = 8;

/// How often a text may be encoded over again.
const ROUNDS: usize = 3;

/// Replaces `secrets` where they are in `text`: as they are, percent-encoded, with the escapes of
/// JSON or HTML, in hexadecimal digits, or in Base64, also as a part of something longer, such as a
/// header.
pub(super) fn redact<'a>(text: &str, secrets: impl IntoIterator<Item = &'a str>) -> String {
    let forms: Vec<Form> = secrets
        .into_iter()
        .filter(|secret| secret.len() >= MIN_SECRET)
        .flat_map(Form::all)
        .collect();
    if forms.is_empty() {
        return text.to_owned();
    }
    let mut found = Vec::new();
    let mut view = View::of(text);
    for _ in 0..=ROUNDS {
        for form in &forms {
            view.find(form, &mut found);
        }
        let Some(decoded) = view.decoded() else { break };
        view = decoded;
    }
    replaced(text, found)
}

/// One way to write a secret.
struct Form {
    bytes: Vec<u8>,
    /// Whether the characters of Base64 around it belong to it.
    in_base64: bool,
}

impl Form {
    fn all(secret: &str) -> Vec<Self> {
        let form = |text: String, in_base64| Self {
            bytes: text.into_bytes(),
            in_base64,
        };
        let hex = |upper: bool| {
            let digits = secret.bytes().map(|byte| match upper {
                true => format!("{byte:02X}"),
                false => format!("{byte:02x}"),
            });
            form(digits.collect(), false)
        };
        let mut forms = vec![form(secret.to_owned(), false), hex(false), hex(true)];
        for before in 0..3 {
            // Only the characters that no byte before or after the secret takes part in.
            let padded = [&[0; 2][..before], secret.as_bytes()].concat();
            let start = (before * 8).div_ceil(6);
            let end = padded.len() * 8 / 6;
            for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
                let text = engine.encode(&padded);
                if let Some(core) = text.get(start..end).filter(|core| core.len() >= MIN_SECRET) {
                    forms.push(form(core.to_owned(), true));
                }
            }
        }
        forms
    }
}

/// A text after some rounds of decoding, and where each of its bytes was in the text.
struct View {
    bytes: Vec<u8>,
    origins: Vec<Range<usize>>,
}

impl View {
    fn of(text: &str) -> Self {
        Self {
            bytes: text.as_bytes().to_vec(),
            origins: (0..text.len()).map(|at| at..at + 1).collect(),
        }
    }

    /// Adds where a form of a secret is in the text.
    fn find(&self, form: &Form, found: &mut Vec<Range<usize>>) {
        let mut at = 0;
        let length = form.bytes.len();
        while let Some(window) = self.bytes.get(at..at + length) {
            if window != form.bytes {
                at += 1;
                continue;
            }
            let (mut start, mut end) = (at, at + length);
            if form.in_base64 {
                while start > 0 && is_base64(self.bytes[start - 1]) {
                    start -= 1;
                }
                while self.bytes.get(end).copied().is_some_and(is_base64) {
                    end += 1;
                }
            }
            found.push(self.origins[start].start..self.origins[end - 1].end);
            at = end;
        }
        // A text may have been cut off in the middle of a secret.
        let longest = length.saturating_sub(1).min(self.bytes.len());
        let cut = (MIN_CUT_OFF..=longest)
            .rev()
            .find(|cut| self.bytes.ends_with(&form.bytes[..*cut]));
        if let Some(cut) = cut {
            found.push(self.origins[self.bytes.len() - cut].start..self.origins_end());
        }
    }

    fn origins_end(&self) -> usize {
        self.origins.last().map_or(0, |origin| origin.end)
    }

    /// The same after another round of decoding. `None` if nothing was encoded.
    fn decoded(&self) -> Option<Self> {
        let mut decoded = Self {
            bytes: Vec::with_capacity(self.bytes.len()),
            origins: Vec::with_capacity(self.bytes.len()),
        };
        let mut at = 0;
        while let Some(byte) = self.bytes.get(at) {
            let (character, length) = escape(&self.bytes[at..]).unwrap_or(('\0', 0));
            if length == 0 {
                decoded.bytes.push(*byte);
                decoded.origins.push(self.origins[at].clone());
                at += 1;
                continue;
            }
            let origin = self.origins[at].start..self.origins[at + length - 1].end;
            // A percent escape is a byte, the others are characters.
            if *byte == b'%' {
                decoded.bytes.push(character as u8);
                decoded.origins.push(origin);
            } else {
                let mut buffer = [0; 4];
                for byte in character.encode_utf8(&mut buffer).bytes() {
                    decoded.bytes.push(byte);
                    decoded.origins.push(origin.clone());
                }
            }
            at += length;
        }
        (decoded.bytes.len() < self.bytes.len()).then_some(decoded)
    }
}

/// The character that an escape at the beginning stands for, and the length of the escape.
fn escape(text: &[u8]) -> Option<(char, usize)> {
    match text {
        [b'%', rest @ ..] => number(rest.get(..2)?, 16).map(|character| (character, 3)),
        [b'\\', b'u', rest @ ..] => number(rest.get(..4)?, 16).map(|character| (character, 6)),
        [b'\\', b'x', rest @ ..] => number(rest.get(..2)?, 16).map(|character| (character, 4)),
        [b'\\', plain @ (b'/' | b'"' | b'\'' | b'\\'), ..] => Some((char::from(*plain), 2)),
        [b'&', rest @ ..] => {
            let length = rest.iter().take(10).position(|byte| *byte == b';')?;
            let character = match rest.get(..length)? {
                b"amp" => '&',
                b"lt" => '<',
                b"gt" => '>',
                b"quot" => '"',
                b"apos" => '\'',
                [b'#', b'x' | b'X', digits @ ..] => number(digits, 16)?,
                [b'#', digits @ ..] => number(digits, 10)?,
                _ => return None,
            };
            Some((character, length + 2))
        }
        _ => None,
    }
}

fn number(digits: &[u8], radix: u32) -> Option<char> {
    let digits = str::from_utf8(digits).ok()?;
    char::from_u32(u32::from_str_radix(digits, radix).ok()?)
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=')
}

/// The text with each range replaced, and each run of ranges once.
fn replaced(text: &str, mut found: Vec<Range<usize>>) -> String {
    found.sort_unstable_by_key(|range| range.start);
    let mut clean = String::with_capacity(text.len());
    let mut at = 0;
    for range in found {
        if range.start >= at {
            clean.push_str(text.get(at..range.start).unwrap_or_default());
            clean.push_str(REDACTED);
        }
        at = at.max(range.end);
    }
    clean.push_str(text.get(at..).unwrap_or_default());
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "ek+live/\"0123456789\"==";

    #[test]
    fn a_secret_is_found_in_every_encoding() {
        let percent = "ek%2Blive%2F%220123456789%22%3D%3D";
        let base64 = |text: &str| STANDARD_NO_PAD.encode(text);
        let hex: String = SECRET.bytes().map(|byte| format!("{byte:02x}")).collect();
        for form in [
            SECRET.to_owned(),
            percent.to_owned(),
            percent.to_lowercase(),
            percent.replace('%', "%25"),
            "ek%2Blive/%22012345678%39%22==".to_owned(),
            SECRET.replace('"', "\\\"").replace('/', "\\/"),
            SECRET.replace('+', "\\u002b").replace('"', "\\u0022"),
            SECRET.replace('+', "\\\\u002B").replace('"', "\\\\\\\""),
            SECRET.replace('"', "&quot;").replace('+', "&#43;"),
            SECRET.replace('"', "&#x22;"),
            hex.to_uppercase(),
            hex,
            base64(SECRET),
            base64(&format!("Bearer {SECRET}")),
            base64(&format!("user:{SECRET}\n")) + "=",
            URL_SAFE_NO_PAD.encode(format!("x {SECRET} y")),
            base64(SECRET).replace('+', "%2B").replace('/', "%2F"),
        ] {
            let clean = redact(&format!("no such key: <{form}>, sorry"), [SECRET]);
            assert_eq!(clean, "no such key: <[redacted]>, sorry", "{form}");
        }
    }

    #[test]
    fn a_secret_that_was_cut_off_is_taken_out() {
        let clean = redact("no such key: ek+live/", [SECRET]);
        assert_eq!(clean, "no such key: [redacted]");
    }

    #[test]
    fn other_text_stays_as_it_is() {
        for text in [
            "100% of &amp; \\u0041 %41",
            "ek",
            "",
            "ek-test \\",
            "&#;",
            "%",
            "%zz",
        ] {
            assert_eq!(redact(text, [SECRET, "100", ""]), text);
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_a_server_says_panics(text in "[%\\\\&#;ux0-9a-f+é]{0,40}") {
            proptest::prop_assert!(!redact(&text, ["0000", "é+é+"]).contains("é+é+"));
        }
    }
}
