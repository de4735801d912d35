//! What a test does to an emulator beside the API: through the handle, and through the routes under `/emulator/`.

mod act;
mod connection;
mod export;
mod faults;
mod guard;
mod routes;
mod seed;
mod state;

pub use faults::Fault;
pub use state::Snapshot;

pub(crate) use act::{DateSkew, act};
pub(crate) use connection::Connection;
pub(crate) use export::export;
pub(crate) use faults::Faults;
pub(crate) use routes::router;
