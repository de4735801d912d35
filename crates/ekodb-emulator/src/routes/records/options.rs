//! The query string of the record routes.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::StatusCode;
use http::request::Parts;
use serde::Deserialize;

use crate::app::App;
use crate::records::Projection;
use crate::wire::{ApiError, Query};

/// What a record request may say in its query string. Ripples and caches are a cluster's: both switches are
/// read and change nothing here.
#[derive(Debug)]
pub(super) struct Options {
    /// The fields that were asked for.
    pub(super) projection: Projection,
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

impl FromRequestParts<Arc<App>> for Options {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let Query(raw) = Query::<Raw>::from_request_parts(parts, app).await?;
        if raw.transaction_id.is_some() {
            // Writing outside the transaction would look like success.
            return Err(ApiError::new(
                StatusCode::NOT_IMPLEMENTED,
                "The emulator does not do transactions; use an ekoDB deployment for it",
            ));
        }
        let select = raw.select_fields.as_deref().map(names);
        let exclude = raw.exclude_fields.as_deref().map(names);
        Ok(Self {
            projection: Projection::new(select.as_deref(), exclude.as_deref()),
        })
    }
}

fn names(joined: &str) -> Vec<String> {
    let names = joined.split(',').map(str::trim);
    names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}
