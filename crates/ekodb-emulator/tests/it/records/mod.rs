//! Records: one module per thing that is done with them.

mod actions;
mod batch;
mod distinct;
mod find;
mod find_queries;
mod indexes;
mod insert;
mod restrictions;
mod schemas;
mod secrecy;
mod streaming;
mod support;
mod trash;
mod ttl;
mod update;
