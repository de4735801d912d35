//! Values in paths. Each is one segment, percent-decoded on its own: `a%2Fb` is the one name `a/b`.

use axum::extract::{FromRef, FromRequestParts, MatchedPath, RawPathParams};
use http::request::Parts;

use crate::engine::{ApiKey, Error, check_collection_name, check_name};
use crate::http::error::ApiError;

macro_rules! segments {
    ($($(#[$doc:meta])* $name:ident($parameter:literal, $what:literal);)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub(crate) struct $name(pub(crate) String);

        impl<S: Send + Sync> FromRequestParts<S> for $name {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
                let value = segment(parts, $parameter).await?;
                check_name($what, &value).map_err(Error::from)?;
                Ok(Self(value))
            }
        }
    )+};
}

segments! {
    /// A key by its value or its id.
    KeyReference("key", "key");
    /// A record's id.
    RecordId("id", "record id");
    /// The id of a record that a KV key is linked to.
    DocumentId("document_id", "record id");
    /// A transaction's id.
    TransactionId("transaction_id", "transaction id");
    /// The name of a savepoint.
    SavepointName("savepoint", "savepoint name");
    /// The name of a field.
    FieldName("field", "field name");
    /// The name of an action.
    ActionName("action", "action");
}

/// The name of a collection. The server keeps names with the internal marker to itself.
#[derive(Clone, Debug)]
pub(crate) struct CollectionName(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for CollectionName {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let name = segment(parts, "collection").await?;
        check_collection_name(&name).map_err(Error::from)?;
        Ok(Self(name))
    }
}

/// What a grant is on: a collection, or key-value pairs under a prefix.
#[derive(Clone, Debug)]
pub(crate) struct GrantName(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for GrantName {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let (parameter, what) = match has_parameter(parts, "prefix") {
            true => ("prefix", "key prefix"),
            false => ("collection", "collection name"),
        };
        let name = segment(parts, parameter).await?;
        check_name(what, &name).map_err(Error::from)?;
        Ok(Self(name))
    }
}

/// The id of a key, or the caller's own. The value of a key is not accepted.
#[derive(Clone, Debug)]
pub(crate) enum KeyId {
    Me,
    Id(String),
}

impl KeyId {
    /// The id it means for a caller.
    pub(crate) fn resolve(self, caller: &ApiKey) -> String {
        match self {
            Self::Me => caller.id.clone(),
            Self::Id(id) => id,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for KeyId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let id = segment(parts, "key_id").await?;
        match id.as_str() {
            "me" => Ok(Self::Me),
            _ if is_key_id(&id) => Ok(Self::Id(id)),
            _ => Err(ApiError::InvalidKeyId),
        }
    }
}

fn is_key_id(id: &str) -> bool {
    id.len() == 32 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether the keys of the key-value store are taken as they were sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawKvKeys(pub(crate) bool);

/// A key of the key-value store.
#[derive(Clone, Debug)]
pub(crate) struct KvKey(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for KvKey
where
    RawKvKeys: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let decoded = segment(parts, "key").await?;
        check_name("KV key", &decoded).map_err(Error::from)?;
        Ok(Self(match RawKvKeys::from_ref(state).0 {
            true => raw_segment(parts, "key").unwrap_or(decoded),
            false => decoded,
        }))
    }
}

/// The segment that a parameter of the route matched, as it was sent.
fn raw_segment(parts: &Parts, parameter: &str) -> Option<String> {
    let position = position(parts, parameter)?;
    let segment = parts.uri.path().split('/').nth(position)?;
    Some(segment.to_owned())
}

/// Whether the route of a request has a parameter of this name.
pub(crate) fn has_parameter(parts: &Parts, parameter: &str) -> bool {
    position(parts, parameter).is_some()
}

/// Which segment of the route a parameter is.
fn position(parts: &Parts, parameter: &str) -> Option<usize> {
    let template = parts.extensions.get::<MatchedPath>()?.as_str();
    let name = |segment: &str| Some(segment.strip_prefix('{')?.strip_suffix('}')? == parameter);
    template
        .split('/')
        .position(|segment| name(segment) == Some(true))
}

async fn segment(parts: &mut Parts, parameter: &str) -> Result<String, ApiError> {
    if !is_percent_encoded(parts.uri.path()) {
        return Err(ApiError::NotPercentEncoded);
    }
    let params = RawPathParams::from_request_parts(parts, &())
        .await
        .map_err(|_| ApiError::PathNotUtf8)?;
    params
        .iter()
        .find(|(name, _)| *name == parameter)
        .map(|(_, value)| value.to_owned())
        .ok_or(ApiError::MethodNotAllowed)
}

/// Whether every `%` begins an encoded byte. Otherwise a name was put into the path as it is, and
/// another one would have been decoded.
fn is_percent_encoded(path: &str) -> bool {
    let mut parts = path.split('%');
    parts.next();
    parts.all(|rest| {
        let mut digits = rest.bytes();
        let mut digit = || digits.next().is_some_and(|byte| byte.is_ascii_hexdigit());
        digit() && digit()
    })
}
