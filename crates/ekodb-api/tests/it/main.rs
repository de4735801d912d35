//! The low-level client over real HTTP.

mod operations;
mod paths;
mod transport;
