//! The low-level client over real HTTP.

#[rustfmt::skip]
mod generated_examples;
mod operations;
mod paths;
mod round_trip;
mod transport;
