//! The client over real HTTP: its runtime against a server that does as it is told, its surface against the emulator.

mod builder;
mod calls;
mod credentials;
mod deadlines;
mod emulator;
mod errors;
mod examples;
mod floats;
mod raw_api;
mod records_filters;
mod records_find;
mod records_grants;
mod records_many;
mod records_single;
mod records_wire;
mod replay;
mod replies;
mod retries;
mod runtimes;
mod stage;
mod support;
mod surface_collections;
mod surface_keys;
mod surface_legacy;
mod tls;
mod traces;
