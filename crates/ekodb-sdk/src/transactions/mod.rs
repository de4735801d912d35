//! Transactions: several operations on records that are applied together or not at all. See
//! [`Client::transact`](crate::Client::transact).

mod begin;
mod collection;
mod guard;
mod isolation_level;
mod savepoint;
mod status;
mod transact;
mod transaction;

pub use begin::{Begin, BeginOptions};
pub use collection::TransactionCollection;
pub use guard::TransactionGuard;
pub use isolation_level::IsolationLevel;
pub use savepoint::Savepoint;
pub use status::{TransactionState, TransactionStatus};
pub use transact::Transact;
pub use transaction::Transaction;
