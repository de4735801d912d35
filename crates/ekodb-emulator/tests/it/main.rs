//! The emulator over real HTTP: one module per tag of the API, then what holds for all of it.
#![allow(clippy::disallowed_methods, reason = "tests look at the real clock")]

mod support;

mod authentication;
mod collections;
mod configuration;
mod health;
mod keys;
mod kv;
mod legacy_permissions;
mod permissions;
mod records;
mod schemas;
mod transactions;
mod trash;

mod binary;
mod browser;
mod contract;
mod control;
mod docs;
mod durability;
mod exec;
mod fuzz;
mod hostile;
mod memory;
mod messagepack;
mod persistence;
mod process;
mod refusals;
mod seed;
mod storage;
mod switches;
mod wire;
