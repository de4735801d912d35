//! What happens around every request.

mod cors;
mod drain;
mod host;
mod names;
mod observe;

pub(crate) use cors::layer as cors;
pub(crate) use drain::drain;
pub(crate) use host::check_host;
pub(crate) use names::check_collection_name;
pub(crate) use observe::observe;
