//! The secrets that a server knows from a request, so that they can be taken out of what it says.

use ekodb_api::{Outgoing, SecretString};
use serde_json::Value;

use super::session::Session;
use crate::auth::Bearer;

/// The secrets behind one request.
pub(super) struct Secrets(Vec<SecretString>);

impl Secrets {
    /// Those in the request's body, its bearer, and the key last exchanged for a token.
    pub(super) fn of(
        request: &Outgoing,
        bearer: Option<&Bearer>,
        session: Option<&Session>,
    ) -> Self {
        let mut secrets = in_body(request);
        secrets.extend(bearer.map(Bearer::token));
        let key = session.and_then(|session| session.last_api_key.get());
        secrets.extend(key.map(|key| SecretString::new(key.expose())));
        Self(secrets)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(SecretString::expose)
    }
}

fn in_body(request: &Outgoing) -> Vec<SecretString> {
    let body = request.body().map(|body| serde_json::from_slice(body));
    let Some(Ok(Value::Object(mut members))) = body else {
        return Vec::new();
    };
    let mut secrets = Vec::new();
    for name in SECRET_MEMBERS {
        if let Some(Value::String(secret)) = members.remove(*name) {
            secrets.push(SecretString::new(secret));
        }
    }
    secrets
}

/// The members of request bodies that hold a secret.
const SECRET_MEMBERS: &[&str] = &["api_key", "key"];
