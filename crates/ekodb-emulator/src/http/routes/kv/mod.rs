//! The key-value store.

mod batch;
mod find;
mod links;
mod single;

use axum::Router;

use crate::http::state::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .merge(single::routes())
        .merge(batch::routes())
        .merge(find::routes())
        .merge(links::routes())
}
