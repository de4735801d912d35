//! Records of a collection.

mod batch;
mod delete;
mod distinct;
mod find;
mod get;
mod insert;
mod options;
mod update;

use axum::Router;

use crate::http::state::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .merge(insert::routes())
        .merge(find::routes())
        .merge(get::routes())
        .merge(update::routes())
        .merge(delete::routes())
        .merge(batch::routes())
        .merge(distinct::routes())
}
