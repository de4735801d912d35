//! Bodies of requests, read within bounds: JSON everywhere, MessagePack where the official clients speak it.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use axum::body::HttpBody;
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_ENCODING, HeaderName};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;
use serde_json::error::Category;

use super::format::Format;
use super::{ApiError, HINT, Unknown, msgpack};
use crate::app::{App, Limits};

/// A JSON body as a `T`; MessagePack is answered with 415.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        if Format::of_body(request.headers()) == Format::MessagePack {
            return Err(ApiError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "The emulator reads JSON only on this route; send application/json",
            ));
        }
        refuse_compressed(&request)?;
        let body = read(request, app.limits).await?;
        Parser::of(app).json(&body).map(Self)
    }
}

/// A body as a `T`, in JSON or MessagePack as its `Content-Type` says.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        refuse_compressed(&request)?;
        let format = Format::of_body(request.headers());
        let body = read(request, app.limits).await?;
        match format {
            Format::Json => Parser::of(app).json(&body),
            Format::MessagePack => Parser::of(app).msgpack(&body),
        }
        .map(Self)
    }
}

/// A body as it was sent.
#[derive(Debug)]
pub(crate) struct Unread(pub(crate) Bytes);

impl FromRequest<Arc<App>> for Unread {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        refuse_compressed(&request)?;
        read(request, app.limits).await.map(Self)
    }
}

/// A `T` that is written as a JSON object. A structure by itself would also be read from an array of its
/// members in order, which no ekoDB server promises.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members)).map(Object)
            }
        }

        deserializer.deserialize_map(Members(PhantomData))
    }
}

/// A part of a document that has been read already, as a `T`.
pub(crate) fn read_value<T: DeserializeOwned>(
    value: Value,
    unknown: Unknown,
) -> Result<T, ApiError> {
    Parser { unknown }.value(value)
}

fn refuse_compressed(request: &Request) -> Result<(), ApiError> {
    match header(request, CONTENT_ENCODING) {
        Some(coding) if coding != "identity" => Err(ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The emulator reads bodies uncompressed only; leave Content-Encoding out",
        )),
        _ => Ok(()),
    }
}

/// A header's value in lower case.
fn header(request: &Request, name: HeaderName) -> Option<String> {
    let value = request.headers().get(name)?.to_str().ok()?;
    Some(value.to_ascii_lowercase())
}

async fn read(request: Request, limits: Limits) -> Result<Bytes, ApiError> {
    let limit = limits.body_bytes;
    let body = request.into_body();
    let too_large = || {
        ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("The body is larger than {limit} bytes"),
        )
    };
    // A declared length is enough to tell: nobody has to send the rest.
    if usize::try_from(body.size_hint().lower()).map_or(true, |length| length > limit) {
        return Err(too_large());
    }
    let body = Limited::new(body, limit).collect();
    match tokio::time::timeout(limits.body_timeout, body).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if is_too_large(&*error) => Err(too_large()),
        Ok(Err(_)) => Err(ApiError::bad_request("The body ended too early")),
        Err(_) => Err(ApiError::new(
            StatusCode::REQUEST_TIMEOUT,
            "The body did not arrive in time",
        )),
    }
}

fn is_too_large(error: &(dyn std::error::Error + 'static)) -> bool {
    error.is::<LengthLimitError>() || error.source().is_some_and(is_too_large)
}

/// Reads bodies, refusing members that the API does not have unless told otherwise.
struct Parser {
    unknown: Unknown,
}

impl Parser {
    fn of(app: &App) -> Self {
        Self {
            unknown: app.behaviour.unknown,
        }
    }

    fn json<T: DeserializeOwned>(&self, body: &[u8]) -> Result<T, ApiError> {
        let refusal = |error: serde_json::Error| {
            let what = match error.classify() {
                Category::Data => "Invalid request",
                Category::Io | Category::Syntax | Category::Eof => "Invalid JSON",
            };
            ApiError::bad_request(format!("{what}: {error}"))
        };
        let mut reader = serde_json::Deserializer::from_slice(body);
        let mut unknown = None;
        let parsed = self
            .known(TopLevel(&mut reader), &mut unknown)
            .map_err(refusal)?;
        reader.end().map_err(refusal)?;
        refuse(unknown).map(|()| parsed)
    }

    fn msgpack<T: DeserializeOwned>(&self, body: &[u8]) -> Result<T, ApiError> {
        let document = msgpack::decode(body)
            .map_err(|error| ApiError::bad_request(format!("Invalid MessagePack: {error}")))?;
        let mut unknown = None;
        let parsed = self
            .known(document, &mut unknown)
            .map_err(|error| ApiError::bad_request(format!("Invalid request: {error}")))?;
        refuse(unknown).map(|()| parsed)
    }

    fn value<T: DeserializeOwned>(&self, value: Value) -> Result<T, ApiError> {
        let mut unknown = None;
        let parsed = self
            .known(TopLevel(value), &mut unknown)
            .map_err(|error| ApiError::bad_request(format!("Invalid request: {error}")))?;
        refuse(unknown).map(|()| parsed)
    }

    /// Notes the first member that a `T` does not have.
    fn known<'de, T: DeserializeOwned, D: Deserializer<'de>>(
        &self,
        reader: D,
        unknown: &mut Option<String>,
    ) -> Result<T, D::Error> {
        if self.unknown == Unknown::Passed {
            return T::deserialize(reader);
        }
        serde_ignored::deserialize(reader, |path| {
            // `?` stands for an optional value on the way: of no use to the sender.
            unknown.get_or_insert_with(|| path.to_string().replace(".?", ""));
        })
    }
}

fn refuse(unknown: Option<String>) -> Result<(), ApiError> {
    match unknown {
        Some(path) => Err(ApiError::bad_request(format!(
            "Invalid request: unknown member '{path}' {HINT}"
        ))),
        None => Ok(()),
    }
}

/// A body of which a structure is read from an object only; [`Object`] is the same further down.
struct TopLevel<D>(D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for TopLevel<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
