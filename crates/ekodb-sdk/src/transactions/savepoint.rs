//! Savepoints.

use ekodb_api::types;

use super::Transaction;
use crate::{Error, argument, request::Request};

/// A savepoint of a transaction. Made by [`Transaction::savepoint`].
///
/// Dropping it changes nothing: what was written stays written, and the savepoint ends with the
/// transaction.
#[derive(Debug)]
#[must_use = "what was written after a savepoint stays, unless `rollback` is called"]
pub struct Savepoint {
    transaction: Transaction,
    name: String,
}

impl Transaction {
    /// Sets a savepoint: `POST /api/transactions/{transaction_id}/savepoints`. What is written
    /// after it can be dropped with [`Savepoint::rollback`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a name with other
    /// characters than letters, digits, `.`, `_`, `~` and `-`: not every server finds it again;
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) for a name that is set already;
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the server has forgotten the
    /// transaction; and the transport's kinds.
    pub fn savepoint(&self, name: impl Into<String>) -> Request<Savepoint> {
        let (transaction, name) = (self.clone(), name.into());
        Request::new(self.client(), |call| async move {
            check(&name)?;
            let body = types::SavepointRequest { name: name.clone() };
            let request = call.api().create_savepoint();
            let request = request.transaction_id(transaction.id()).body(body);
            call.run_for_status(request.prepare()).await?;
            Ok(Savepoint { transaction, name })
        })
    }
}

impl Savepoint {
    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Drops what was written after the savepoint, and keeps the savepoint:
    /// `POST /api/transactions/{transaction_id}/savepoints/{savepoint}/rollback`. Those that were
    /// set after it are forgotten.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the server has forgotten the
    /// savepoint or the transaction, and the transport's kinds.
    pub fn rollback(&self) -> Request<()> {
        let (transaction, name) = (self.transaction.clone(), self.name.clone());
        Request::new(self.transaction.client(), |call| async move {
            let request = call.api().rollback_to_savepoint();
            let request = request.transaction_id(transaction.id()).savepoint(name);
            call.run_for_status(request.prepare()).await
        })
    }

    /// Forgets the savepoint and keeps what was written:
    /// `DELETE /api/transactions/{transaction_id}/savepoints/{savepoint}`. Those that were set
    /// after it are forgotten too.
    ///
    /// # Errors
    ///
    /// As for [`rollback`](Self::rollback).
    pub fn release(self) -> Request<()> {
        let client = self.transaction.client().clone();
        Request::new(&client, |call| async move {
            let request = call.api().release_savepoint();
            let request = request.transaction_id(self.transaction.id());
            let prepared = request.savepoint(self.name).prepare();
            call.run_for_status(prepared).await
        })
    }
}

/// The name is sent in a body once and in a path later, which servers may not decode.
fn check(name: &str) -> Result<(), Error> {
    argument::segment("savepoint", name)?;
    let is_safe = |c: char| c.is_ascii_alphanumeric() || "._~-".contains(c);
    match name.chars().all(is_safe) {
        true => Ok(()),
        false => Err(Error::invalid_argument(format!(
            "the savepoint `{}` has other characters than letters, digits, `.`, `_`, `~` and `-`",
            name.escape_debug()
        ))),
    }
}
