//! The health of the server.

use std::time::Duration;

use ekodb_api::types;

use crate::{client::Client, request::Request};

/// How the server is. What it says beyond the members here is kept in [`extra`](Self::extra).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Health {
    /// `ok` (`healthy` on older servers) or `degraded`.
    pub status: String,
    /// Whether the stored data is intact, if the server says so.
    pub integrity_ok: Option<bool>,
    /// The server's version. Newer servers tell it to admin keys only.
    pub version: Option<String>,
    /// How long the server has been up. For admin keys.
    pub uptime: Option<Duration>,
    /// Whether the write-ahead log works. For admin keys.
    pub wal_healthy: Option<bool>,
    /// Whether the server takes more requests. For admin keys.
    pub can_accept_requests: Option<bool>,
    /// How long the server would like to be left alone. For admin keys.
    pub retry_after: Option<Duration>,
    /// Everything else, as the server wrote it.
    pub extra: serde_json::Map<String, serde_json::Value>,
}

impl Health {
    /// Whether the server is well: its status is `ok` or `healthy`, and it does not say that data
    /// is damaged.
    pub fn is_ok(&self) -> bool {
        matches!(self.status.as_str(), "ok" | "healthy") && self.integrity_ok != Some(false)
    }
}

impl Client {
    /// How the server is: `GET /api/health`. No token is sent or needed; see
    /// [`detailed`](Request::detailed) for what only admin keys see.
    ///
    /// A server that is `degraded` still answers, which is not an error: look at [`Health::is_ok`].
    ///
    /// # Errors
    ///
    /// The transport's kinds.
    #[doc(alias = "health_status")]
    pub fn health(&self) -> Request<Health> {
        Request::new(self, |call| async move {
            let reply = call.run(call.api().get_health().prepare()).await?;
            Ok(convert(reply))
        })
    }
}

impl Request<Health> {
    /// Sends the token, so that a server tells an admin key its version, capacity and the state of
    /// its storage.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unauthenticated`](crate::ErrorKind::Unauthenticated) if the server rejects the
    /// API key, besides the transport's kinds.
    pub fn detailed(self) -> Self {
        self.identified()
    }
}

fn convert(health: types::Health) -> Health {
    let mut extra = health.extra;
    // What has no member of its own here, but has one in the generated type.
    for (name, value) in [
        ("commit", serde_json::to_value(health.commit)),
        ("timestamp", serde_json::to_value(health.timestamp)),
        ("integrity", serde_json::to_value(health.integrity)),
        ("capacity", serde_json::to_value(&health.capacity)),
    ] {
        if let Ok(value) = value
            && !value.is_null()
        {
            extra.insert(name.to_owned(), value);
        }
    }
    Health {
        status: health.status,
        integrity_ok: health.integrity_ok,
        version: health.version,
        uptime: health
            .uptime_seconds
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
        wal_healthy: health.wal_healthy,
        can_accept_requests: health
            .capacity
            .and_then(|capacity| capacity.can_accept_requests),
        retry_after: health
            .retry_after_ms
            .and_then(|millis| Duration::try_from_secs_f64(millis / 1_000.0).ok()),
        extra,
    }
}
