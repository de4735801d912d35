//! The server over the database: wire formats, access, routes, the accept loop.

mod accept_loop;
mod access;
mod app;
mod connection;
mod control;
mod docs;
mod error;
mod faults;
mod lingering_close;
mod list_reply;
mod meter;
mod middleware;
mod routes;
mod state;
mod wire;

pub use faults::Fault;

pub(crate) use accept_loop::serve;
pub(crate) use access::Tokens;
pub(crate) use app::router;
pub(crate) use faults::Faults;
pub(crate) use meter::{Counters, RateLimit};
pub(crate) use state::{AppState, Generation, Limits, Origins, Settings};
