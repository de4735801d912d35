//! Transactions: several statements on records that are applied together or not at all.
//!
//! An open transaction is a snapshot to read and an overlay of what it has written. The store's
//! writer has no part in it before the commit, which compares what was read with what is there by
//! then, and applies the overlay in one change of the store: the first of two transactions in
//! conflict wins, and the other one is told.

mod commit;
mod error;
pub(crate) mod limits;
mod memory_reservation;
mod open_transaction;
mod registry;
mod state;

pub(crate) use error::TransactionError;
pub(crate) use open_transaction::Statement;
pub(crate) use registry::{Begun, Reference, SavepointChange, Status, Transactions};
