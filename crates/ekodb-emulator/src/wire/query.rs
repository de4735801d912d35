//! Query strings.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::{ApiError, HINT, Unknown};
use crate::app::App;

/// The query string as a `T`, or a 400 in the server's envelope.
#[derive(Debug)]
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Arc<App>> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let query = axum::extract::Query::try_from_uri(&parts.uri);
        let axum::extract::Query(Noted { known, unknown }) = query.map_err(|error| {
            ApiError::bad_request(format!("Invalid query: {}", error.body_text()))
        })?;
        match unknown {
            Some(name) if app.behaviour.unknown == Unknown::Refused => Err(ApiError::bad_request(
                format!("Invalid query: unknown parameter '{name}' {HINT}"),
            )),
            _ => Ok(Self(known)),
        }
    }
}

/// A `T`, and the first parameter that it does not have.
struct Noted<T> {
    known: T,
    unknown: Option<String>,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Noted<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut unknown = None;
        let known = serde_ignored::deserialize(deserializer, |path| {
            unknown.get_or_insert_with(|| path.to_string());
        })?;
        Ok(Self { known, unknown })
    }
}
