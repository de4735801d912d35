//! What a transaction can be asked for.

use std::{fmt, sync::Arc};

use super::{TransactionCollection, TransactionStatus};
use crate::{Client, Record, request::Request};

/// An open transaction. Clones are the same transaction.
///
/// [`Client::transact`](crate::Client::transact) hands one to its closure and ends it; by hand it
/// is that of a [`TransactionGuard`](super::TransactionGuard).
#[derive(Clone)]
pub struct Transaction {
    client: Client,
    id: Arc<str>,
}

impl Transaction {
    pub(super) fn new(client: Client, id: String) -> Self {
        Self {
            client,
            id: id.into(),
        }
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    pub(super) fn shared_id(&self) -> Arc<str> {
        Arc::clone(&self.id)
    }

    /// The id that the server has given it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A collection whose calls take part in the transaction.
    ///
    /// ```no_run
    /// # async fn f(transaction: ekodb_client::Transaction) -> Result<(), ekodb_client::Error> {
    /// use serde_json::json;
    ///
    /// let accounts = transaction.collection("accounts");
    /// accounts.update("a", json!({ "balance": 90 })).await?;
    /// accounts.update("b", json!({ "balance": 110 })).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn collection(&self, name: impl Into<String>) -> TransactionCollection<Record> {
        let client = self.client.in_transaction(self.shared_id());
        TransactionCollection::new(client.collection(name))
    }

    /// Reads the state of the transaction. See [`Client::transaction_status`].
    ///
    /// # Errors
    ///
    /// Those of [`Client::transaction_status`].
    pub fn status(&self) -> Request<TransactionStatus> {
        self.client.transaction_status(self.id.as_ref())
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
