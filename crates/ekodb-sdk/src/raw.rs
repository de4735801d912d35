//! The generated client, for those who accept that it changes with the API's document.

use std::sync::Arc;

use ekodb_api::{Operation, Transport, TransportFuture};

use crate::{
    client::Client,
    transport::{CallOptions, Dispatch},
};

impl Client {
    /// The generated client, one method for each operation of the API, behind this client's authentication, replay, retries, bounds
    /// and traces. Needs the feature `raw-api`.
    ///
    /// Its types are not covered by this crate's promise of stability. A failure that is not the server's, such as a time-out, comes
    /// as a reply of the API's error schema with a status of 4xx or 5xx; its message says what failed. Where a token is welcome
    /// but not needed, none is sent.
    ///
    /// ```no_run
    /// # async fn f(client: ekodb_client::Client) {
    /// match client.api().list_collections().exclude_internal(true).send().await {
    ///     Ok(reply) => println!("{:?}", reply.into_inner().collections),
    ///     // Not the error itself: it prints headers and bodies.
    ///     Err(error) => println!("refused: {:?}", error.status()),
    /// }
    /// # }
    /// ```
    pub fn api(&self) -> ekodb_api::Client {
        self.wire().client(Arc::new(Raw(self.clone())))
    }
}

/// Every request is a call of its own.
struct Raw(Client);

impl Transport for Raw {
    fn send<'a>(
        &'a self,
        _http: &'a reqwest::Client,
        request: reqwest::Request,
        operation: &'static Operation,
    ) -> TransportFuture<'a> {
        let call: Dispatch = self.0.dispatch(CallOptions::default());
        Box::pin(async move { Ok(call.reply(request, operation).await.into()) })
    }
}
