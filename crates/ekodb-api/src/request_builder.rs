//! How the generated operations write their requests, without I/O.

use serde::Serialize;
use serde_json::Value;

use crate::{Client, Error, Operation, Outgoing, Prepared};

/// A request under construction.
pub(crate) struct RequestBuilder(Outgoing);

impl RequestBuilder {
    /// Begins a request of `operation`, whose path parameters are `path`.
    pub(crate) fn new(
        client: &Client,
        operation: &'static Operation,
        path: &[&str],
    ) -> Result<Self, Error> {
        let url = client.base().url(operation, path)?;
        Ok(Self(Outgoing::new(operation, url, None)))
    }

    /// Adds a parameter to the query: a list once for each item, and nothing for `None`.
    pub(crate) fn query(&mut self, name: &str, value: &impl Serialize) -> Result<(), Error> {
        let refused = |problem: &str| {
            Error::InvalidRequest(format!("the query parameter `{name}` {problem}"))
        };
        let value = serde_json::to_value(value).map_err(|error| refused(&error.to_string()))?;
        let items = match value {
            Value::Null => return Ok(()),
            Value::Array(items) => items,
            value => vec![value],
        };
        let mut pairs = self.0.url.query_pairs_mut();
        for item in items {
            match item {
                Value::String(text) => pairs.append_pair(name, &text),
                Value::Bool(_) | Value::Number(_) => pairs.append_pair(name, &item.to_string()),
                _ => return Err(refused("is neither text nor a number")),
            };
        }
        Ok(())
    }

    /// Sets the body.
    pub(crate) fn json(&mut self, body: &impl Serialize) -> Result<(), Error> {
        let body = serde_json::to_vec(body)
            .map_err(|error| Error::InvalidRequest(format!("the body cannot be JSON: {error}")))?;
        self.0.body = Some(body.into());
        Ok(())
    }

    pub(crate) fn prepared<T>(self) -> Prepared<T> {
        Prepared::new(self.0)
    }
}
