//! Finding records by a filter.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;

use super::options::Options;
use crate::engine::{Database, FindCursor, FindQuery, Progress, ReadView};
use crate::http::access::{Access, Reads};
use crate::http::error::ApiError;
use crate::http::list_reply::{Items, blocking, fill, reply};
use crate::http::state::AppState;
use crate::http::wire::{Accepted, Body, CollectionName, List};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/api/find/{collection}", post(find_records))
}

async fn find_records(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Reads>,
    CollectionName(name): CollectionName,
    options: Options,
    accepted: Accepted,
    Body(query): Body<FindQuery>,
) -> Result<Response, ApiError> {
    let asked = options.projection;
    if let Some(id) = options.transaction {
        let found =
            blocking(move || Ok(database.find_in_transaction(&caller, id, &name, asked, &query)?));
        return reply_with(found.await?, accepted).await;
    }
    let found = blocking(move || Ok(database.find(&caller, name, asked, &query)?));
    reply_with(found.await?, accepted).await
}

async fn reply_with<V: ReadView + Send + 'static>(
    cursor: Option<FindCursor<V>>,
    accepted: Accepted,
) -> Result<Response, ApiError> {
    match cursor {
        Some(cursor) => reply(cursor, accepted).await,
        None => accepted.reply(&[(); 0]),
    }
}

impl<V: ReadView + Send + 'static> Items for FindCursor<V> {
    fn advance(&mut self, list: &mut List) -> Result<Progress, ApiError> {
        fill(list, |take| self.advance(take))
    }

    fn rest(&self) -> Result<usize, ApiError> {
        Ok(self.rest()?)
    }
}
