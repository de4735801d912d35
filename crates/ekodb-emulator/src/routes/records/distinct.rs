//! The values that a field has.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Json as Reply, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::find::candidates;
use super::options::Options;
use super::stream::blocking;
use crate::access::{Access, Caller, Reads, present};
use crate::app::App;
use crate::query::Filter;
use crate::store::{Collections, Records};
use crate::value::{Operand, Typed};
use crate::wire::{ApiError, CollectionName, FieldName, Json};

pub(super) fn routes() -> Router<Arc<App>> {
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
    State(app): State<Arc<App>>,
    Access { caller, .. }: Access<Reads>,
    CollectionName(name): CollectionName,
    FieldName(field): FieldName,
    _: Options,
    Json(query): Json<DistinctQuery>,
) -> Result<Reply<Value>, ApiError> {
    blocking(move || {
        let values = distinct(&app, &caller, &name, &field, query.filter.as_ref())?;
        Ok(Reply(json!({
            "collection": name,
            "field": field,
            "count": values.len(),
            "values": values,
        })))
    })
    .await
}

/// Plain values, each once, sorted. Records without the field, or with `null` in it, add nothing.
fn distinct(
    app: &App,
    caller: &Caller,
    name: &str,
    field: &str,
    filter: Option<&Value>,
) -> Result<Vec<Value>, ApiError> {
    let parse = |filter| Filter::parse(filter, app.behaviour.unknown);
    let filter = filter.map(parse).transpose()?;
    let rights = caller.rights(name);
    let snapshot = app.store.snapshot()?;
    let Some(collection) = Collections(&snapshot).get(name)? else {
        return app.behaviour.without_collection(name, Vec::new);
    };
    let schema = &collection.schema;
    let alias = schema.primary_key_alias.as_str();
    let allowed = |field: &str| field == "id" || field == alias || rights.may_see(field);
    let hidden = filter
        .as_ref()
        .and_then(|filter| filter.first_field_not(&allowed));
    if let Some(hidden) = hidden.or((!allowed(field)).then_some(field)) {
        rights.require_shown(hidden)?;
    }
    let records = Records {
        source: &snapshot,
        uid: collection.uid,
        now: app.clock.now().timestamp_millis(),
    };
    let mut seen = HashSet::new();
    let mut values: Vec<Typed> = Vec::new();
    let mut walk = candidates(&records, schema, filter.as_ref())?;
    let _ = walk.go(&records, |stored| {
        let record = &stored.record;
        let is_meant = filter
            .as_ref()
            .is_none_or(|filter| filter.matches(record, alias));
        if is_meant
            && let Some(value) = record.value(field, alias)
            && seen.insert(value.value.to_string())
        {
            values.push(value);
        }
        Ok::<_, ApiError>(ControlFlow::Continue(()))
    })?;
    values.sort_by(|a, b| Operand::typed(a).total_order(Operand::typed(b)));
    Ok(values.into_iter().map(|typed| typed.value).collect())
}
