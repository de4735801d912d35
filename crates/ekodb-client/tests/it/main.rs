//! The client over real HTTP, most of it against a server that does as it is told.

mod builder;
mod calls;
mod credentials;
mod deadlines;
mod errors;
mod raw_api;
mod replay;
mod replies;
mod retries;
mod support;
mod traces;
