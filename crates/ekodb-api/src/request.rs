//! A request that is ready to be sent, made without I/O.

use std::{fmt, marker::PhantomData};

use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use url::Url;

use crate::{Client, Error, Operation, ResponseValue};

/// A request as it goes to a [`Transport`](crate::Transport): everything but credentials, and
/// headers that belong to the connection.
///
/// A clone shares the body. `Debug` prints neither body nor URL, which may hold data.
#[derive(Clone)]
pub struct Outgoing {
    operation: &'static Operation,
    url: Url,
    body: Option<Bytes>,
}

impl Outgoing {
    pub(crate) fn new(operation: &'static Operation, url: Url, body: Option<Bytes>) -> Self {
        Self {
            operation,
            url,
            body,
        }
    }

    /// The operation that it is a request of. Its method is the request's.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The whole URL.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The body, which is JSON, if there is one.
    pub fn body(&self) -> Option<&Bytes> {
        self.body.as_ref()
    }

    /// The same request with another body.
    pub fn with_body(self, body: Bytes) -> Self {
        Self {
            body: Some(body),
            ..self
        }
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("operation", &self.operation.id)
            .field("body_bytes", &self.body.as_ref().map(Bytes::len))
            .finish_non_exhaustive()
    }
}

/// A request whose reply is a `T`.
pub struct Prepared<T> {
    outgoing: Outgoing,
    reply: PhantomData<fn() -> T>,
}

impl<T> Prepared<T> {
    /// The request, for a transport.
    pub fn into_outgoing(self) -> Outgoing {
        self.outgoing
    }
}

impl<T: DeserializeOwned> Prepared<T> {
    /// Sends the request through the client's transport and decodes the reply.
    ///
    /// # Errors
    ///
    /// [`Error::Transport`] with the transport's own error, [`Error::Status`] for a status other
    /// than success, [`Error::InvalidReply`] for a body that is not the documented one.
    pub async fn send(self, client: &Client) -> Result<ResponseValue<T>, Error> {
        let transport = client.transport().ok_or(Error::NoTransport)?;
        let operation = self.outgoing.operation;
        let reply = transport
            .send(self.outgoing)
            .await
            .map_err(Error::Transport)?;
        reply.decode(operation)
    }
}

impl<T> Clone for Prepared<T> {
    fn clone(&self) -> Self {
        Self {
            outgoing: self.outgoing.clone(),
            reply: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Prepared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.outgoing, f)
    }
}

/// What the generated operations write their arguments with.
pub(crate) struct RequestBuilder(Outgoing);

impl RequestBuilder {
    pub(crate) fn new(operation: &'static Operation, url: Url) -> Self {
        Self(Outgoing::new(operation, url, None))
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
        Prepared {
            outgoing: self.0,
            reply: PhantomData,
        }
    }
}
