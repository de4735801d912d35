//! Beginning a transaction by hand.

use std::{num::NonZeroU64, time::Duration};

use ekodb_api::types;

use super::{IsolationLevel, Transaction, TransactionGuard};
use crate::{
    Client, Error,
    codec::{self, whole_seconds},
    request::{Call, Request},
};

/// A call that begins a transaction. Made by [`Client::begin`](crate::Client::begin).
pub type Begin = Request<TransactionGuard, BeginOptions>;

/// What can be set on a call that begins a transaction.
#[derive(Clone, Debug, Default)]
pub struct BeginOptions {
    isolation: Option<IsolationLevel>,
    expires_after: Option<Duration>,
}

impl Request<TransactionGuard, BeginOptions> {
    /// The isolation level. The server's default, if it is not set.
    pub fn isolation(mut self, level: IsolationLevel) -> Self {
        self.record_options.isolation = Some(level);
        self
    }

    /// After which time the server rolls the transaction back by itself, rounded up to whole
    /// seconds. The server's default (300 seconds), if it is not set.
    pub fn expires_after(mut self, time: Duration) -> Self {
        self.record_options.expires_after = Some(time);
        self
    }
}

impl Client {
    /// Begins a transaction by hand: `POST /api/transactions`. [`transact`](Self::transact) does it
    /// for a closure, and tries again after a conflict.
    ///
    /// ```no_run
    /// # async fn f(client: ekodb_client::Client) -> Result<(), ekodb_client::Error> {
    /// use serde_json::json;
    ///
    /// let transaction = client.begin().await?;
    /// transaction.collection("accounts").update("a", json!({ "balance": 90 })).await?;
    /// transaction.commit().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Not repeated by itself after an unclear failure. A transaction whose beginning was not
    /// answered is rolled back by the server after its time.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unavailable`](crate::ErrorKind::Unavailable) if there are too many open
    /// transactions, and the transport's kinds.
    #[doc(alias = "begin_transaction")]
    pub fn begin(&self) -> Begin {
        Request::with_options(self, |call, options: BeginOptions| async move {
            begin(&call, options.isolation, options.expires_after).await
        })
    }
}

pub(super) async fn begin(
    call: &Call,
    isolation: Option<IsolationLevel>,
    expires_after: Option<Duration>,
) -> Result<TransactionGuard, Error> {
    let body = types::TransactionRequest {
        isolation_level: isolation.map(IsolationLevel::into_api),
        timeout_seconds: expires_after.and_then(|time| NonZeroU64::new(whole_seconds(time))),
    };
    let prepared = call.api().begin_transaction().body(body).prepare();
    let begun = call.run(prepared).await?;
    codec::check_id(&begun.transaction_id)
        .map_err(|error| error.with_operation("begin_transaction"))?;
    let transaction = Transaction::new(call.client().clone(), begun.transaction_id);
    Ok(TransactionGuard::new(transaction))
}
