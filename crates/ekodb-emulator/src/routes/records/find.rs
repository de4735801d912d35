//! Finding records by a filter.

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use serde_json::{Map, Value};

use super::get::renew;
use super::options::Options;
use super::{join, view};
use crate::access::{Access, Caller, Reads, Rights};
use crate::app::App;
use crate::query::{Filter, FindQuery, order, plan};
use crate::records::Projection;
use crate::schema::Schema;
use crate::store::{Collections, Records, Snapshot, Stored};
use crate::wire::{Accepted, ApiError, Body, CollectionName};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/api/find/{collection}", post(find_records))
}

async fn find_records(
    State(app): State<Arc<App>>,
    Access { caller, .. }: Access<Reads>,
    CollectionName(name): CollectionName,
    options: Options,
    accepted: Accepted,
    Body(query): Body<FindQuery>,
) -> Result<Response, ApiError> {
    blocking(move || {
        let found = find(&app, &caller, &name, options.projection, &query)?;
        accepted.reply(&found)
    })
    .await
}

/// Looking at many records takes a while: not on the threads that serve connections.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| {
            tracing::error!(%error, "a query ended unexpectedly");
            Err(ApiError::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The query ended unexpectedly",
            ))
        })
}

fn find(
    app: &App,
    caller: &Caller,
    name: &str,
    asked: Projection,
    query: &FindQuery,
) -> Result<Vec<Map<String, Value>>, ApiError> {
    let filter = query.filter(app.behaviour.unknown)?;
    let rights = caller.rights(name);
    let snapshot = app.store.snapshot()?;
    // A collection that is not there has no records.
    let Some(collection) = Collections(&snapshot).get(name)? else {
        return app.behaviour.without_collection(name, Vec::new);
    };
    let schema = &collection.schema;
    require_shown(&rights, schema, filter.as_ref(), query)?;
    let records = Records {
        source: &snapshot,
        uid: collection.uid,
        now: app.clock.now().timestamp_millis(),
    };
    let page = page(&records, schema, filter.as_ref(), query)?;
    let accessed = |stored: &&Stored| stored.record.ttl.is_some_and(|ttl| ttl.on_access);
    let renewed: Vec<_> = page
        .iter()
        .filter(accessed)
        .map(|stored| stored.number)
        .collect();
    if !renewed.is_empty() {
        renew(app, name.to_owned(), renewed);
    }

    let select = query.select_fields.as_deref();
    let named = Projection::new(select, query.exclude_fields.as_deref());
    let view = view(&snapshot, schema, vec![rights.shown(), asked, named])?;
    let joined = match &query.join {
        Some(join) => join::joined(&snapshot, caller, &page, schema, join, records.now)?,
        None => Vec::new(),
    };
    let mut found: Vec<_> = page
        .into_iter()
        .map(|stored| view.render(stored.record))
        .collect();
    if let Some(join) = &query.join {
        for (record, others) in found.iter_mut().zip(joined) {
            record.insert(join.as_field.clone(), Value::Array(others));
        }
    }
    Ok(found)
}

/// Refuses to filter, sort or join by what the caller may not see.
fn require_shown(
    rights: &Rights,
    schema: &Schema,
    filter: Option<&Filter>,
    query: &FindQuery,
) -> Result<(), ApiError> {
    let alias = &schema.primary_key_alias;
    let allowed = |field: &str| field == "id" || field == alias || rights.may_see(field);
    let filtered = filter.and_then(|filter| filter.first_field_not(&allowed));
    let mut sorted = query.sort().iter().map(|by| by.field.as_str());
    let joined = query.join.as_ref().map(|join| join.local_field.as_str());
    let hidden = filtered
        .or_else(|| sorted.find(|field| !allowed(field)))
        .or_else(|| joined.filter(|field| !allowed(field)));
    match hidden {
        Some(field) => rights.require_shown(field),
        None => Ok(()),
    }
}

/// The records of the page that was asked for, in its order.
fn page(
    records: &Records<'_, Snapshot>,
    schema: &Schema,
    filter: Option<&Filter>,
    query: &FindQuery,
) -> Result<Vec<Stored>, ApiError> {
    let alias = &schema.primary_key_alias;
    let skip = query.skip.unwrap_or(0);
    let end = query
        .limit
        .map_or(usize::MAX, |limit| skip.saturating_add(limit));
    let sort = query.sort();
    let compare = |a: &Stored, b: &Stored| order(sort, alias, &a.record, &b.record);
    let mut found: Vec<Stored> = Vec::new();
    let visit = |stored: Stored| {
        if found.len() == end && sort.is_empty() {
            return ControlFlow::Break(());
        }
        if filter.is_none_or(|filter| filter.matches(&stored.record, alias)) {
            found.push(stored);
            // What is sorted behind the page is let go of now and then, so that memory stays bounded.
            if !sort.is_empty() && found.len() >= end.saturating_mul(2).max(4096) {
                found.sort_by(compare);
                found.truncate(end);
            }
        }
        ControlFlow::Continue(())
    };
    matching(records, schema, filter, visit)?;
    found.sort_by(compare);
    found.truncate(end);
    found.drain(..skip.min(found.len()));
    Ok(found)
}

/// Visits the candidates of a filter, in the order of insertion: by an index if one serves, else all.
pub(super) fn matching(
    records: &Records<'_, Snapshot>,
    schema: &Schema,
    filter: Option<&Filter>,
    mut visit: impl FnMut(Stored) -> ControlFlow<()>,
) -> Result<(), ApiError> {
    let fields = schema.indexed();
    // A name with a dot can mean a path too, which no index follows.
    let indexed = |field: &str| !field.contains('.') && fields.contains(field);
    let range = filter.and_then(|filter| plan(filter, &schema.primary_key_alias, &indexed));
    match range {
        Some(range) => {
            for stored in records.candidates(&range)? {
                if visit(stored).is_break() {
                    break;
                }
            }
        }
        None => records.each(visit)?,
    }
    Ok(())
}
