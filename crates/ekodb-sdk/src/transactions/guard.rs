//! An open transaction and its end.

use std::{ops::Deref, time::Duration};

use super::Transaction;
use crate::{Error, ErrorKind, request::Request};

/// How long the rollback of a dropped transaction may take.
const ROLLBACK_TIMEOUT: Duration = Duration::from_secs(10);

/// A transaction that was begun by hand. It has everything of a [`Transaction`], and ends.
///
/// Dropped without [`commit`](Self::commit) or [`rollback`](Self::rollback), it leaves one request
/// to roll it back, which nothing waits for and which takes ten seconds at most. If that fails too,
/// the server rolls it back after its time.
#[derive(Debug)]
#[must_use = "a transaction that is dropped is rolled back"]
pub struct TransactionGuard {
    transaction: Transaction,
    ended: bool,
}

impl TransactionGuard {
    pub(super) fn new(transaction: Transaction) -> Self {
        Self {
            transaction,
            ended: false,
        }
    }

    /// Applies all writes of the transaction at once, or none:
    /// `POST /api/transactions/{transaction_id}/commit`.
    ///
    /// It is never repeated after an unclear failure. A success is a success, whatever the body of
    /// the reply, unless that is an error.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if a record that it has read or written was changed meanwhile: begin
    /// again; [`ErrorKind::CommitOutcomeUnknown`] if the reply did not arrive;
    /// [`ErrorKind::NotFound`] or [`ErrorKind::InvalidRequest`] if the server has ended or
    /// forgotten it, in particular after its time; and the transport's kinds, with which nothing is
    /// applied.
    #[doc(alias = "commit_transaction")]
    pub fn commit(mut self) -> Request<()> {
        let client = self.client().clone();
        Request::new(&client, |call| async move {
            let request = call.api().commit_transaction();
            let prepared = request.transaction_id(self.id()).prepare();
            let outcome = call.run_for_status(prepared).await;
            outcome.map_err(|error| self.commit_failed(error))?;
            self.end();
            Ok(())
        })
    }

    /// Drops all writes of the transaction: `POST /api/transactions/{transaction_id}/rollback`. It
    /// may be repeated.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] or [`ErrorKind::InvalidRequest`] if the server has ended or
    /// forgotten it, and the transport's kinds.
    #[doc(alias = "rollback_transaction")]
    pub fn rollback(mut self) -> Request<()> {
        let client = self.client().clone();
        Request::new(&client, |call| async move {
            let request = call.api().rollback_transaction();
            let prepared = request.transaction_id(self.id()).prepare();
            let outcome = call.run_for_status(prepared).await;
            // Whatever came of it, that was enough. Dropped before, it may not have been sent.
            self.end();
            outcome
        })
    }

    /// Nothing is left to do when it is dropped.
    fn end(&mut self) {
        self.ended = true;
    }

    /// What the failure of a commit means.
    fn commit_failed(&mut self, error: Error) -> Error {
        let id = self.transaction.shared_id();
        if !error.has_no_side_effects() {
            self.ended = true;
            let text = format!(
                "the outcome of the commit of transaction {id} is not known: it may be applied; \
                 ask with `transaction_status` before anything is repeated"
            );
            return Error::new(ErrorKind::CommitOutcomeUnknown, text)
                .with_source(error)
                .with_transaction(id);
        }
        // The 404 of a proxy says nothing of the transaction.
        let is_foreign = error.kind() == ErrorKind::NotFound && !error.is_ekodbs_not_found();
        self.ended = !is_foreign
            && matches!(
                error.kind(),
                ErrorKind::Conflict | ErrorKind::NotFound | ErrorKind::InvalidRequest
            );
        let error = match error.kind() {
            _ if is_foreign => error,
            ErrorKind::Conflict => error.with_text(
                "the transaction conflicts with another change and is rolled back; begin again",
            ),
            ErrorKind::NotFound | ErrorKind::InvalidRequest => error.with_text(
                "the server has ended or forgotten the transaction, perhaps after its time; nothing was applied by this call",
            ),
            _ => error,
        };
        error.with_transaction(id)
    }
}

impl Deref for TransactionGuard {
    type Target = Transaction;

    fn deref(&self) -> &Transaction {
        &self.transaction
    }
}

impl Drop for TransactionGuard {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        // Outside a runtime nothing can be sent: the server ends the transaction after its time.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let left = Self {
                transaction: self.transaction.clone(),
                ended: true,
            };
            let rollback = left.rollback().timeout(ROLLBACK_TIMEOUT).no_retry();
            runtime.spawn(async move {
                if let Err(error) = rollback.await {
                    tracing::debug!(%error, "a dropped transaction could not be rolled back");
                }
            });
        }
    }
}
