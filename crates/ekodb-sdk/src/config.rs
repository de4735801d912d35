//! The configuration of the server.

use crate::{client::Client, request::Request};

/// The configuration of the server, for all its clients. Made by [`Client::config`].
#[derive(Clone, Debug)]
pub struct Config {
    client: Client,
}

/// A setting after its change.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ConfigChange {
    /// Whether replies write each field of a record with its type, if the server repeats it.
    pub use_typed_values: Option<bool>,
    /// How it went, in the server's word.
    pub status: Option<String>,
    /// Everything else, as the server wrote it.
    pub extra: serde_json::Map<String, serde_json::Value>,
}

impl Client {
    /// The configuration of the server.
    pub fn config(&self) -> Config {
        Config {
            client: self.clone(),
        }
    }
}

impl Config {
    /// Sets whether replies write each field of a record as `{"type": .., "value": ..}` or as a
    /// plain value, **for every client of the server**: `PUT /api/config`. Needs an admin key.
    /// Servers begin with `true`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) without an admin key,
    /// and the transport's kinds.
    pub fn use_typed_values(&self, typed: bool) -> Request<ConfigChange> {
        Request::new(&self.client, move |call| async move {
            let body = ekodb_api::types::ConfigUpdate {
                use_typed_values: typed,
            };
            let reply = call
                .run(call.api().update_config().body(body).prepare())
                .await?;
            Ok(ConfigChange {
                use_typed_values: reply.use_typed_values,
                status: reply.status,
                extra: reply.extra,
            })
        })
    }
}
