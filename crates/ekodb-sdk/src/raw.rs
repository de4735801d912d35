//! The generated client, for those who accept that it changes with the API's document.

use std::sync::Arc;

use ekodb_api::{Outgoing, Transport, TransportFuture};

use crate::{
    client::Client,
    error::Error,
    request::{Call, CallOptions},
};

impl Client {
    /// The generated client, one method for each operation of the API, behind this client's
    /// authentication, replay, retries, bounds and traces. Needs the feature `raw-api`.
    ///
    /// Its types are not covered by this crate's promise of stability. Every failure but a refused
    /// argument or an undocumented reply is
    /// [`raw_api::Error::Transport`](crate::raw_api::Error::Transport) with an [`Error`] inside;
    /// `Error::from` takes it out. A reply has the status that the server sent. Where a token is
    /// welcome but not needed, none is sent.
    ///
    /// ```no_run
    /// # async fn f(client: ekodb_client::Client) -> Result<(), ekodb_client::Error> {
    /// let reply = client.api().list_collections().exclude_internal(true).send().await?;
    /// println!("{}: {:?}", reply.status(), reply.collections);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The body of an error is read by this client, whether the server names its text `error` or
    /// `message`: [`Error::message`] is that text, [`Error::status`] the status.
    ///
    /// ```no_run
    /// # async fn f(client: ekodb_client::Client) {
    /// use ekodb_client::Error;
    ///
    /// if let Err(error) = client.api().get_collection().collection("users").send().await {
    ///     let error = Error::from(error);
    ///     println!("{:?}: {}", error.status(), error.message().unwrap_or("no message"));
    /// }
    /// # }
    /// ```
    pub fn api(&self) -> ekodb_api::Client {
        let transport = Arc::new(RetryingTransport(self.clone()));
        self.pool().api.with_transport(transport)
    }
}

/// Sends each request as a call of its own.
struct RetryingTransport(Client);

impl Transport for RetryingTransport {
    fn send(&self, outgoing: Outgoing) -> TransportFuture<'_> {
        Box::pin(async move {
            let call = Call::start(&self.0, CallOptions::default())?;
            Ok(call.send(&outgoing).await?)
        })
    }
}

/// The error of the transport as it is; for a refused argument or an undocumented reply, ours.
impl From<ekodb_api::Error> for Error {
    fn from(error: ekodb_api::Error) -> Self {
        match error {
            ekodb_api::Error::Transport(source) => match source.downcast::<Self>() {
                Ok(error) => *error,
                Err(_) => crate::transport::generated_error(ekodb_api::Error::NoTransport),
            },
            error => {
                let status = error.status();
                let error = crate::transport::generated_error(error);
                match status {
                    Some(status) => error.with_status(status.as_u16()),
                    None => error,
                }
            }
        }
    }
}
