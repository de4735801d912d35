//! Finding records by a filter.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;

use super::join::Joins;
use super::options::Options;
use super::search::{Page, Search};
use super::stream::{self, blocking};
use super::view;
use crate::access::{Access, Caller, Reads, Rights};
use crate::app::App;
use crate::query::{Filter, FindQuery, Top, plan};
use crate::records::Projection;
use crate::schema::Schema;
use crate::store::{Collections, Records, Snapshot, Walk};
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
    let search = blocking(move || prepare(app, &caller, name, options.projection, &query)).await?;
    match search {
        Some(search) => stream::reply(search, accepted).await,
        None => accepted.reply(&[(); 0]),
    }
}

/// The search that was asked for; `None` in a collection that is not there: it has no records.
fn prepare(
    app: Arc<App>,
    caller: &Caller,
    name: String,
    asked: Projection,
    query: &FindQuery,
) -> Result<Option<Search>, ApiError> {
    let filter = query.filter(app.behaviour.unknown)?;
    let rights = caller.rights(&name);
    let snapshot = app.store.snapshot()?;
    let Some(collection) = Collections(&snapshot).get(&name)? else {
        return app.behaviour.without_collection(&name, || None);
    };
    let schema = &collection.schema;
    require_shown(&rights, schema, filter.as_ref(), query)?;
    let now = app.clock.now().timestamp_millis();
    let records = Records {
        source: &snapshot,
        uid: collection.uid,
        now,
    };
    let walk = candidates(&records, schema, filter.as_ref())?;
    let select = query.select_fields.as_deref();
    let named = Projection::new(select, query.exclude_fields.as_deref());
    let view = view(&snapshot, schema, vec![rights.shown(), asked, named])?;
    let join = query.join.as_ref();
    let joins = join.map(|join| Joins::prepare(&snapshot, caller, schema, join));
    let joins = joins.transpose()?;
    let page = Page {
        skip: query.skip.unwrap_or(0),
        limit: query.limit.unwrap_or(usize::MAX),
    };
    let sort = query.sort();
    let end = page.skip.saturating_add(page.limit);
    Ok(Some(Search {
        sorting: (!sort.is_empty()).then(|| Top::new(sort, end)),
        app,
        collection: name,
        uid: collection.uid,
        now,
        walk,
        filter,
        page,
        view,
        joins,
        looked_at: 0,
        snapshot,
    }))
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

/// A walk over the candidates of a filter, in the order of insertion: by an index if one serves, else over all.
pub(super) fn candidates(
    records: &Records<'_, Snapshot>,
    schema: &Schema,
    filter: Option<&Filter>,
) -> Result<Walk, ApiError> {
    let fields = schema.indexed();
    // A name with a dot can mean a path too, which no index follows.
    let indexed = |field: &str| !field.contains('.') && fields.contains(field);
    let range = filter.and_then(|filter| plan(filter, &schema.primary_key_alias, &indexed));
    Ok(records.candidates(range.as_ref())?)
}
