//! What a token says about its own life, read without trust.

use base64::{
    Engine as _,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroizing;

/// `exp` and `iat` in whole seconds since the Unix epoch.
///
/// A claim is absent if it is missing, no number, not positive, or later than the year 9999
/// (milliseconds, say). The signature is not checked: only the server can do that, and nothing but
/// the moment of the next refresh hangs on these claims.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Claims {
    pub(crate) exp: Option<u64>,
    pub(crate) iat: Option<u64>,
}

impl Claims {
    /// The claims of a token; none for an opaque one.
    pub(crate) fn of(token: &str) -> Self {
        payload(token.trim())
            .and_then(|json| serde_json::from_slice::<Payload>(&json).ok())
            .map_or_else(Self::default, |payload| Self {
                exp: payload.exp.as_ref().and_then(seconds),
                iat: payload.iat.as_ref().and_then(seconds),
            })
    }
}

#[derive(Deserialize)]
struct Payload {
    #[serde(default)]
    exp: Option<Value>,
    #[serde(default)]
    iat: Option<Value>,
}

fn payload(token: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut parts = token.split('.');
    let (_, payload, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
        return None;
    };
    BASE64URL.decode(payload).ok().map(Zeroizing::new)
}

fn seconds(claim: &Value) -> Option<u64> {
    let number = match claim {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    // Below the limit every float is exact, so the cast only drops a fraction.
    (1.0..=END_OF_9999)
        .contains(&number)
        .then_some(number as u64)
}

const END_OF_9999: f64 = 253_402_300_799.0;

const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
