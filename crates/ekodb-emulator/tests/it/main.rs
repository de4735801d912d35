//! The emulator over real HTTP: one module per tag of the API, then what holds for all of it.

mod support;

mod authentication;
mod collections;
mod health;
mod keys;
