//! How much memory a JSON document takes once it is read, as far as its text tells.

/// The most that a body may take.
pub(super) const MOST: usize = 160 * 1024 * 1024;

/// What an object with members, a member and a value take: many small ones take far more than their
/// text.
pub(super) const OBJECT: usize = 664;
pub(super) const MEMBER: usize = 100;
pub(super) const VALUE: usize = 48;

/// Returns how many bytes of memory the values of a document take, roughly.
pub(super) fn of_json(document: &[u8]) -> usize {
    let mut bytes_taken = document.len();
    let mut bytes = document.iter();
    while let Some(byte) = bytes.next() {
        bytes_taken += match byte {
            b'{' if bytes.as_slice().first() == Some(&b'}') => 0,
            b'{' => OBJECT,
            b'[' | b',' => VALUE,
            b':' => MEMBER,
            b'"' => {
                skip_text(&mut bytes);
                0
            }
            _ => 0,
        };
    }
    bytes_taken
}

fn skip_text(bytes: &mut std::slice::Iter<'_, u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => break,
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structure_counts_and_texts_do_not() {
        let texts = br#""{[,:\"{[,:\\""#;
        assert_eq!(of_json(texts), texts.len());
        let document = br#"{"a":[{},{ "b":1}]}"#;
        let expected = document.len() + 2 * OBJECT + 2 * MEMBER + 2 * VALUE;
        assert_eq!(of_json(document), expected);
    }
}
