//! The routes under `/emulator/`, with which a test in another process controls the emulator.

mod guard;
mod routes;

pub(crate) use routes::router;
