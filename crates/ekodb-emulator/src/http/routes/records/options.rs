//! The query string of the record routes.

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;
use serde::Deserialize;

use crate::engine::{Error, Projection, TransactionError, UnknownMembers};
use crate::http::error::ApiError;
use crate::http::wire::Query;

/// What a record request may say in its query string. Ripples and caches are a cluster's: both
/// switches are read and change nothing here.
#[derive(Debug)]
pub(super) struct Options {
    /// The fields that were asked for.
    pub(super) projection: Projection,
    /// The transaction to take part in.
    pub(super) transaction: Option<String>,
}

#[derive(Deserialize)]
struct Raw {
    transaction_id: Option<String>,
    select_fields: Option<String>,
    exclude_fields: Option<String>,
    #[serde(rename = "bypass_ripple")]
    _bypass_ripple: Option<bool>,
    #[serde(rename = "bypass_cache")]
    _bypass_cache: Option<bool>,
}

impl<S: Send + Sync> FromRequestParts<S> for Options
where
    UnknownMembers: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(raw) = Query::<Raw>::from_request_parts(parts, state).await?;
        let select = raw.select_fields.as_deref().map(names);
        let exclude = raw.exclude_fields.as_deref().map(names);
        Ok(Self {
            projection: Projection::new(select.as_deref(), exclude.as_deref()),
            transaction: raw.transaction_id,
        })
    }
}

impl Options {
    /// Refuses a transaction where an operation cannot be a part of one: a write outside it would
    /// look like success.
    pub(super) fn refuse_transaction(&self, operation: &'static str) -> Result<(), ApiError> {
        match self.transaction {
            None => Ok(()),
            Some(_) => Err(Error::from(TransactionError::NotTransactional(operation)).into()),
        }
    }
}

fn names(joined: &str) -> Vec<String> {
    let names = joined.split(',').map(str::trim);
    names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}
