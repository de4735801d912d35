//! Health: open to everybody, in detail for an admin.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::engine::rfc3339;
use crate::http::access::MaybeBearer;
use crate::http::state::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/api/health", get(get_health))
}

/// An open route refuses nobody: a bad token gets what no token gets.
async fn get_health(
    State(state): State<AppState>,
    MaybeBearer(caller): MaybeBearer,
) -> Json<Value> {
    // Reads are answered all the same, so this is no failure.
    let stores = state.database.check_storage().is_ok();
    let status = if stores { "ok" } else { "degraded" };
    let mut health = json!({ "status": status, "integrity_ok": true });
    if caller.is_some_and(|key| key.is_admin) {
        merge(&mut health, detail(&state, stores));
    }
    Json(health)
}

/// The members that apply here: an emulator has no connection pool and no adaptive strategy.
fn detail(state: &AppState, stores: bool) -> Value {
    json!({
        "version": state.settings.generation.version(),
        "commit": concat!("ekodb-emulator-", env!("CARGO_PKG_VERSION")),
        "timestamp": rfc3339(state.database.clock().now()),
        "uptime_seconds": state.started.elapsed().as_secs(),
        "wal_healthy": stores,
        "retry_after_ms": null,
        "integrity": {
            "healthy": true,
            "manifest_load_failed": [],
            "pending_checkpoint_records": 0,
            "wal_permanent_failures": 0,
        },
        "capacity": {
            "can_accept_requests": stores,
            "status": if stores { "available" } else { "read_only" },
            "retry_after_ms": null,
        },
    })
}

fn merge(target: &mut Value, more: Value) {
    if let (Value::Object(target), Value::Object(more)) = (target, more) {
        target.extend(more);
    }
}
