//! Bodies of requests, read within bounds: JSON everywhere, MessagePack where the official clients speak it.

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::StatusCode;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::format::Format;
use super::{ApiError, msgpack};
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
        let body = read(request, app.limits).await?;
        parse_json(&body).map(Self)
    }
}

/// A body as a `T`, in JSON or MessagePack as its `Content-Type` says.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        let format = Format::of_body(request.headers());
        let body = read(request, app.limits).await?;
        match format {
            Format::Json => parse_json(&body),
            Format::MessagePack => parse_msgpack(&body),
        }
        .map(Self)
    }
}

async fn read(request: Request, limits: Limits) -> Result<Bytes, ApiError> {
    let body = Limited::new(request.into_body(), limits.body_bytes).collect();
    match tokio::time::timeout(limits.body_timeout, body).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if is_too_large(&*error) => Err(ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("The body is larger than {} bytes", limits.body_bytes),
        )),
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

fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|error| {
        let what = match error.classify() {
            Category::Data => "Invalid request",
            Category::Io | Category::Syntax | Category::Eof => "Invalid JSON",
        };
        ApiError::bad_request(format!("{what}: {error}"))
    })
}

fn parse_msgpack<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let document = msgpack::decode(body)
        .map_err(|error| ApiError::bad_request(format!("Invalid MessagePack: {error}")))?;
    serde_json::from_value(document)
        .map_err(|error| ApiError::bad_request(format!("Invalid request: {error}")))
}
