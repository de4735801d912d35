//! Records of a collection.

mod batch;
mod change;
mod delete;
mod distinct;
mod find;
mod get;
mod insert;
mod join;
mod options;
mod search;
mod stream;
mod update;

use std::sync::Arc;

use axum::Router;

use crate::app::App;
use crate::records::{Projection, View};
use crate::schema::Schema;
use crate::store::{Settings, Source};
use crate::wire::ApiError;

pub(crate) use change::{Collection, prepare};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .merge(insert::routes())
        .merge(find::routes())
        .merge(get::routes())
        .merge(update::routes())
        .merge(delete::routes())
        .merge(batch::routes())
        .merge(distinct::routes())
}

/// How a collection's records are shown to somebody who may see, and asked for, these fields.
fn view(
    source: &impl Source,
    schema: &Schema,
    projections: Vec<Projection>,
) -> Result<View, ApiError> {
    Ok(View {
        typed: Settings(source).typed_values()?,
        id_name: schema.primary_key_alias.clone(),
        projections,
    })
}
