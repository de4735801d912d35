//! Query strings.

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::engine::{UnknownMember, UnknownMembers, read};
use crate::http::error::ApiError;

/// The query string as a `T`, or a 400 in the server's envelope.
#[derive(Debug)]
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T>
where
    UnknownMembers: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query = axum::extract::Query::try_from_uri(&parts.uri);
        let axum::extract::Query(Noted { value, known }) =
            query.map_err(|error| ApiError::InvalidQuery(error.body_text()))?;
        match known {
            Err(UnknownMember(name))
                if UnknownMembers::from_ref(state) == UnknownMembers::Refused =>
            {
                Err(ApiError::UnknownParameter(name))
            }
            _ => Ok(Self(value)),
        }
    }
}

/// A `T`, and the first parameter that it does not have.
struct Noted<T> {
    value: T,
    known: Result<(), UnknownMember>,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Noted<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (value, known) = read(deserializer, UnknownMembers::Refused)?;
        Ok(Self { value, known })
    }
}
