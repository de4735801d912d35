//! The values that a field has.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Json as Reply, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::options::Options;
use crate::engine::{Database, present};
use crate::http::access::{Access, Reads};
use crate::http::error::ApiError;
use crate::http::list_reply::blocking;
use crate::http::state::AppState;
use crate::http::wire::{CollectionName, FieldName, Json};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/api/distinct/{collection}/{field}", post(distinct_values))
}

#[derive(Deserialize)]
struct DistinctQuery {
    #[serde(default, deserialize_with = "present")]
    filter: Option<Value>,
    #[serde(default, rename = "bypass_cache", deserialize_with = "present")]
    _bypass_cache: Option<bool>,
    #[serde(default, rename = "bypass_ripple", deserialize_with = "present")]
    _bypass_ripple: Option<bool>,
}

async fn distinct_values(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Reads>,
    CollectionName(name): CollectionName,
    FieldName(field): FieldName,
    options: Options,
    Json(query): Json<DistinctQuery>,
) -> Result<Reply<Value>, ApiError> {
    options.refuse_transaction("distinct")?;
    blocking(move || {
        let values = database.distinct(&caller, &name, &field, query.filter.as_ref())?;
        Ok(Reply(json!({
            "collection": name,
            "field": field,
            "count": values.len(),
            "values": values,
        })))
    })
    .await
}
