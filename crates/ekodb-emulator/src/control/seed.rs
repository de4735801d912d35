//! Storing what a test sends.

use std::sync::Arc;

use axum::Json as Reply;
use axum::extract::State;

use crate::app::App;
use crate::error::Cause;
use crate::seed::{Seed, Seeded};
use crate::wire::{ApiError, Unread};

/// Takes what an export gives.
pub(super) async fn seed(
    State(app): State<Arc<App>>,
    Unread(body): Unread,
) -> Result<Reply<Seeded>, ApiError> {
    let seed = Seed::lines(body);
    let stored = seed.store(&app.store, app.clock.now(), app.behaviour.unknown);
    match stored.await {
        Ok(seeded) => Ok(Reply(seeded)),
        Err(Cause::Store(error)) => Err(error.into()),
        Err(refusal) => Err(ApiError::bad_request(refusal.to_string())),
    }
}
