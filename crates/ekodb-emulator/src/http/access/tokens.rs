//! Tokens: HS256 JWTs whose subject is the id of the key they were issued for.
//!
//! A token carries no rights. The key is looked up at each request, so that a revoked key or a
//! changed grant acts at once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Issues and checks the tokens of one store.
pub(crate) struct Tokens {
    signing: EncodingKey,
    checking: DecodingKey,
    validation: Validation,
    lifetime_millis: AtomicU64,
    epoch: AtomicU64,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    iat: i64,
    exp: i64,
    /// Makes every token another one, even two of one second.
    jti: String,
    /// Tokens of an earlier epoch were expired by hand.
    epoch: u64,
}

impl Tokens {
    pub(crate) fn new(secret: &[u8], lifetime: Duration, epoch: u64) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        // Expiry is judged by the emulator's own clock, without leeway, in `check`.
        validation.validate_exp = false;
        validation.validate_aud = false;
        let tokens = Self {
            signing: EncodingKey::from_secret(secret),
            checking: DecodingKey::from_secret(secret),
            validation,
            lifetime_millis: AtomicU64::new(0),
            epoch: AtomicU64::new(epoch),
        };
        tokens.set_lifetime(lifetime);
        tokens
    }

    /// A new token for a key. `exp` is in whole seconds: the lifetime is rounded up.
    pub(crate) fn issue(
        &self,
        key_id: &str,
        now: DateTime<Utc>,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let lifetime = self.lifetime_millis.load(Ordering::Relaxed);
        let expires = now
            .timestamp_millis()
            .saturating_add_unsigned(lifetime)
            .saturating_add(999);
        let claims = Claims {
            sub: key_id.to_owned(),
            iat: now.timestamp(),
            exp: expires.div_euclid(1000),
            jti: Uuid::new_v4().simple().to_string(),
            epoch: self.epoch(),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signing)
    }

    /// The id of the key that a token was issued for, if the token is ours and still good.
    pub(crate) fn check(&self, token: &str, now: DateTime<Utc>) -> Option<String> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.checking, &self.validation)
            .ok()?
            .claims;
        let good = now.timestamp() < claims.exp && claims.epoch == self.epoch();
        good.then_some(claims.sub)
    }

    /// The lifetime of tokens issued from now on.
    pub(crate) fn set_lifetime(&self, lifetime: Duration) {
        let millis = u64::try_from(lifetime.as_millis()).unwrap_or(u64::MAX);
        self.lifetime_millis.store(millis, Ordering::Relaxed);
    }

    /// The epoch that tokens must be of.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Relaxed)
    }

    /// Refuses every token of an earlier epoch.
    pub(crate) fn expire_before(&self, epoch: u64) {
        self.epoch.fetch_max(epoch, Ordering::Relaxed);
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn tokens(lifetime: u64) -> Tokens {
        Tokens::new(b"0123456789abcdef", Duration::from_millis(lifetime), 0)
    }

    #[test]
    fn a_token_names_its_key_until_it_expires() {
        let (tokens, now) = (tokens(60_000), Utc::now());
        let token = tokens.issue("k", now).unwrap();
        assert_eq!(tokens.check(&token, now).as_deref(), Some("k"));
        let last = now + TimeDelta::seconds(59);
        assert_eq!(tokens.check(&token, last).as_deref(), Some("k"));
        assert_eq!(tokens.check(&token, now + TimeDelta::seconds(62)), None);
    }

    #[test]
    fn two_tokens_of_one_moment_differ() {
        let (tokens, now) = (tokens(60_000), Utc::now());
        assert_ne!(
            tokens.issue("k", now).unwrap(),
            tokens.issue("k", now).unwrap()
        );
    }

    #[test]
    fn expiring_all_spares_those_issued_afterwards() {
        let (tokens, now) = (tokens(60_000), Utc::now());
        let old = tokens.issue("k", now).unwrap();
        tokens.expire_before(1);
        let new = tokens.issue("k", now).unwrap();
        assert_eq!(tokens.check(&old, now), None);
        assert_eq!(tokens.check(&new, now).as_deref(), Some("k"));
    }

    #[test]
    fn a_token_signed_with_another_secret_or_algorithm_is_refused() {
        let now = Utc::now();
        let other = Tokens::new(b"another secret of this test", Duration::from_secs(60), 0);
        assert_eq!(
            tokens(60_000).check(&other.issue("k", now).unwrap(), now),
            None
        );
        // {"alg":"none"} . {"sub":"k","iat":0,"exp":9999999999,"jti":"","epoch":0}
        let unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJrIiwiaWF0IjowLCJleHAiOjk5OTk5OTk5OTksImp0aSI6IiIsImVwb2NoIjowfQ.";
        assert_eq!(tokens(60_000).check(unsigned, now), None);
        assert_eq!(tokens(60_000).check("not a token", now), None);
    }

    #[test]
    fn a_lifetime_without_end_does_not_overflow() {
        let tokens = Tokens::new(b"0123456789abcdef", Duration::MAX, 0);
        let token = tokens.issue("k", Utc::now()).unwrap();
        assert_eq!(tokens.check(&token, Utc::now()).as_deref(), Some("k"));
    }
}
