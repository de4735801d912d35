//! Health: open to everybody, in detail for an admin.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::access::{Caller, MaybeBearer};
use crate::app::App;
use crate::clock::rfc3339;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/api/health", get(get_health))
}

/// An open route refuses nobody: a bad token gets what no token gets.
async fn get_health(State(app): State<Arc<App>>, MaybeBearer(caller): MaybeBearer) -> Json<Value> {
    let mut health = json!({ "status": "ok", "integrity_ok": true });
    if caller.as_ref().is_some_and(Caller::is_admin) {
        merge(&mut health, detail(&app));
    }
    Json(health)
}

/// The members that mean something here: an emulator has no connection pool or adaptive strategy to tell of.
fn detail(app: &App) -> Value {
    json!({
        "version": app.generation.version(),
        "commit": concat!("ekodb-emulator-", env!("CARGO_PKG_VERSION")),
        "timestamp": rfc3339(app.clock.now()),
        "uptime_seconds": app.started.elapsed().as_secs(),
        "wal_healthy": true,
        "retry_after_ms": null,
        "integrity": {
            "healthy": true,
            "manifest_load_failed": [],
            "pending_checkpoint_records": 0,
            "wal_permanent_failures": 0,
        },
        "capacity": {
            "can_accept_requests": true,
            "status": "available",
            "retry_after_ms": null,
        },
    })
}

fn merge(target: &mut Value, more: Value) {
    if let (Value::Object(target), Value::Object(more)) = (target, more) {
        target.extend(more);
    }
}
