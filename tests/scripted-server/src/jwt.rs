//! Tokens that look like JSON Web Tokens. Nobody checks their signature.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// Returns a token with these claims.
pub fn with_claims(claims: &Value) -> String {
    let header = json!({ "alg": "HS256", "typ": "JWT" });
    [&header.to_string(), &claims.to_string(), "signature"]
        .map(|part| URL_SAFE_NO_PAD.encode(part))
        .join(".")
}

/// Returns a token for the subject `number` that expires after `lifetime`, given to the
/// millisecond.
pub fn expiring_in(number: usize, lifetime: Duration) -> String {
    let expiry = SystemTime::now() + lifetime;
    let expiry = expiry.duration_since(UNIX_EPOCH).unwrap_or_default();
    with_claims(&json!({ "sub": number.to_string(), "exp": expiry.as_secs_f64() }))
}
