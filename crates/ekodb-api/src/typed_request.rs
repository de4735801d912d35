//! A request that knows the type of its reply.

use std::{fmt, marker::PhantomData};

use serde::de::DeserializeOwned;

use crate::{Client, Error, Outgoing, ResponseValue};

/// A request whose reply is a `T`.
pub struct Prepared<T> {
    outgoing: Outgoing,
    reply: PhantomData<fn() -> T>,
}

impl<T> Prepared<T> {
    pub(crate) fn new(outgoing: Outgoing) -> Self {
        Self {
            outgoing,
            reply: PhantomData,
        }
    }

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
        let operation = self.outgoing.operation();
        let reply = transport
            .send(self.outgoing)
            .await
            .map_err(Error::Transport)?;
        reply.decode(operation)
    }
}

impl<T> Clone for Prepared<T> {
    fn clone(&self) -> Self {
        Self::new(self.outgoing.clone())
    }
}

impl<T> fmt::Debug for Prepared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.outgoing, f)
    }
}
