//! Bodies of requests, read within bounds: JSON everywhere, MessagePack where the official clients
//! use it.

use std::time::Duration;

use axum::body::HttpBody;
use axum::extract::{FromRef, FromRequest, Request};
use bytes::Bytes;
use http::header::CONTENT_ENCODING;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::format::{Format, is_json};
use super::{memory_estimate, msgpack};
use crate::engine::{Error, ObjectOnly, UnknownMembers, read};
use crate::http::error::ApiError;

/// Bounds on a body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyLimits {
    pub(crate) bytes: usize,
    /// How long a client may take to send it.
    pub(crate) timeout: Duration,
}

impl Default for BodyLimits {
    fn default() -> Self {
        Self {
            bytes: 16 * 1024 * 1024,
            timeout: Duration::from_secs(30),
        }
    }
}

/// How bodies are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyRules {
    pub(crate) limits: BodyLimits,
    pub(crate) unknown_members: UnknownMembers,
}

impl BodyRules {
    async fn json<T: DeserializeOwned>(self, request: Request) -> Result<T, ApiError> {
        let body = read_body(request, self.limits).await?;
        from_json(&body, self.unknown_members)
    }
}

/// A JSON body as a `T`. MessagePack is answered with 415.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T>
where
    BodyRules: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        match Format::of_body(request.headers()) {
            Format::Json => BodyRules::from_ref(state).json(request).await.map(Self),
            Format::MessagePack => Err(ApiError::JsonOnly),
        }
    }
}

/// A JSON body with an API key in it, which stands for a bearer. A page of another origin must not
/// be able to send one without asking first, so its content type must be JSON; and since anybody
/// may send it, it is small.
#[derive(Debug)]
pub(crate) struct KeyJson<T>(pub(crate) T);

/// The largest body with an API key.
const KEY_BODY_BYTES: usize = 64 * 1024;

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for KeyJson<T>
where
    BodyRules: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            return Err(ApiError::KeyNotJson);
        }
        let mut rules = BodyRules::from_ref(state);
        rules.limits.bytes = rules.limits.bytes.min(KEY_BODY_BYTES);
        rules.json(request).await.map(Self)
    }
}

/// A body as a `T`, in JSON or MessagePack as its `Content-Type` says.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T>
where
    BodyRules: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let rules = BodyRules::from_ref(state);
        if Format::of_body(request.headers()) == Format::Json {
            return rules.json(request).await.map(Self);
        }
        let body = read_body(request, rules.limits).await?;
        from_msgpack(&body, rules.unknown_members).map(Self)
    }
}

/// A body as it was sent.
#[derive(Debug)]
pub(crate) struct RawBody(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for RawBody
where
    BodyRules: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let rules = BodyRules::from_ref(state);
        read_body(request, rules.limits).await.map(Self)
    }
}

async fn read_body(request: Request, limits: BodyLimits) -> Result<Bytes, ApiError> {
    let encoding = request.headers().get(CONTENT_ENCODING);
    let encoding = encoding.and_then(|value| value.to_str().ok());
    if encoding.is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
        return Err(ApiError::Compressed);
    }
    let limit = limits.bytes;
    let body = request.into_body();
    // A declared length is enough to refuse a body: its rest need not be sent.
    if usize::try_from(body.size_hint().lower()).map_or(true, |length| length > limit) {
        return Err(ApiError::BodyTooLarge { limit });
    }
    let body = Limited::new(body, limit).collect();
    match tokio::time::timeout(limits.timeout, body).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if is_too_large(&*error) => Err(ApiError::BodyTooLarge { limit }),
        Ok(Err(_)) => Err(ApiError::BodyIncomplete),
        Err(_) => Err(ApiError::BodyTimeout),
    }
}

fn is_too_large(error: &(dyn std::error::Error + 'static)) -> bool {
    error.is::<LengthLimitError>() || error.source().is_some_and(is_too_large)
}

fn from_json<T: DeserializeOwned>(body: &[u8], unknown: UnknownMembers) -> Result<T, ApiError> {
    let refusal = |error: serde_json::Error| match error.classify() {
        Category::Data => ApiError::InvalidBody(error),
        Category::Io | Category::Syntax | Category::Eof => ApiError::InvalidJson(error),
    };
    let limit = memory_estimate::MOST;
    if memory_estimate::of_json(body) > limit {
        return Err(ApiError::BodyMemoryTooLarge { limit });
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let (value, known) = read(ObjectOnly(&mut reader), unknown).map_err(refusal)?;
    reader.end().map_err(refusal)?;
    known.map_err(Error::from)?;
    Ok(value)
}

fn from_msgpack<T: DeserializeOwned>(body: &[u8], unknown: UnknownMembers) -> Result<T, ApiError> {
    let document =
        msgpack::decode(body).map_err(|error| ApiError::InvalidMessagePack(error.to_string()))?;
    let (value, known) = read(document, unknown).map_err(ApiError::InvalidBody)?;
    known.map_err(Error::from)?;
    Ok(value)
}
