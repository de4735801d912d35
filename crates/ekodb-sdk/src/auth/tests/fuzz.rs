//! The claims of tokens that nobody would issue.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::super::claims::Claims;

const WORDS: [&str; 8] = [
    "exp",
    "iat",
    "nbf",
    "1764000000",
    "1e12",
    "0",
    "-1",
    " 1764000000.5 ",
];

#[test]
fn claims_are_seconds_of_four_digit_years_or_absent() {
    ekodb_fuzz::check!(|input: &[u8]| {
        for document in ekodb_fuzz::documents(input, &WORDS) {
            let payload = URL_SAFE_NO_PAD.encode(&document);
            for token in [
                String::from_utf8_lossy(&document).into_owned(),
                format!("e30.{payload}.c2ln"),
            ] {
                let Claims { exp, iat } = Claims::of(&token);
                for claim in [exp, iat].into_iter().flatten() {
                    assert!((1..=253_402_300_799).contains(&claim), "{claim} of {token}");
                }
            }
        }
    });
}
