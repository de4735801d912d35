//! The configuration of the server.

use ekodb_api::types;

use crate::{client::Client, request::Request};

/// The configuration of the server, for all its clients. Made by [`Client::config`].
#[derive(Clone, Debug)]
pub struct Config {
    client: Client,
}

/// The settings of the server, as it gives them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ConfigValues {
    /// Whether a write is acknowledged once it is durable, if the server says.
    pub durable_operations: Option<bool>,
    /// Whether replies write each field of a record with its type, if the server says.
    pub use_typed_values: Option<bool>,
    /// Everything else, as the server wrote it.
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// A setting after its change.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ConfigChange {
    /// Whether a write is acknowledged once it is durable, if the server repeats it.
    pub durable_operations: Option<bool>,
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
    /// Reads the settings of the server: `GET /api/config`. Needs an admin key, as far as is known.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) without an admin key,
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) from a server without this call,
    /// and the transport's kinds.
    pub fn get(&self) -> Request<ConfigValues> {
        Request::new(&self.client, move |call| async move {
            let reply = call.run(call.api().get_config().prepare()).await?;
            Ok(ConfigValues {
                durable_operations: reply.durable_operations,
                use_typed_values: reply.use_typed_values,
                extra: reply.extra,
            })
        })
    }

    /// Sets whether the server acknowledges a write once it is durable, **for every client of the
    /// server**: `PUT /api/config`. Needs an admin key. Servers begin with `true`.
    ///
    /// # Errors
    ///
    /// Those of [`use_typed_values`](Self::use_typed_values).
    pub fn durable_operations(&self, durable: bool) -> Request<ConfigChange> {
        self.change(types::ConfigUpdate {
            durable_operations: Some(durable),
            use_typed_values: None,
        })
    }

    /// Sets whether replies write each field of a record as `{"type": .., "value": ..}` or as a
    /// plain value, **for every client of the server**: `PUT /api/config`. Needs an admin key.
    /// Servers begin with `true`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PermissionDenied`](crate::ErrorKind::PermissionDenied) without an admin key,
    /// and the transport's kinds.
    pub fn use_typed_values(&self, typed: bool) -> Request<ConfigChange> {
        self.change(types::ConfigUpdate {
            durable_operations: None,
            use_typed_values: Some(typed),
        })
    }

    fn change(&self, body: types::ConfigUpdate) -> Request<ConfigChange> {
        Request::new(&self.client, move |call| async move {
            let update = call.api().update_config().body(body);
            let reply = call.run(update.prepare()).await?;
            Ok(ConfigChange {
                durable_operations: reply.durable_operations,
                use_typed_values: reply.use_typed_values,
                status: reply.status,
                extra: reply.extra,
            })
        })
    }
}
